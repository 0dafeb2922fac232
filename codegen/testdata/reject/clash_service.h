/* expect: 12:12: error: struct service and service svc are both called Service in Go; write another name for one of them instead */
#include <ringcall/idl.h>

struct service {
	uint32_t a;
};

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(uint32_t in);
};
