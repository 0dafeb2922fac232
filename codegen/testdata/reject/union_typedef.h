/* expect: 4:9: error: item_value does not say what it holds; write a struct with an enum that does instead */
#include <ringcall/idl.h>

typedef union {
	uint32_t a;
	float b;
} item_value;

struct item {
	item_value value;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
