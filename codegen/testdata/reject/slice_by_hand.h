/* expect: 4:30: error: struct numbers is not laid out as a slice; write RC_SLICE(NAME, TYPE); instead */
#include <ringcall/idl.h>

struct RC__ANNOTATE("slice") numbers {
	uint32_t *ptr;
	size_t len;
};

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(struct numbers in);
};
