/* expect: 7:11: error: field "low" of struct item is a bit-field, whose place C does not say; write a whole integer instead */
/* expect: 8:2: error: field "" of struct item is a bit-field, whose place C does not say; write a whole integer instead */
/* expect: 9:11: error: field "high" of struct item is a bit-field, whose place C does not say; write a whole integer instead */
#include <ringcall/idl.h>

struct item {
	uint32_t low : 3;
	uint32_t : 5;
	uint32_t high : 24;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
