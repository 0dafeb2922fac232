/* expect: 5:10: error: an element of struct laters is of type struct later, which is declared but not defined; write its definition above instead */
#include <ringcall/idl.h>

struct later;
RC_SLICE(laters, struct later);

struct item {
	struct laters all;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
