/* expect: 9:11: error: "count" of service svc is not a method; write int (*count)(...), or move it to a struct, instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	uint32_t count;
	int (*get)(uint32_t in);
};
