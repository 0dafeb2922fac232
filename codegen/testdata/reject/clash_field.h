/* expect: 7:11: error: field "user_id" of struct item and field "userID" of struct item are both called UserID in Go; write another name for one of them instead */
/* expect: 8:11: error: the generated method Clone and field "clone" of struct item are both called Clone in Go; write another name for one of them instead */
#include <ringcall/idl.h>

struct item {
	uint32_t user_id;
	uint32_t userID;
	uint32_t clone;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
};
