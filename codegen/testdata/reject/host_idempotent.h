/* expect: 9:22: error: svc.get is RC_IDEMPOTENT, and a call of the host is never repeated; write it without RC_IDEMPOTENT instead */
#include <ringcall/idl.h>

struct item {
	struct rc_str name;
};

RC_HOST_SERVICE(svc) {
	RC_IDEMPOTENT int (*get)(uint32_t in);
};
