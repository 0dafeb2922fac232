/* expect: 4:12: error: the name of service a_service_whose_name_is_so_long_that_it_does_not_fit_into_its_place_in_the_handshake has more than 63 bytes; write a shorter one instead */
#include <ringcall/idl.h>

RC_SERVICE(a_service_whose_name_is_so_long_that_it_does_not_fit_into_its_place_in_the_handshake) {
	int (*get)(uint32_t in);
};
