/* expect: 11:33: error: parameter "in" of svc.get is of type struct later, which is declared but not defined; write its definition above instead */
#include <ringcall/idl.h>

struct later;

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(const struct later *in);
};
