/* expect: 13:8: error: svc.get has a message of 1073741840 bytes, and one has at most 1073741824; write RC_SLICE instead */
#include <ringcall/idl.h>

struct half {
	uint64_t values[(1 << 26) + 1];
};

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(const struct half *a, const struct half *b);
};
