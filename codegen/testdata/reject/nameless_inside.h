/* expect: 10:12: error: field "flags" of struct item is a bit-field, whose place C does not say; write a whole integer instead */
/* expect: 11:15: error: field "text" of struct item is a pointer to char, whose length nobody knows; write struct rc_str instead */
/* expect: 14:8: error: field "letter" of struct item.inner is a plain char, which is signed on some machines only; write int8_t, uint8_t, or struct rc_str for text instead */
/* expect: 16:16: error: field "wide" of struct item.inner.deep is a floating-point type that Go does not have; write double instead */
/* expect: 20:8: error: struct item.inner and struct item_inner are both called ItemInner in Go; write another name for one of them instead */
#include <ringcall/idl.h>

struct item {
	struct {
		uint32_t flags : 3;
		const char *text;
	};
	struct {
		char letter;
		struct {
			long double wide;
		} deep[2];
	} inner;
};
struct item_inner {
	uint32_t a;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
