/* expect: 5:11: error: "_1" does not begin with a letter, and Go would not export it; write a name that does instead */
#include <ringcall/idl.h>

struct item {
	uint32_t _1;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
