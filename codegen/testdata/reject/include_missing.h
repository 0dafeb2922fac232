/* expect: 4:10: error: 'not_there.h' file not found */
#include <ringcall/idl.h>

#include "not_there.h"
