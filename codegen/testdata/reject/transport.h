/* expect: 13:12: error: RC_TRANSPORT of service unknown is "tcp:4000", which is no endpoint; write "worker:PATH", "ring:", "ring:PATH.so", "cgo:" or "cgo:PATH.so" instead */
/* expect: 17:12: error: RC_TRANSPORT of service bare is "cgo", which is no endpoint; write "worker:PATH", "ring:", "ring:PATH.so", "cgo:" or "cgo:PATH.so" instead */
/* expect: 21:12: error: RC_TRANSPORT of service pathless is "worker:", which is no endpoint; write "worker:PATH", "ring:", "ring:PATH.so", "cgo:" or "cgo:PATH.so" instead */
/* expect: 25:12: error: RC_TRANSPORT of service quoted is "cgo:"", which is no endpoint; write "worker:PATH", "ring:", "ring:PATH.so", "cgo:" or "cgo:PATH.so" instead */
/* expect: 29:12: error: service twice has two RC_TRANSPORTs; write one instead */
/* expect: 33:8: error: RC_TRANSPORT means nothing on a struct; write it on a service that Go implements instead */
/* expect: 39:29: error: RC_TRANSPORT means nothing on a method; write it on a service that Go implements instead */
#include <ringcall/idl.h>

RC_SERVICE(good) {
	int (*get)(uint32_t in);
} RC_TRANSPORT("ring:./lib.so");
RC_SERVICE(unknown) {
	int (*get)(uint32_t in);
} RC_TRANSPORT("tcp:4000");

RC_SERVICE(bare) {
	int (*get)(uint32_t in);
} RC_TRANSPORT("cgo");

RC_SERVICE(pathless) {
	int (*get)(uint32_t in);
} RC_TRANSPORT("worker:");

RC_SERVICE(quoted) {
	int (*get)(uint32_t in);
} RC_TRANSPORT("cgo:\"");

RC_SERVICE(twice) {
	int (*get)(uint32_t in);
} RC_TRANSPORT("cgo:") RC_TRANSPORT("ring:");

struct item {
	uint32_t a;
} RC_TRANSPORT("cgo:");

RC_SERVICE(method) {
	/* It is the service that asks. */
	RC_TRANSPORT("cgo:") int (*get)(uint32_t in);
};
