/* expect: 4:8: error: struct item is aligned to 16 bytes, and a message only to 8; write it without the alignment instead */
#include <ringcall/idl.h>

struct item {
	_Alignas(16) uint32_t a;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
