/* expect: 17:12: error: RC_INLINE means nothing on a service; write it on a method instead */
/* expect: 21:12: error: RC_VERSION of service zero is "0"; write a whole number from 1 to 4294967295 instead */
/* expect: 25:12: error: RC_VERSION of service octal is "01"; write a whole number from 1 to 4294967295 instead */
/* expect: 29:12: error: RC_VERSION of service huge is "4294967296"; write a whole number from 1 to 4294967295 instead */
/* expect: 33:12: error: RC_VERSION of service wide is "99999999999999999999999"; write a whole number from 1 to 4294967295 instead */
/* expect: 37:12: error: RC_VERSION of service word is "UNKNOWN"; write a whole number from 1 to 4294967295 instead */
/* expect: 41:8: error: RC_VERSION means nothing on a struct; write it on a service instead */
/* expect: 46:22: error: RC_VERSION means nothing on a method; write it on a service instead */
#include <ringcall/idl.h>

#define LAST_VERSION 3

RC_SERVICE(named) {
	int (*get)(uint32_t in);
} RC_VERSION(LAST_VERSION);

RC_SERVICE(inlined) {
	int (*get)(uint32_t in);
} RC_INLINE;

RC_SERVICE(zero) {
	int (*get)(uint32_t in);
} RC_VERSION(0);

RC_SERVICE(octal) {
	int (*get)(uint32_t in);
} RC_VERSION(01);

RC_SERVICE(huge) {
	int (*get)(uint32_t in);
} RC_VERSION(4294967296);

RC_SERVICE(wide) {
	int (*get)(uint32_t in);
} RC_VERSION(99999999999999999999999);

RC_SERVICE(word) {
	int (*get)(uint32_t in);
} RC_VERSION(UNKNOWN);

struct item {
	uint32_t a;
} RC_VERSION(2);

RC_SERVICE(method) {
	RC_VERSION(2) int (*get)(uint32_t in);
};
