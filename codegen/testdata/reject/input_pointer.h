/* expect: 9:26: error: parameter "in" of svc.get is a pointer to non-const, and only the last parameter can be the output; write const struct item *in instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(struct item *in, uint32_t count);
};
