/* SPDX-License-Identifier: MIT */
/* bad.h - included by in_included_header.h. */
#include <ringcall/idl.h>

struct bad {
	char *name;
};
