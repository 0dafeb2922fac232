/* expect: 9:32: error: RC_SERVICE means nothing on a method; write it on a struct of function pointers instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	RC__ANNOTATE("service") int (*get)(uint32_t in);
};
