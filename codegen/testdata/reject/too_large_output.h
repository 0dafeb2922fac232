/* expect: 14:8: error: svc.get has a message of 1073741832 bytes, and one has at most 1073741824; write RC_SLICE instead */
#include <ringcall/idl.h>

struct half {
	uint64_t a[(1 << 26) + 1];
	uint64_t b[1 << 26];
};

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(struct half *out);
};
