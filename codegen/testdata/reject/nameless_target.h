/* expect: 7:10: error: an element of struct items is of a type without a name, which only a field itself can be; write struct NAME { ... }; above and use that instead */
/* expect: 12:5: error: field "maybe" of struct item is of a type without a name, which only a field itself can be; write struct NAME { ... }; above and use that instead */
/* expect: 13:33: error: field "kind" of struct item is of a type without a name, which only a field itself can be; write enum NAME { ... }; above and use that instead */
/* expect: 16:5: error: field "several" of struct item is of a type without a name, which only a field itself can be; write struct NAME { ... }; above and use that instead */
#include <ringcall/idl.h>

RC_SLICE(items, struct { uint32_t a; });

struct item {
	const struct {
		uint32_t a;
	} *maybe;
	const enum { ITEM_A, ITEM_B } *kind;
	const struct {
		uint32_t a;
	} *several[2];
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
	int (*put)(struct items in);
};
