/* SPDX-License-Identifier: MIT */
/* kv.h - a store, as a host would declare it. */
#ifndef KV_H
#define KV_H

#include <ringcall/idl.h>

/* When a put is safe. */
enum kv_durability {
	KV_MEMORY,  /* once it is in the worker's memory */
	KV_DISK = 4 /* once it is on disk */
};

/* Names a value. */
struct kv_key {
	struct rc_str name;
	uint32_t shard;
};

/* A value, and when it was put. */
struct kv_item {
	struct rc_str name;
	struct rc_bytes value;
	uint64_t version;
	double weight[4];
};
RC_SLICE(kv_item_slice, struct kv_item);

/* What kv.list gives. */
struct kv_page {
	struct kv_item_slice items;
	struct kv_key next; /* an empty name at the end */
};

/* A store that Go implements. */
RC_SERVICE(kv) {
	/* Gets the item of a key. */
	RC_IDEMPOTENT int (*get)(const struct kv_key *key, struct kv_item *item);

	/*
	 * Puts an item and tells its version.
	 *
	 * An item of the same name is replaced.
	 */
	int (*put)(const struct kv_item *item, enum kv_durability durability, uint64_t *version);

	/* Lists items whose names begin with prefix. */
	int (*list)(struct rc_str prefix, uint32_t limit, struct kv_page *page);

	/* Says that a key is in use. */
	RC_ONEWAY int (*touch)(const struct kv_key *key);
};

#endif
