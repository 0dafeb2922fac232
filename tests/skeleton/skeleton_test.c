/* SPDX-License-Identifier: MIT */
/* skeleton_test.c - a worker that ringgen wrote is called, and says what is left to do. */
#include "tests/skeleton/greeter.rc.h"
#include "tests/testutil/expect.h"

Test(skeleton, each_method_says_that_it_is_not_implemented, .timeout = 240)
{
	const struct greeter_guest guest = { .name = RC_STR("Ada") };
	const struct greeter_guests nobody = { NULL, 0, 0 };
	const struct rc_str *greeting;
	struct rc_client *client;
	struct rc_peer *peer;
	uint32_t count;

	EXPECT_OK(rc_open(test_endpoint("tests/skeleton/worker"), NULL, &peer));
	client = test_client(peer);
	cr_assert_eq(greeter_greet(client, &guest, guest.name, &greeting), -EREMOTEIO);
	cr_assert(test_error_says("greeter.greet", "is not implemented", NULL));
	cr_assert_eq(greeter_crowd(client, nobody, GREETER_SAD, &count), -EREMOTEIO);
	cr_assert(test_error_says("greeter.crowd", "is not implemented", NULL));
	EXPECT_OK(greeter_leave(client, guest));
	cr_assert_eq(doorman_open(client), -EREMOTEIO);
	cr_assert(test_error_says("doorman.open", "is not implemented", NULL));
	test_close(peer, client);
}
