/* expect: 4:8: error: struct items is a map, which is not supported yet; write RC_SLICE of a struct of key and value instead */
#include <ringcall/idl.h>

RC_MAP(items, struct rc_str, uint32_t);

struct item {
	struct items all;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
