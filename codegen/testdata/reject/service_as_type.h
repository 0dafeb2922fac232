/* expect: 13:33: error: parameter "in" of svc.get is a service; write a plain struct instead */
#include <ringcall/idl.h>

RC_SERVICE(other) {
	int (*get)(uint32_t in);
};

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(const struct other *in);
};
