/* expect: 13:28: error: parameter "in" of svc.get is an array, of which C passes the address alone; write a struct that holds it, or RC_SLICE, instead */
/* expect: 14:28: error: parameter "in" of svc.put is an array, of which C passes the address alone; write a struct that holds it, or RC_SLICE, instead */
/* expect: 15:24: error: parameter "in" of svc.row is an array, of which C passes the address alone; write a struct that holds it, or RC_SLICE, instead */
#include <ringcall/idl.h>

typedef uint32_t row[4];

struct item {
	uint32_t a;
};

RC_SERVICE(svc) {
	int (*get)(const uint32_t in[4]);
	int (*put)(const uint32_t in[]);
	int (*row)(const row *in);
};
