/* SPDX-License-Identifier: MIT */
/* short/pair.h - new/pair.h before its last method was added; and a second service. */
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
};

/* What a call beyond the end of `pair` must not reach. */
RC_SERVICE(pair_more)
{
	int (*other)(uint64_t question, uint64_t * answer);
};

#endif
