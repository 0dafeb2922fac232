/* expect: 1:1: error: the target has 32-bit pointers; write for a 64-bit target instead */
/* arguments: -m32 */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(uint32_t in);
};
