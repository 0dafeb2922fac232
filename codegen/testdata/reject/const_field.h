/* expect: 6:17: error: field "a" of struct item is const, and could not be written; write it without const instead */
/* expect: 7:17: error: field "b" of struct item is const, and could not be written; write it without const instead */
#include <ringcall/idl.h>

struct item {
	const uint32_t a;
	const uint32_t b[2];
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
