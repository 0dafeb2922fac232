/* expect: 10:31: error: parameter "in" of svc.get is volatile, which a message cannot be; write it without volatile instead */
/* expect: 11:38: error: parameter "in" of svc.put is volatile, which a message cannot be; write it without volatile instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(volatile uint32_t in);
	int (*put)(const volatile uint32_t *in);
};
