/* expect: 9:40: error: parameter "in" of svc.get holds pointers within, and a RC_LEAF method gets Go's memory as it is; write the method without RC_LEAF instead */
#include <ringcall/idl.h>

struct item {
	struct rc_str name;
};

RC_HOST_SERVICE(svc) {
	RC_LEAF int (*get)(const struct item *in);
};
