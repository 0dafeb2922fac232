/* SPDX-License-Identifier: MIT */
/* hello.h - the interface between main.c, which calls, and worker/main.go, which answers. */
#ifndef HELLO_H
#define HELLO_H

#include <ringcall/idl.h>

/* Whom to greet, and how often. */
struct hello_request {
	struct rc_str name;
	uint32_t times;
};

/* A greeting. */
struct hello_reply {
	struct rc_str text;
	uint32_t letters; /* in the name */
};

/* Greets people. */
RC_SERVICE(hello)
{
	/* Makes a greeting. */
	int (*greet)(const struct hello_request *request, struct hello_reply *reply);
	/* Adds two numbers. */
	int (*add)(int64_t a, int64_t b, int64_t * sum);
};

#endif
