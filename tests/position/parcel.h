/* SPDX-License-Identifier: MIT */
/* parcel.h - a value with a part of every kind, some of them within others. */
#ifndef RINGCALL_TESTS_PARCEL_H
#define RINGCALL_TESTS_PARCEL_H

#include <ringcall/idl.h>

enum parcel_kind {
	PARCEL_LIGHT,
	PARCEL_HEAVY = 7
};

/* Not plain: it is checked. */
struct parcel_stamp {
	double value;
	bool valid;
};
RC_SLICE(parcel_stamps, struct parcel_stamp);
RC_SLICE(parcel_words, uint64_t);
RC_SLICE(parcel_names, struct rc_str);

struct parcel_box;
RC_SLICE(parcel_boxes, struct parcel_box);

struct parcel_box {
	struct rc_str label;
	struct rc_bytes content;
	struct parcel_words words;
	struct parcel_stamps stamps;
	const struct parcel_stamp *best;
	struct parcel_names names;
	struct parcel_boxes inner;
	enum parcel_kind kind;
};

RC_SERVICE(parcel)
{
	int (*echo)(const struct parcel_box *box, struct parcel_box *same);
};

#endif
