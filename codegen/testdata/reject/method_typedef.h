/* expect: 11:16: error: svc.get is declared by a typedef, which hides the names of its parameters; write int (*get)(...) instead */
#include <ringcall/idl.h>

typedef int get_function(uint32_t in);

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	get_function *get;
};
