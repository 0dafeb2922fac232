/* expect: 16:8: error: the key of struct by_struct is no scalar, enum or string, and only those are looked up alike in C and Go; write one of them, or RC_SLICE of a struct of key and value, instead */
/* expect: 17:8: error: the key of struct by_row is no scalar, enum or string, and only those are looked up alike in C and Go; write one of them, or RC_SLICE of a struct of key and value, instead */
/* expect: 18:8: error: the key of struct by_slice is no scalar, enum or string, and only those are looked up alike in C and Go; write one of them, or RC_SLICE of a struct of key and value, instead */
/* expect: 19:8: error: the key of struct by_bytes is no scalar, enum or string, and only those are looked up alike in C and Go; write one of them, or RC_SLICE of a struct of key and value, instead */
/* expect: 20:8: error: the key of struct by_optional is no scalar, enum or string, and only those are looked up alike in C and Go; write one of them, or RC_SLICE of a struct of key and value, instead */
/* expect: 21:1: error: field "key" of struct by_wide_entry is a floating-point type that Go does not have; write double instead */
/* expect: 22:1: error: field "key" of struct by_const_entry is const, and could not be written; write it without const instead */
#include <ringcall/idl.h>

struct point {
	int32_t x, y;
};
typedef uint32_t row[3];
RC_SLICE(words, struct rc_str);

RC_MAP(by_struct, struct point, uint32_t);
RC_MAP(by_row, row, uint32_t);
RC_MAP(by_slice, struct words, uint32_t);
RC_MAP(by_bytes, struct rc_bytes, uint32_t);
RC_MAP(by_optional, const uint32_t *, uint32_t);
RC_MAP(by_wide, long double, uint32_t);
RC_MAP(by_const, const uint32_t, uint32_t);

RC_SERVICE(svc) {
	int (*get)(struct words in, uint64_t *out);
};
