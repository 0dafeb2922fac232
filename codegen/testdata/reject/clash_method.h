/* expect: 10:8: error: method svc.get_it and method svc.getIt are both called GetIt in Go; write another name for one of them instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get_it)(uint32_t in);
	int (*getIt)(uint32_t in);
};
