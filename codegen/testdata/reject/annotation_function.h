/* expect: 4:15: error: RC_ONEWAY means nothing on a declaration of its own; write it on a method instead */
#include <ringcall/idl.h>

RC_ONEWAY int svc_fire(uint32_t in);

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(uint32_t in);
};
