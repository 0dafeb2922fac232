/* expect: 9:29: error: RC_TAG means nothing on a struct; write it on a field of a struct instead */
/* expect: 10:27: error: RC_TAG means nothing on an enum; write it on a field of a struct instead */
/* expect: 11:39: error: RC_TAG means nothing on a declaration of its own; write it on a field of a struct instead */
/* expect: 13:29: error: RC_TAG means nothing on a method; write it on a field of a struct instead */
/* expect: 13:44: error: RC_TAG means nothing on a parameter; write it on a field of a struct instead */
/* An RC_TAG belongs to a field. */
#include <ringcall/idl.h>

struct RC_TAG("json:\"a\"") tag_place_point { double x; };
enum RC_TAG("json:\"a\"") tag_place_color { TAG_PLACE_RED };
RC_TAG("json:\"a\"") typedef uint32_t tag_place_id;
RC_SERVICE(tag_place) {
	RC_TAG("json:\"a\"") int (*move)(uint32_t point RC_TAG("json:\"a\""));
};
