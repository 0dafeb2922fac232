/* expect: 6:8: error: enum Item and struct clash_types_item are both called Item in Go; write another name for one of them instead */
/* expect: 10:8: error: enum Item and struct item are both called Item in Go; write another name for one of them instead */
/* expect: 14:13: error: enum Item and constant ITEM are both called Item in Go; write another name for one of them instead */
#include <ringcall/idl.h>

struct clash_types_item {
	uint32_t a;
};

struct item {
	uint32_t a;
};

enum Item { ITEM };

RC_SERVICE(svc) {
	int (*get)(uint32_t in);
};
