/* expect: 9:8: error: svc.print takes any number of arguments; write RC_SLICE for them instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*print)(struct rc_str format, ...);
};
