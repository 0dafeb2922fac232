/* SPDX-License-Identifier: MIT */
/* link_go.c - takes the kit's Go code into a test that is linked with it. */
#include <ringcall/ringcall.h>

RC_LINK_GO;
