/* expect: 5:8: error: union item_value does not say what it holds; write a struct with an enum that does instead */
#include <ringcall/idl.h>

struct item {
	union item_value {
		uint32_t a;
		float b;
	} value;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
