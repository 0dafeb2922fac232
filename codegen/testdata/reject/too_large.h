/* expect: 5:11: error: field "values" of struct large has 2147483648 bytes, and a message at most 1073741824; write a smaller array, or RC_SLICE, instead */
#include <ringcall/idl.h>

struct large {
	uint64_t values[1 << 28];
};

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(const struct large *in);
};
