/* expect: 9:18: error: svc.get is RC_INLINE, which is for handlers in Go; write RC_LEAF instead */
#include <ringcall/idl.h>

struct item {
	struct rc_str name;
};

RC_HOST_SERVICE(svc) {
	RC_INLINE int (*get)(uint32_t in);
};
