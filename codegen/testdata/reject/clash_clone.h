/* expect: 4:8: error: "item_clone" and the clone of struct item are both called item_clone in C; write another name for one of them instead */
#include <ringcall/idl.h>

struct item {
	struct rc_str name;
};

/* Holds no pointer, so it gets no clone. */
struct plain {
	uint32_t a;
};

struct item *item_clone(const struct item *item);
int plain_clone(void);

RC_SERVICE(clones) {
	int (*get)(const struct plain *plain, struct item *item);
};
