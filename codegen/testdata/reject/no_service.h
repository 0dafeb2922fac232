/* expect: 1:1: error: the header declares no service; write RC_SERVICE(NAME) { ... }; instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};
