/* expect: 9:8: error: method clash_handler.other_get and method other.get are both called handlerOtherGet in Go; write another name for one of them instead */
#include <ringcall/idl.h>

RC_SERVICE(clash_handler) {
	int (*other_get)(uint32_t in);
};

RC_SERVICE(other) {
	int (*get)(uint32_t in);
};
