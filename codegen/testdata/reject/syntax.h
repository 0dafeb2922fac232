/* expect: 6:12: error: expected ';' at end of declaration list */
/* expect: 12:13: error: unknown type name 'nothing' */
#include <ringcall/idl.h>

struct item {
	uint32_t a
	uint32_t b;
};

RC_SERVICE(svc) {
	int (*get)(struct unknown in);
	int (*put)(nothing in);
};
