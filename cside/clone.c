/* SPDX-License-Identifier: MIT */
/* clone.c - memory for copies of structs, which generated code fills. */
#include <errno.h>
#include <stdlib.h>

#include "internal.h"

bool rc__clone_begin(const char *function, const void *value, struct rc_measure *measure)
{
	*measure = (struct rc_measure){ .depth = RC_DEPTH_MAX };
	if (value)
		return true;
	rc__error_set(-EINVAL, RC_RAN_NO, "ringcall: %s: argument \"value\" is NULL", function);
	return false;
}

void *rc__clone_measured(const char *function, const struct rc_measure *measure, uint64_t measured)
{
	void *clone;

	if (measure->fault.field) {
		rc__error_set(-EINVAL, RC_RAN_NO, "ringcall: %s: %s: %s", function,
			      measure->fault.field, measure->fault.why);
		return NULL;
	}
	if (measure->too_large || measured > RC_MESSAGE_BYTES_END) {
		rc__error_set(-EMSGSIZE, RC_RAN_NO,
			      "ringcall: %s: the value has more than 2 GiB; clone its parts",
			      function);
		return NULL;
	}
	clone = malloc(measured);
	if (!clone)
		rc__error_set(-ENOMEM, RC_RAN_NO, "ringcall: %s: no memory for %llu bytes",
			      function, (unsigned long long)measured);
	return clone;
}
