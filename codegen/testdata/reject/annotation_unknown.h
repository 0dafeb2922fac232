/* expect: 10:51: error: annotation "ringcall:fast" on a method is not known to this ringgen; write one that docs/idl.md lists instead */
/* expect: 11:43: error: annotation "other" on a method is not known to this ringgen; write one that docs/idl.md lists instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	__attribute__((annotate("ringcall:fast"))) int (*get)(uint32_t in);
	__attribute__((annotate("other"))) int (*put)(uint32_t in);
};
