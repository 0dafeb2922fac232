/* expect: 4:37: error: struct item is aligned to 64 bytes, and a message only to 8; write it without the alignment instead */
#include <ringcall/idl.h>

struct __attribute__((aligned(64))) item {
	uint32_t a;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
