/* expect: 9:16: error: svc.get is RC_LEAF, which is for host services; write RC_INLINE instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	RC_LEAF int (*get)(uint32_t in);
};
