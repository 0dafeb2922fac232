/* SPDX-License-Identifier: MIT */
/* common.h - types that several interfaces share. */
#ifndef COMMON_H
#define COMMON_H

#include <ringcall/idl.h>

struct common_group {
	uint32_t gid;
	enum { COMMON_LOCAL, COMMON_REMOTE } origin;
};
RC_SLICE(common_groups, const struct common_group *);
RC_MAP(common_labels, struct rc_str, struct rc_str);

/* Who asks. */
struct common_user {
	struct rc_str name;
	uint32_t uid;
	const struct common_group *group;
	struct common_groups others;
	struct common_labels labels;
	struct {
		uint16_t shell;
	} login;
};

/* Not used by any interface, so ringgen does not look at it. */
union common_unused {
	int a;
	float b;
};

#endif
