/* expect: 4:17: error: service svc_host is implemented by the host, which is not supported yet; write RC_SERVICE instead */
#include <ringcall/idl.h>

RC_HOST_SERVICE(svc_host) {
	int (*now)(uint64_t *out);
};

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(uint32_t in);
};
