/* expect: 5:2: error: struct item holds a struct or union without a name, which is not supported yet; write its fields into struct item instead */
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
