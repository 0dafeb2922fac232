/* expect: 4:8: error: struct nothing has no fields, which is not supported yet; write a field, as uint8_t reserved, instead */
#include <ringcall/idl.h>

struct nothing {
};

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(struct nothing in);
};
