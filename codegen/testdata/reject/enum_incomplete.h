/* expect: 7:13: error: field has incomplete type 'enum later' */
#include <ringcall/idl.h>

enum later;

struct item {
	enum later kind;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
