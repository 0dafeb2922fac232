/* expect: 7:8: error: field "a" of struct other is a pointer to void, whose length nobody knows; write struct rc_bytes instead */
/* expect: 9:10: error: an element of struct chars is a plain char, which is signed on some machines only; write int8_t, uint8_t, or struct rc_str for text instead */
/* expect: 10:10: error: an element of struct texts is a pointer to char, whose length nobody knows; write struct rc_str instead */
#include <ringcall/idl.h>

struct other {
	void *a;
};
RC_SLICE(chars, char);
RC_SLICE(texts, const char *);
RC_SLICE(others, struct other);

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(struct chars a, struct texts b, struct others c);
};
