/* expect: 4:31: error: RC_ONEWAY means nothing on a struct; write it on a method instead */
#include <ringcall/idl.h>

struct RC__ANNOTATE("oneway") other {
	uint32_t a;
};

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(uint32_t in);
};
