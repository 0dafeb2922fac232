/* expect: 4:28: error: RC_SLICE means nothing on an enum; write it on a type of its own instead */
#include <ringcall/idl.h>

enum RC__ANNOTATE("slice") kind { KIND_A };

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(uint32_t in);
};
