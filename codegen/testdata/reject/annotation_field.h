/* expect: 5:21: error: RC_ONEWAY means nothing on a field; write it on a method instead */
#include <ringcall/idl.h>

struct item {
	RC_ONEWAY uint32_t a;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
