/* SPDX-License-Identifier: MIT */
/* part.h - what each half of the host does with the client that both use. */
#ifndef PART_H
#define PART_H

#include <ringcall/ringcall.h>

/* Makes each kind of call of its header once. Calls are left in flight; *done counts them. */
void left_part(struct rc_client *client, int *done);
void right_part(struct rc_client *client, int *done);

#endif
