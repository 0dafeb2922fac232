/* expect: 10:22: error: field "next" of struct item is an optional value, which is not supported yet; write RC_SLICE of at most one element instead */
/* expect: 11:18: error: field "maybe" of struct item is an optional value, which is not supported yet; write RC_SLICE of at most one element instead */
#include <ringcall/idl.h>

struct other {
	uint32_t a;
};

struct item {
	const struct other *next;
	const uint32_t *maybe;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
