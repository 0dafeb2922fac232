/* expect: 4:12: error: service svc has no methods; write int (*NAME)(...) into it instead */
#include <ringcall/idl.h>

RC_SERVICE(svc) {
};
