/* SPDX-License-Identifier: MIT */
/* right.h - names a struct, an enum, its constants and its methods as left.h does. */
#ifndef RIGHT_H
#define RIGHT_H

#include "tests/several/shared.h"

enum kind {
	LARGE = 7,
	SMALL
};

struct item {
	uint64_t number;
	enum kind kind;
	struct rc_bytes bytes;
};

RC_SERVICE(right)
{
	RC_ONEWAY int (*note)(uint64_t number);
	int (*get)(const struct item *item, struct item *same);
	int (*where)(const struct shared_place *place, struct shared_place *same);
	int (*noted)(uint64_t * number);
};

#endif
