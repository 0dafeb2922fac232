/* SPDX-License-Identifier: MIT */
/* square.h - the interface between main.c, which calls, and worker/main.go, which answers. */
#ifndef SQUARE_H
#define SQUARE_H

#include <ringcall/idl.h>

/* Squares numbers. */
RC_SERVICE(square)
{
	int (*of)(uint32_t number, uint64_t * square);
};

#endif
