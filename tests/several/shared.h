/* SPDX-License-Identifier: MIT */
/* shared.h - what left.h and right.h both include. */
#ifndef SHARED_H
#define SHARED_H

#include <ringcall/idl.h>

enum shared_side {
	SHARED_LEFT = 1,
	SHARED_RIGHT
};

struct shared_place {
	struct rc_str street;
	enum shared_side side;
};

#endif
