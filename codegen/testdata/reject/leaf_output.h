/* expect: 9:49: error: parameter "out" of svc.get points to memory, and of a RC_LEAF method no reply is left that it could be in; write the method without RC_LEAF instead */
#include <ringcall/idl.h>

struct item {
	struct rc_str name;
};

RC_HOST_SERVICE(svc) {
	RC_LEAF int (*get)(uint32_t in, struct rc_str *out);
};
