/* expect: 5:20: error: field "a" of struct item is volatile, which a message cannot be; write it without volatile instead */
#include <ringcall/idl.h>

struct item {
	volatile uint32_t a;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
