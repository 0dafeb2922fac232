/* expect: 9:1: error: field "value" of struct to_text_entry is a pointer to char, whose length nobody knows; write struct rc_str instead */
/* expect: 10:1: error: field "value" of struct to_any_entry is a pointer to void, whose length nobody knows; write struct rc_bytes instead */
/* expect: 11:1: error: field "value" of struct to_wide_entry is a floating-point type that Go does not have; write double instead */
/* expect: 12:1: error: field "value" of struct to_pointer_entry is a pointer to non-const, and what it points to is not shared; write const T * for a value that may be absent, the value itself, or RC_SLICE for several, instead */
#include <ringcall/idl.h>

union choice;

RC_MAP(to_text, uint32_t, const char *);
RC_MAP(to_any, uint32_t, void *);
RC_MAP(to_wide, uint32_t, long double);
RC_MAP(to_pointer, uint32_t, uint32_t *);

RC_SERVICE(svc) {
	int (*get)(struct to_text in, uint64_t *out);
};
