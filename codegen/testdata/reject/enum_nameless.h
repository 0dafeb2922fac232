/* expect: 5:26: error: field "kind" of struct item is of an enum without a name, which is not supported yet; write enum NAME { ... }; above and use that instead */
#include <ringcall/idl.h>

struct item {
	enum { ITEM_A, ITEM_B } kind;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
