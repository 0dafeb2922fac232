/* expect: 11:23: error: parameter "in" of svc.get is aligned to 32 bytes, and a message only to 8; write it without the alignment instead */
#include <ringcall/idl.h>

typedef uint32_t wide_uint __attribute__((aligned(32)));

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(wide_uint in);
};
