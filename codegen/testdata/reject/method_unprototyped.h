/* expect: 9:8: error: svc.get does not say its parameters; write (void) instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)();
};
