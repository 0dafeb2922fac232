/* expect: 9:18: error: svc.get is RC_ONEWAY and has an output, which would never come; write it without one of them instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	RC_ONEWAY int (*get)(uint32_t in, uint64_t *out);
};
