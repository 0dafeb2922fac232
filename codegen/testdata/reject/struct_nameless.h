/* expect: 7:4: error: field "inner" of struct item is of a struct without a name, which is not supported yet; write struct NAME { ... }; above and use that instead */
#include <ringcall/idl.h>

struct item {
	struct {
		uint32_t a;
	} inner;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
