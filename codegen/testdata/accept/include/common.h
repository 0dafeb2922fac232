/* SPDX-License-Identifier: MIT */
/* common.h - types that several interfaces share. */
#ifndef COMMON_H
#define COMMON_H

#include <ringcall/idl.h>

/* Who asks. */
struct common_user {
	struct rc_str name;
	uint32_t uid;
};

/* Not used by any interface, so ringgen does not look at it. */
union common_unused {
	int a;
	float b;
};

#endif
