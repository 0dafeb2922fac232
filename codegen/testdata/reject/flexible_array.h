/* expect: 6:11: error: field "values" of struct item is a flexible array, whose length nobody knows; write RC_SLICE instead */
#include <ringcall/idl.h>

struct item {
	uint32_t count;
	uint32_t values[];
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
