/* expect: 4:13: error: struct item and constant ITEM are both called Item in Go; write another name for one of them instead */
#include <ringcall/idl.h>

enum kind { ITEM, OTHER };

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(uint32_t in);
};
