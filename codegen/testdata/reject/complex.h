/* expect: 5:18: error: field "a" of struct item is a complex number; write a struct of two fields instead */
#include <ringcall/idl.h>

struct item {
	double _Complex a;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
