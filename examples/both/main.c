/* SPDX-License-Identifier: MIT */
/* main.c - a C program that calls Go, which calls it back. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "examples/both/shop.rc.h"

/* What is on the shelves; Go's calls get it as their context. */
struct store {
	const char *names[2];
	struct shop_article articles[2];
};

static struct shop_article *look(struct store *store, struct rc_str name)
{
	for (size_t i = 0; i < 2; i++)
		if (strlen(store->names[i]) == name.len &&
		    !memcmp(store->names[i], name.ptr, name.len))
			return &store->articles[i];
	return NULL;
}

static int find(void *context, struct rc_str name, struct shop_article *article)
{
	const struct shop_article *found = look(context, name);

	if (!found)
		return rc_host_fail(-ENOENT, "no %.*s on any shelf", RC_STR_ARG(name));
	*article = *found;
	return 0;
}

static int now(void *context, uint64_t *unix_s)
{
	(void)context;
	*unix_s = 86400; /* a program that prints the same each day is easier to test */
	return 0;
}

static int take(void *context, struct rc_str name)
{
	struct shop_article *found = look(context, name);

	return found && found->left-- ? 0 : -ENOENT;
}

static const struct shop_store_functions functions = { .find = find, .now = now, .take = take };

static void sell(struct rc_client *client, struct shop_names basket)
{
	const struct shop_bill *bill;

	if (shop_sell(client, basket, &bill)) {
		printf("%s\n", rc_error_last()->text);
		return;
	}
	printf("%.*s\n", RC_STR_ARG(bill->text));
	rc_release(client, bill);
}

int main(int argc, char **argv)
{
	const char *endpoint = argc > 1 ? argv[1] : "worker:examples/both/shop-worker";
	struct rc_str good[] = { RC_STR("tea"), RC_STR("milk") }, bad[] = { RC_STR("gold") };
	struct store store = { { "tea", "milk" },
			       { { RC_STR("bag"), 450, 10 }, { RC_STR("litre"), 119, 3 } } };
	struct rc_client *client;
	struct rc_peer *peer;

	if (rc_open(endpoint, NULL, &peer) || shop_store_serve(peer, &functions, &store) ||
	    rc_client_open(peer, &client))
		errx(1, "%s", rc_error_last()->text);
	sell(client, (struct shop_names)RC_SLICE_FROM(good));
	sell(client, (struct shop_names)RC_SLICE_FROM(bad));
	rc_client_close(client);
	if (rc_close(peer, RC_FOREVER))
		errx(1, "%s", rc_error_last()->text);
	return 0;
}
