/* expect: 14:26: error: parameter "in" of svc.text is a pointer to char, whose length nobody knows; write struct rc_str instead */
/* expect: 15:26: error: parameter "in" of svc.data is a pointer to void, whose length nobody knows; write struct rc_bytes instead */
/* expect: 16:21: error: parameter "in" of svc.call is a pointer to a function, which has no meaning in another process; write a method of a service instead */
/* expect: 17:32: error: parameter "in" of svc.twice is a pointer to a pointer, and only a value can be absent; write the value itself, or RC_SLICE for several, instead */
/* expect: 18:32: error: parameter "out" of svc.out is a pointer to char, whose length nobody knows; write struct rc_str instead */
/* expect: 19:32: error: parameter "out" of svc.any is a pointer to void, whose length nobody knows; write struct rc_bytes instead */
#include <ringcall/idl.h>

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*text)(const char *in);
	int (*data)(const void *in);
	int (*call)(void (*in)(void));
	int (*twice)(const uint32_t **in);
	int (*out)(uint32_t in, char *out);
	int (*any)(uint32_t in, void *out);
};
