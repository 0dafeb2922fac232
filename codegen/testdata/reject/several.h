/* expect: 10:7: error: union choice does not say what it holds; write a struct with an enum that does instead */
/* expect: 15:8: error: field "name" of struct item is a pointer to char, whose length nobody knows; write struct rc_str instead */
/* expect: 16:14: error: field "weight" of struct item is a floating-point type that Go does not have; write double instead */
/* expect: 21:9: error: svc.get returns void, and a method returns its status; write int, and a last parameter for the result, instead */
/* expect: 21:27: error: parameter "a" of svc.get is a second output, and a method has one, the last parameter; write const struct item *a for an input, or one struct for all outputs, instead */
/* expect: 22:16: error: svc.put is RC_LEAF, which is for host services; write RC_INLINE instead */
/* expect: 22:40: error: a parameter of svc.put has no name, and Go needs one; write TYPE NAME instead */
#include <ringcall/idl.h>

union choice {
	uint32_t a;
};

struct item {
	char *name;
	long double weight;
	const struct item *next;
};

RC_SERVICE(svc) {
	void (*get)(struct item *a, struct item *b);
	RC_LEAF int (*put)(const struct item *);
};
