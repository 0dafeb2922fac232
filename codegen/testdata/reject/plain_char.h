/* expect: 7:7: error: field "letter" of struct item is a plain char, which is signed on some machines only; write int8_t, uint8_t, or struct rc_str for text instead */
/* expect: 8:7: error: field "name" of struct item is a plain char, which is signed on some machines only; write int8_t, uint8_t, or struct rc_str for text instead */
/* expect: 9:7: error: field "names" of struct item is a plain char, which is signed on some machines only; write int8_t, uint8_t, or struct rc_str for text instead */
#include <ringcall/idl.h>

struct item {
	char letter;
	char name[16];
	char names[2][8];
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
