/* SPDX-License-Identifier: MIT */
/*
 * error.c - what a thread's last failure was.
 *
 * The text is formatted when the failure happens and lies in thread storage, so a failure needs
 * no allocation and rc_error_last() cannot fail.
 */
#define _GNU_SOURCE
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "sys.h"

static _Thread_local char last_text[2048];
static _Thread_local struct rc_error last = { .text = "no error" };

int rc__error_set(int code, enum rc_ran ran, const char *format, ...)
{
	/* The arguments may point into last_text. */
	char text[sizeof(last_text)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	memcpy(last_text, text, sizeof(text));
	last = (struct rc_error){ .code = code, .ran = ran, .text = last_text };
	return code;
}

int rc__error_remote(int64_t application, const char *what, const char *text, uint32_t text_bytes)
{
	snprintf(last_text, sizeof(last_text), "ringcall: %s: %.*s", what,
		 (int)(text_bytes < sizeof(last_text) ? text_bytes : sizeof(last_text)), text);
	last = (struct rc_error){
		.code = -EREMOTEIO, .ran = RC_RAN_YES, .application = application, .text = last_text
	};
	return -EREMOTEIO;
}

/* What rc_host_fail() said within the host function that runs, or 0. */
static _Thread_local int host_failure;

int rc_host_fail(int code, const char *format, ...)
{
	/* The arguments may point into last_text. */
	char text[sizeof(last_text)];
	va_list arguments;

	assert(code);
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	memcpy(last_text, text, sizeof(text));
	host_failure = code;
	return code;
}

void rc__error_host_begin(void)
{
	host_failure = 0;
}

int rc__error_host_end(int result)
{
	/* A nested failure in between has a text of its own, which last.text may be. */
	if (host_failure != result)
		snprintf(last_text, sizeof(last_text), "%s",
			 result < 0 ? rc__errno_text(result) : "the host function failed");
	host_failure = 0;
	last = (struct rc_error){
		.code = -EREMOTEIO, .ran = RC_RAN_YES, .application = result, .text = last_text
	};
	return -EREMOTEIO;
}

const char *rc__errno_text(int error)
{
	static _Thread_local char text[128];

	return strerror_r(error < 0 ? -error : error, text, sizeof(text));
}

const struct rc_error *rc_error_last(void)
{
	return &last;
}

struct rc_str rc_str_of(const char *text)
{
	return (struct rc_str){ text, text ? strlen(text) : 0 };
}

uint64_t rc_now_ns(void)
{
	return rc__now_ns();
}
