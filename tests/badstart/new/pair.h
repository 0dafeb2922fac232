/* SPDX-License-Identifier: MIT */
/* new/pair.h - what the host of the tests was built from. See old/pair.h and short/pair.h. */
#ifndef PAIR_H
#define PAIR_H

#include <ringcall/idl.h>

struct pair_place {
	double east;
	double north;
};

struct pair_user {
	struct rc_str name;
	uint32_t age;
	struct pair_place home;
};

/* Asks about users. */
RC_SERVICE(pair)
{
	int (*ask)(const struct pair_user *user, uint64_t *answer);
	int (*later)(uint64_t question, uint64_t * answer);
};

#endif
