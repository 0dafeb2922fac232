/* expect: 6:14: error: field "a" of struct item is a floating-point type that Go does not have; write double instead */
/* expect: 7:13: error: field "b" of struct item is a floating-point type that Go does not have; write double instead */
#include <ringcall/idl.h>

struct item {
	long double a;
	__float128 b;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
