/* SPDX-License-Identifier: MIT */
/* right.c - the half of the host that knows right.h; no file can know both. */
#include "tests/several/right.rc.h"

#include "tests/several/part.h"
#include "tests/testutil/expect.h"

static const uint8_t bytes[100] = { 1, 2, 3, [99] = 4 };

static void item_done(void *context, int status, const struct item *same)
{
	cr_assert_eq(status, 0, "%s", rc_error_last()->text);
	cr_assert_eq(same->kind, LARGE);
	++*(int *)context;
}

void right_part(struct rc_client *client, int *done)
{
	struct item item = { .number = 77, .kind = LARGE, .bytes = RC_SLICE_FROM(bytes) };
	struct shared_place place = { .street = RC_STR("right street"), .side = SHARED_RIGHT };
	const struct shared_place *there;
	const struct item *same;
	uint64_t number = 0;

	EXPECT_OK(right_get(client, &item, &same));
	cr_assert_eq(same->kind, LARGE);
	cr_assert_eq(same->number, 77);
	cr_assert_eq(same->bytes.len, sizeof(bytes));
	cr_assert_eq(memcmp(same->bytes.ptr, bytes, sizeof(bytes)), 0);
	rc_release(client, same);
	EXPECT_OK(right_where(client, &place, &there));
	cr_assert_eq(there->side, SHARED_RIGHT);
	cr_assert_eq(there->street.len, place.street.len);
	rc_release(client, there);
	EXPECT_OK(right_note(client, 22));
	EXPECT_UNTIL(right_noted(client, &number) == 0 && number == 22);
	EXPECT_OK(right_get_async(client, &item, item_done, done, NULL));
}
