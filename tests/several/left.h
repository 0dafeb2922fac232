/* SPDX-License-Identifier: MIT */
/* left.h - names a struct, an enum, its constants and its methods as right.h does. */
#ifndef LEFT_H
#define LEFT_H

#include "tests/several/shared.h"

enum kind {
	SMALL,
	LARGE
};

struct item {
	struct rc_str name;
	enum kind kind;
};

RC_SERVICE(left)
{
	int (*get)(const struct item *item, struct item *same);
	int (*where)(const struct shared_place *place, struct shared_place *same);
	RC_ONEWAY int (*note)(uint32_t number);
	int (*noted)(uint32_t * number);
};

#endif
