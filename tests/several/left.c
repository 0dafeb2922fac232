/* SPDX-License-Identifier: MIT */
/* left.c - the half of the host that knows left.h; no file can know both. */
#include "tests/several/left.rc.h"

#include "tests/several/part.h"
#include "tests/testutil/expect.h"

static void item_done(void *context, int status, const struct item *same)
{
	cr_assert_eq(status, 0, "%s", rc_error_last()->text);
	cr_assert_eq(same->kind, LARGE);
	++*(int *)context;
}

void left_part(struct rc_client *client, int *done)
{
	struct item item = { .name = RC_STR("left"), .kind = LARGE };
	struct shared_place place = { .street = RC_STR("left street"), .side = SHARED_LEFT };
	const struct shared_place *there;
	const struct item *same;
	uint32_t number = 0;

	EXPECT_OK(left_get(client, &item, &same));
	cr_assert_eq(same->kind, LARGE);
	cr_assert_eq(same->name.len, 4);
	rc_release(client, same);
	EXPECT_OK(left_where(client, &place, &there));
	cr_assert_eq(there->side, SHARED_LEFT);
	cr_assert_eq(there->street.len, place.street.len);
	rc_release(client, there);
	EXPECT_OK(left_note(client, 11));
	EXPECT_UNTIL(left_noted(client, &number) == 0 && number == 11);
	EXPECT_OK(left_get_async(client, &item, item_done, done, NULL));
}
