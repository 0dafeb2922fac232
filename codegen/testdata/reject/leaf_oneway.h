/* expect: 9:26: error: svc.get is RC_LEAF and RC_ONEWAY, and a leaf is called on the spot; write one of them instead */
#include <ringcall/idl.h>

struct item {
	struct rc_str name;
};

RC_HOST_SERVICE(svc) {
	RC_LEAF RC_ONEWAY int (*get)(uint32_t in);
};
