/* expect: ./include/bad.h:6:8: error: field "name" of struct bad is a pointer to char, whose length nobody knows; write struct rc_str instead */
#include <ringcall/idl.h>

#include "include/bad.h"

RC_SERVICE(svc) {
	int (*get)(const struct bad *in);
};
