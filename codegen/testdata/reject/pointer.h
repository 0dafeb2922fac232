/* expect: 14:12: error: field "a" of struct item is a pointer to non-const, and what it points to is not shared; write const T * for a value that may be absent, the value itself, or RC_SLICE for several, instead */
/* expect: 15:16: error: field "b" of struct item is a pointer to non-const, and what it points to is not shared; write const T * for a value that may be absent, the value itself, or RC_SLICE for several, instead */
/* expect: 16:15: error: field "c" of struct item is a pointer to a pointer, and only a value can be absent; write the value itself, or RC_SLICE for several, instead */
/* expect: 17:8: error: field "file" of struct item is a pointer to non-const, and what it points to is not shared; write const T * for a value that may be absent, the value itself, or RC_SLICE for several, instead */
#include <ringcall/idl.h>

#include <stdio.h>

struct other {
	uint32_t a;
};

struct item {
	uint32_t *a;
	struct other *b;
	const char **c;
	FILE *file;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
