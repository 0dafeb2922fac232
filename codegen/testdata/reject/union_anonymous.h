/* expect: 5:2: error: struct item holds a union, which does not say what it holds; write a struct with an enum that does instead */
#include <ringcall/idl.h>

struct item {
	union {
		uint32_t a;
		float b;
	};
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
