/* expect: 9:39: error: parameter "a" of svc.get is a second output, and a method has one, the last parameter; write const struct item *a for an input, or one struct for all outputs, instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(uint32_t in, struct item *a, struct item *b);
};
