/* expect: 4:32: error: struct item is packed, and Go cannot pack; write it without packing, and with fields in order of size, instead */
#include <ringcall/idl.h>

struct __attribute__((packed)) item {
	uint8_t a;
	uint32_t b;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
