/* expect: 12:9: error: svc.nothing returns void, and a method returns its status; write int, and a last parameter for the result, instead */
/* expect: 13:13: error: svc.number returns unsigned long, and a method returns its status; write int, and a last parameter for the result, instead */
/* expect: 14:16: error: svc.item returns struct item, and a method returns its status; write int, and a last parameter for the result, instead */
/* expect: 15:16: error: svc.text returns const char *, and a method returns its status; write int, and a last parameter for the result, instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	void (*nothing)(uint32_t in);
	uint64_t (*number)(uint32_t in);
	struct item (*item)(uint32_t in);
	const char *(*text)(uint32_t in);
};
