/* SPDX-License-Identifier: MIT */
/* old/pair.h - new/pair.h of another day: struct pair_user differs in the type of its age. */
#ifndef PAIR_H
#define PAIR_H

#include <ringcall/idl.h>

struct pair_place {
	double east;
	double north;
};

struct pair_user {
	struct rc_str name;
	uint64_t age;
	struct pair_place home;
};

/* Asks about users. */
RC_SERVICE(pair)
{
	int (*ask)(const struct pair_user *user, uint64_t *answer);
	int (*later)(uint64_t question, uint64_t * answer);
};

#endif
