/* expect: 5:8: error: field "callback" of struct item is a pointer to a function, which has no meaning in another process; write a method of a service instead */
#include <ringcall/idl.h>

struct item {
	int (*callback)(int);
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
