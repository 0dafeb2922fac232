/* SPDX-License-Identifier: MIT */
/* stand_in.h - what stand_in.c knows of the generated code that is linked, and of what it sends. */
#ifndef RINGCALL_TESTS_FUZZ_STAND_IN_H
#define RINGCALL_TESTS_FUZZ_STAND_IN_H

#include <ringcall/generated.h>

/* The services that are linked. */
const struct rc_service_link *stand_in_services(void);

/* To make calls with. */
struct rc_client *stand_in_client(void);

/* Larger messages are refused with -EMSGSIZE. */
void stand_in_limit(size_t bytes);

/* Takes the message that was sent last: malloc'd. */
unsigned char *stand_in_sent(size_t *bytes);

#endif
