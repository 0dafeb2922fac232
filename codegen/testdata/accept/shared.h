/* SPDX-License-Identifier: MIT */
/* shared.h - a second interface with the types of include/common.h. Programs include both. */
#ifndef SHARED_H
#define SHARED_H

#include "include/common.h"

RC_SERVICE(shared) {
	int (*user)(uint32_t uid, struct common_user *user);
	int (*label)(struct common_labels labels, const struct common_group *group);
};

#endif
