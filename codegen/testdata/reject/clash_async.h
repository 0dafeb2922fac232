/* expect: 14:8: error: method svc.get and method svc.get_async are both called svc_get_async in C; write another name for one of them instead */
/* expect: 15:8: error: "svc_put" and method svc.put are both called svc_put in C; write another name for one of them instead */
/* expect: 16:8: error: method svc.get and method svc.get_wait are both called svc_get_wait in C; write another name for one of them instead */
#include <ringcall/idl.h>

int svc_put(void);

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(uint32_t in);
	int (*get_async)(uint32_t in);
	int (*put)(uint32_t in);
	int (*get_wait)(uint32_t in);
};
