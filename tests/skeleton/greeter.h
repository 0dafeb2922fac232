/* SPDX-License-Identifier: MIT */
/* greeter.h - an interface that nobody has implemented: its worker is ringgen's skeleton. */
#ifndef RINGCALL_TESTS_GREETER_H
#define RINGCALL_TESTS_GREETER_H

#include <ringcall/idl.h>

enum greeter_mood {
	GREETER_HAPPY,
	GREETER_SAD
};

struct greeter_guest {
	struct rc_str name;
	enum greeter_mood mood;
};
RC_SLICE(greeter_guests, struct greeter_guest);

/* Its parameters have the names of all that a skeleton uses itself. */
RC_SERVICE(greeter)
{
	/* Greets somebody. */
	int (*greet)(const struct greeter_guest *s, struct rc_str errors, struct rc_str *greeting);
	int (*crowd)(struct greeter_guests guests, enum greeter_mood greeter, uint32_t * context);
	RC_BY_VALUE RC_ONEWAY int (*leave)(struct greeter_guest not_implemented);
};

/* A second service of the same header. */
RC_SERVICE(doorman)
{
	int (*open)(void);
};

#endif
