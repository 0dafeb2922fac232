/* SPDX-License-Identifier: MIT */
/* shout.h - the interface between server.c, which reads lines, and worker/main.go. */
#ifndef SHOUT_H
#define SHOUT_H

#include <ringcall/idl.h>

/* Answers lines of text. */
RC_SERVICE(shout)
{
	/* The same line in capitals. */
	int (*answer)(struct rc_str line, struct rc_str * answer);
};

#endif
