/* expect: 9:38: error: parameter "an_id" of svc.get and parameter "anID" of svc.get are both called AnID in Go; write another name for one of them instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(uint32_t an_id, uint32_t anID);
};
