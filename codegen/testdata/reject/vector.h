/* expect: 7:7: error: field "a" of struct item is a vector; write a fixed array instead */
#include <ringcall/idl.h>

typedef float four __attribute__((vector_size(16)));

struct item {
	four a;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
