/* expect: 11:17: error: "svc_serve" and host service svc are both called svc_serve in C; write another name for one of them instead */
/* expect: 11:17: error: struct svc_functions and host service svc are both called svc_functions in C; write another name for one of them instead */
#include <ringcall/idl.h>

struct svc_functions {
	uint32_t a;
};

int svc_serve(void);

RC_HOST_SERVICE(svc) {
	int (*get)(uint32_t in);
};
