/* expect: 5:19: error: field "a" of struct item is atomic, which a message cannot be; write the plain type instead */
#include <ringcall/idl.h>

struct item {
	_Atomic uint32_t a;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
