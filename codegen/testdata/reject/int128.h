/* expect: 6:11: error: field "a" of struct item is a 128-bit integer, which Go does not have; write two fields of uint64_t instead */
/* expect: 7:20: error: field "b" of struct item is a 128-bit integer, which Go does not have; write two fields of uint64_t instead */
#include <ringcall/idl.h>

struct item {
	__int128 a;
	unsigned __int128 b;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
