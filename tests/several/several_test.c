/* SPDX-License-Identifier: MIT */
/* several_test.c - two headers in one program: one worker, one client, the same names in both. */
#include "tests/several/part.h"
#include "tests/testutil/expect.h"

Test(several, headers_share_a_worker_and_a_client, .timeout = 240)
{
	struct rc_client *client;
	struct rc_peer *peer;
	int done = 0;

	EXPECT_OK(rc_open(test_endpoint("tests/several/worker/worker"), NULL, &peer));
	client = test_client(peer);
	for (int turn = 0; turn < 3; turn++) {
		left_part(client, &done);
		right_part(client, &done);
	}
	while (done < 6)
		cr_assert_gt(rc_wait(client, test_patience_ns()), 0);
	test_close(peer, client);
}
