/* SPDX-License-Identifier: MIT */
/* tags.h - structs that Go prints, and turns into JSON. */
/* arguments: --tags json,db */
#ifndef TAGS_H
#define TAGS_H

#include <ringcall/idl.h>
#include <stdalign.h>

enum tags_role { TAGS_READER, TAGS_WRITER };

/* A user, as the web page shows him. */
struct tags_user {
	uint32_t user_id; /* padding follows, which Go adds by itself */
	RC_TAG("json:\"fullName\" validate:\"max=80\"") struct rc_str name;
	struct rc_str secret RC_TAG("json:\"-\"");
	RC_TAG("yaml:\"age\"") uint8_t age;
	enum tags_role role;
	bool is_admin RC_TAG("json:\",omitempty\" note:\"a \\\"quote\\\" \\u00e9 \\x41\"");
	struct rc_bytes picture;
};
RC_SLICE(tags_users, struct tags_user);

/* Padding that Go would not add: it stays a field. */
struct tags_aligned {
	uint8_t kind;
	alignas(8) uint32_t count;
	alignas(8) uint16_t last;
};

struct tags_page {
	struct tags_users users;
	struct tags_aligned aligned;
	uint8_t end;
};

/* Users. */
RC_SERVICE(tags) {
	int (*get)(uint32_t user_id, struct tags_user *user);
	int (*list)(struct tags_page *page);
};

#endif
