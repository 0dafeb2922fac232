/* expect: 18:19: error: field "list" of struct item is a pointer to an array; write a struct that holds the array, or RC_SLICE, instead */
/* expect: 19:22: error: field "later" of struct item is of type struct later, which is declared but not defined; write its definition above instead */
/* expect: 20:21: error: field "wide" of struct item is a floating-point type that Go does not have; write double instead */
/* expect: 21:27: error: field "twitching" of struct item is volatile, which a message cannot be; write it without volatile instead */
/* expect: 22:25: error: field "twice" of struct item is a pointer to a pointer, and only a value can be absent; write the value itself, or RC_SLICE for several, instead */
/* expect: 23:27: error: field "fixed" of struct item is const, and could not be written; write it without const instead */
/* expect: 24:22: error: field "choice" of struct item is of type union choice, which is declared but not defined; write its definition above instead */
/* expect: 25:20: error: field "service" of struct item is a service; write a plain struct instead */
/* expect: 26:17: error: field "text" of struct item is wchar_t, whose size differs between systems; write char32_t instead */
/* expect: 30:38: error: parameter "in" of svc.maybe is a pointer to a pointer, and only a value can be absent; write the value itself, or RC_SLICE for several, instead */
/* expect: 30:59: error: parameter "out" of svc.maybe is a pointer to a pointer, and only a value can be absent; write the value itself, or RC_SLICE for several, instead */
#include <ringcall/idl.h>

struct later;
union choice;

struct item {
	const uint32_t (*list)[4];
	const struct later *later;
	const long double *wide;
	const volatile uint32_t *twitching;
	const uint32_t *const *twice;
	const struct item *const fixed;
	const union choice *choice;
	const struct svc *service;
	const wchar_t *text;
};
RC_SERVICE(svc) {
	int (*get)(const struct item *in, uint64_t *out);
	int (*maybe)(const uint32_t *const *in, const uint32_t **out);
};
