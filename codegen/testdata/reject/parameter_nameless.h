/* expect: 10:32: error: a parameter of svc.get has no name, and Go needs one; write TYPE NAME instead */
/* expect: 10:44: error: a parameter of svc.get has no name, and Go needs one; write TYPE NAME instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(const struct item *, uint32_t *);
};
