/* expect: 5:10: error: field "a" of struct item is wchar_t, whose size differs between systems; write char32_t instead */
#include <ringcall/idl.h>

struct item {
	wchar_t a;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
