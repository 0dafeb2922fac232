/* expect: 9:20: error: svc.get is RC_BY_VALUE and has no struct to pass; write it without RC_BY_VALUE instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	RC_BY_VALUE int (*get)(uint32_t in);
};
