/* SPDX-License-Identifier: MIT */
/*
 * people.h - one interface on several days: each macro is a change that somebody made to it.
 *
 * EVOLVE_LATER and EVOLVE_MORE are allowed. The others are not, or not in every direction.
 */
#ifndef PEOPLE_H
#define PEOPLE_H

#include <ringcall/idl.h>

/* Only the host sends it. */
enum people_colour {
	PEOPLE_RED,
#ifdef EVOLVE_SENT_ENUM_GROWN
	PEOPLE_GREEN,
#endif
#ifdef EVOLVE_ENUM_CHANGED
	PEOPLE_BLUE = 5,
#else
	PEOPLE_BLUE = 4,
#endif
};

/* Only the worker sends it. */
enum people_mood {
	PEOPLE_GOOD,
	PEOPLE_BAD,
#ifdef EVOLVE_RECEIVED_ENUM_GROWN
	PEOPLE_WORSE,
#endif
};

struct people_user {
	struct rc_str name;
#ifdef EVOLVE_FIELD_MOVED
	uint32_t height;
	uint32_t age;
#elif defined(EVOLVE_FIELD_PADDED)
	uint64_t age;
	uint32_t height;
#else
	uint32_t age;
	uint32_t height;
#endif
#ifdef EVOLVE_FIELD_ADDED
	bool known;
#endif
};

#ifdef EVOLVE_VERSION
#define PEOPLE_VERSION EVOLVE_VERSION
#else
#define PEOPLE_VERSION 1
#endif

RC_SERVICE(people)
{
	int (*ping)(uint32_t number, uint32_t * same);
#ifdef EVOLVE_METHOD_INSERTED
	int (*inserted)(void);
#endif
#ifdef EVOLVE_METHOD_REORDERED
	int (*touch)(const struct people_user *user);
	int (*get)(struct rc_str name, struct people_user * user);
#else
#ifndef EVOLVE_METHOD_REMOVED
	int (*get)(struct rc_str name, struct people_user * user);
#endif
	int (*touch)(const struct people_user *user);
#endif
#ifdef EVOLVE_PARAMETER_CHANGED
	int (*paint)(uint32_t number, enum people_colour colour);
#elif defined(EVOLVE_PARAMETER_ADDED)
	int (*paint)(uint64_t number, enum people_colour colour, bool twice);
#else
	int (*paint)(uint64_t number, enum people_colour colour);
#endif
#ifdef EVOLVE_REPLY_CHANGED
	int (*feel)(uint32_t * mood);
#else
	int (*feel)(enum people_mood * mood);
#endif
#ifdef EVOLVE_ONE_WAY
	RC_ONEWAY
#endif
	int (*clear)(void);
#ifdef EVOLVE_IDEMPOTENT
	RC_IDEMPOTENT
#endif
	int (*count)(void);
#ifdef EVOLVE_LATER
	int (*later)(uint32_t number, struct rc_str text, uint32_t * same);
	RC_ONEWAY int (*later_note)(uint32_t number);
#endif
}
RC_VERSION(PEOPLE_VERSION);

/* What the worker asks of the host. */
RC_HOST_SERVICE(people_host)
{
#ifdef EVOLVE_HOST_CHANGED
	int (*ask)(uint64_t number, uint32_t * same);
#else
	int (*ask)(uint32_t number, uint32_t * same);
#endif
#ifdef EVOLVE_LATER
	int (*ask_later)(uint32_t number, uint32_t * same);
	RC_ONEWAY int (*tell_later)(uint32_t number);
#endif
};

#ifdef EVOLVE_MORE
RC_SERVICE(people_more)
{
	int (*twice)(uint32_t number, uint32_t * doubled);
};
#endif

#endif
