/* SPDX-License-Identifier: MIT */
/* endpoint_test.c - which endpoint rc_open() takes when it is given none. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Services as generated code has them; they are registered in this test's own process. */
static struct rc_service_link links[3];
static const struct rc_service plain = { .name = "plain", .link = &links[0] };
static const struct rc_service first = { .name = "first",
					 .endpoint = "worker:/no/such/first",
					 .link = &links[1] };
static const struct rc_service second = { .name = "second",
					  .endpoint = "worker:/no/such/second",
					  .link = &links[2] };

/* Opens nothing, and says why. */
static void expect_refused(const char *endpoint, int code, const char *part)
{
	struct rc_peer *peer;

	cr_assert_eq(rc_open(endpoint, NULL, &peer), code);
	cr_assert_null(peer);
	cr_assert_not_null(strstr(rc_error_last()->text, part), "\"%s\" does not say \"%s\"",
			   rc_error_last()->text, part);
}

static void setup(void)
{
	unsetenv("RC_ENDPOINT");
	rc__service_register(&plain);
}

Test(endpoint, of_nobody_is_an_error, .init = setup)
{
	expect_refused(NULL, -EINVAL, "RC_TRANSPORT");
}

Test(endpoint, of_a_service_is_the_default, .init = setup)
{
	rc__service_register(&first);
	expect_refused(NULL, -ENOENT, "/no/such/first");
}

Test(endpoint, of_the_environment_overrides_that_of_a_service, .init = setup)
{
	rc__service_register(&first);
	setenv("RC_ENDPOINT", "worker:/no/such/third", 1);
	expect_refused(NULL, -ENOENT, "/no/such/third");
}

Test(endpoint, that_is_passed_overrides_all, .init = setup)
{
	rc__service_register(&first);
	rc__service_register(&second);
	setenv("RC_ENDPOINT", "worker:/no/such/third", 1);
	expect_refused("worker:/no/such/fourth", -ENOENT, "/no/such/fourth");
}

Test(endpoint, of_services_that_differ_is_an_error_that_names_both, .init = setup)
{
	rc__service_register(&first);
	rc__service_register(&second);
	expect_refused(NULL, -EINVAL, "/no/such/first");
	expect_refused(NULL, -EINVAL, "/no/such/second");
	setenv("RC_ENDPOINT", "worker:/no/such/third", 1);
	expect_refused(NULL, -ENOENT, "/no/such/third");
}
