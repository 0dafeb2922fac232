/* expect: 5:14: error: field "a" of struct item is of a type that Go does not have; write a fixed-width integer, float or double instead */
#include <ringcall/idl.h>

struct item {
	_BitInt(40) a;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
