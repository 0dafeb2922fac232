/* SPDX-License-Identifier: MIT */
/* words.h - the interface between plugin.c, which calls, and go/main.go, which answers. */
#ifndef WORDS_H
#define WORDS_H

#include <ringcall/idl.h>

/* What is in a text. */
struct words_counts {
	uint64_t words;
	uint64_t letters;
};

/* Looks at texts, as Unicode understands them. */
RC_SERVICE(words)
{
	/* Counts words and letters. */
	int (*count)(struct rc_str text, struct words_counts * counts);
};

#endif
