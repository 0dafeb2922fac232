/* expect: 6:14: error: field "name" of struct item is a pointer to char, whose length nobody knows; write struct rc_str instead */
/* expect: 7:8: error: field "other" of struct item is a pointer to char, whose length nobody knows; write struct rc_str instead */
#include <ringcall/idl.h>

struct item {
	const char *name;
	char *other;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
