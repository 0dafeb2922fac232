/* SPDX-License-Identifier: MIT */
/* shop.h - an interface in both directions: C calls `shop`, which Go implements; to answer, Go
 * calls `shop_store`, which C implements. */
#ifndef SHOP_H
#define SHOP_H

#include <ringcall/idl.h>

RC_SLICE(shop_names, struct rc_str);

/* What the store knows of an article. */
struct shop_article {
	struct rc_str unit;
	uint64_t cents;
	uint32_t left;
};

/* What a basket costs. */
struct shop_bill {
	struct rc_str text;
	uint64_t cents;
};

/* Sells. Go implements it. */
RC_SERVICE(shop)
{
	/* Adds up the articles, and says when. */
	int (*sell)(struct shop_names articles, struct shop_bill * bill);
};

/* What the host offers to Go. */
RC_HOST_SERVICE(shop_store)
{
	/* Finds an article; -ENOENT: there is none. */
	int (*find)(struct rc_str name, struct shop_article * article);
	/* Tells the time: so short that Go in this process calls it without cgo. */
	RC_LEAF int (*now)(uint64_t * unix_s);
	/* Takes an article from the shelf. Nobody waits for it. */
	RC_ONEWAY int (*take)(struct rc_str name);
};

#endif
