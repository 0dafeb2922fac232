/* expect: 6:8: error: field "a" of struct item is a pointer to void, whose length nobody knows; write struct rc_bytes instead */
/* expect: 7:14: error: field "b" of struct item is a pointer to void, whose length nobody knows; write struct rc_bytes instead */
#include <ringcall/idl.h>

struct item {
	void *a;
	const void *b;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
