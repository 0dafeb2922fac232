/* expect: 8:10: error: struct forest holds nothing but itself; write RC_SLICE of a struct that holds it instead */
/* expect: 11:10: error: struct few holds nothing but itself; write RC_SLICE of a struct that holds it instead */
/* expect: 12:10: error: struct many holds nothing but itself; write RC_SLICE of a struct that holds it instead */
/* expect: 15:10: error: struct maybe holds nothing but itself; write RC_SLICE of a struct that holds it instead */
/* expect: 16:10: error: struct several holds nothing but itself; write RC_SLICE of a struct that holds it instead */
#include <ringcall/idl.h>

RC_SLICE(forest, struct forest);

struct many;
RC_SLICE(few, struct many);
RC_SLICE(many, struct few);

struct several;
RC_SLICE(maybe, const struct several *);
RC_SLICE(several, struct maybe);

struct item {
	struct forest forest;
	struct few few;
	struct several several;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
