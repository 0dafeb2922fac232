/* expect: 9:37: error: RC_BY_VALUE means nothing on a parameter; write it on a method instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(RC_BY_VALUE struct item in);
};
