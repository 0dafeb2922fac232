/* SPDX-License-Identifier: MIT */
/*
 * comments.h - doc comments of all kinds.
 */
#ifndef COMMENTS_H
#define COMMENTS_H

#include <ringcall/idl.h>

/** comments_kind - begins with its own name. */
enum comments_kind {
	/** Before. */
	COMMENTS_BEFORE,
	COMMENTS_BEHIND, /**< Behind. */
	COMMENTS_PLAIN,
	COMMENTS_LAST /* no comma */
};

enum comments_line { COMMENTS_A, /* of a */ COMMENTS_B /* of b */ };

/**
 * Lists:
 *  - one
 *  - two
 *
 * # Not a heading
 *
 *     indented code
 *
 * 1. numbered
 * 2. again
 *
 * [link]: https://example.org
 * A closing mark of a comment cannot be here, but \backslash and "quotes" and %d can.
 */
struct comments_struct {
	uint32_t a; // with slashes
	uint32_t b; /* on two
	             * lines */

	/*
	 * Above, with
	 * three lines.
	 */
	uint32_t c;
	uint32_t d;
};

/* not a doc of the next one */

//! Exclaimed.
RC_SERVICE(comments) {
	// one */ two
	int (*slashes)(uint32_t a);

	/* comments_named - has its name in front. */
	int (*named)(uint32_t a);

	/* named_twice gets its Go name.
	   And lines without stars. */
	int (*named_twice)(uint32_t a);

	int (*none)(enum comments_kind kind, struct comments_struct *out); /* behind */
	int (*lines)(enum comments_line line);
};

#endif
