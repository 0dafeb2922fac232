/* expect: 4:7: error: union item_value does not say what it holds; write a struct with an enum that does instead */
#include <ringcall/idl.h>

union item_value {
	uint32_t a;
	float b;
};

struct item {
	uint32_t a;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
