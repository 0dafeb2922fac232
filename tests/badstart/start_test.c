/* SPDX-License-Identifier: MIT */
/* start_test.c - what rc_open() refuses: with which code, in which words, and leaving nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/testutil/expect.h"
#include "tests/testutil/kit.rc.h"

/* Opens what cannot be opened; nothing may be left of it. */
static void expect_refused(const char *endpoint, const struct rc_options *options, int code)
{
	struct test_census before, after;
	struct rc_peer *peer = (struct rc_peer *)&before;

	test_census_take(&before);
	EXPECT_FAILS(rc_open(endpoint, options, &peer), code, RC_RAN_NO);
	cr_assert_null(peer);
	EXPECT_UNTIL((test_census_take(&after), after.threads <= before.threads));
	cr_assert_eq(after.descriptors, before.descriptors);
	cr_assert_eq(after.regions, before.regions);
	cr_assert_eq(waitpid(-1, NULL, WNOHANG), -1, "there is a zombie");
}

/* Makes a file of this test's own and returns "worker:" and its path. */
static const char *make_file(const char *text, mode_t mode)
{
	static char endpoint[512];
	const char *folder = getenv("TEST_TMPDIR");
	char *path = endpoint + sizeof("worker:") - 1;
	FILE *file;

	snprintf(endpoint, sizeof(endpoint), "worker:%s/start-%d", folder ? folder : "/tmp",
		 (int)getpid());
	unlink(path);
	file = fopen(path, "we");
	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
	cr_assert_eq(chmod(path, mode), 0);
	return endpoint;
}

static void remove_file(const char *endpoint)
{
	unlink(endpoint + sizeof("worker:") - 1);
}

Test(start, of_a_missing_worker_returns_enoent, .timeout = 240)
{
	expect_refused("worker:./no/such-worker", NULL, -ENOENT);
	EXPECT_SAYS("\"./no/such-worker\"", "cannot be started", "No such file", "build it");
	expect_refused("worker:no-such-worker-in-the-path", NULL, -ENOENT);
	EXPECT_SAYS("\"no-such-worker-in-the-path\"", "No such file");
}

Test(start, of_a_file_that_is_not_executable_returns_eacces, .timeout = 240)
{
	const char *endpoint = make_file("#!/bin/sh\n", 0644);

	expect_refused(endpoint, NULL, -EACCES);
	EXPECT_SAYS("cannot be started", "Permission denied", "executable");
	remove_file(endpoint);
}

Test(start, of_go_code_that_is_not_there_returns_enoent, .timeout = 240)
{
	expect_refused("ring:", NULL, -ENOENT);
	EXPECT_SAYS("\"ring:\"", "linked with no Go code", "RC_LINK_GO", "ring:PATH.so");
	expect_refused("ring:./no-such.so", NULL, -ENOENT);
	EXPECT_SAYS("\"ring:./no-such.so\" cannot be loaded", "No such file");
}

Test(start, of_a_library_that_is_no_go_side_returns_enoexec, .timeout = 240)
{
	struct rc_peer *peer;

	/* It stays loaded, so what is left of it is not counted. */
	EXPECT_FAILS(rc_open("ring:libutil.so.1", NULL, &peer), -ENOEXEC, RC_RAN_NO);
	EXPECT_SAYS("\"ring:libutil.so.1\"", "lacks", "goside/inproc", "cgo");
}

Test(start, of_a_directory_returns_eacces, .timeout = 240)
{
	expect_refused("worker:/tmp", NULL, -EACCES);
	EXPECT_SAYS("\"/tmp\"", "cannot be started", "executable");
	expect_refused("worker:/tmp/", NULL, -EACCES);
	expect_refused("worker:/etc/passwd/x", NULL, -ENOTDIR);
}

Test(start, of_a_text_file_returns_enoexec, .timeout = 240)
{
	const char *endpoint = make_file("I am no program.\n", 0755);

	expect_refused(endpoint, NULL, -ENOEXEC);
	EXPECT_SAYS("cannot be started", "format");
	remove_file(endpoint);
}

Test(start, of_a_script_without_its_interpreter_returns_enoent, .timeout = 240)
{
	const char *endpoint = make_file("#!/no/such/interpreter\n", 0755);

	expect_refused(endpoint, NULL, -ENOENT);
	EXPECT_SAYS("cannot be started");
	remove_file(endpoint);
}

Test(start, of_a_program_that_is_no_worker_returns_enotconn, .timeout = 240)
{
	expect_refused("worker:/bin/true", NULL, -ENOTCONN);
	EXPECT_SAYS("\"/bin/true\"", "left before it answered", "ringcall.Main");
	expect_refused("worker:true", NULL, -ENOTCONN);
	expect_refused("worker:/bin/false", NULL, -ENOTCONN);
	expect_refused("worker:/bin/cat", NULL, -ENOTCONN);
}

Test(start, of_a_worker_that_never_answers_returns_etimedout, .timeout = 240)
{
	const char *endpoint = make_file("#!/bin/sh\nexec sleep 1000\n", 0755);
	struct rc_options options = { .start_timeout_ns = 100 * TEST_NS_PER_MS };
	uint64_t start_ns = rc_now_ns();

	expect_refused(endpoint, &options, -ETIMEDOUT);
	EXPECT_SAYS("did not answer within 100 ms", "start_timeout_ns");
	cr_assert_geq(rc_now_ns() - start_ns, options.start_timeout_ns, "it did not wait");
	remove_file(endpoint);
}

/* The ways of impostor.c, each with its code and words. */
static const struct {
	const char *way;
	int code;
	const char *words[2];
} impostors[] = {
	{ "never_answer", -ETIMEDOUT, { "did not answer", "ringcall.Main" } },
	{ "write_garbage", -EPROTO, { "impossible size", "ringcall.Main" } },
	{ "write_one_byte", -EPROTO, { "impossible size", "" } },
	{ "write_a_huge_packet", -EPROTO, { "impossible size", "" } },
	{ "write_zeros", -EPROTO, { "impossible size", "" } },
	{ "lie_about_the_size", -EPROTO, { "impossible size", "" } },
	{ "speak_a_later_version", -EPROTO, { "versions 4 to 6", "this library 3 to 3" } },
	{ "have_too_many_services", -EPROTO, { "impossible number of services", "" } },
	{ "leave_out_a_service", -EPROTO, { "does not list its services", "" } },
	{ "say_nothing_after_hello", -ETIMEDOUT, { "did not answer", "" } },
	{ "leave_after_hello", -ENOTCONN, { "left before it answered", "" } },
	{ "name_a_service_without_an_end", -EPROTO, { "does not list its services", "" } },
	{ "have_too_many_methods", -EPROTO, { "impossible number of methods", "" } },
	{ "describe_too_much", -EPROTO, { "descriptions have an impossible size", "" } },
	{ "describe_too_much_together", -EPROTO, { "descriptions have an impossible size", "" } },
	{ "describe_more_than_announced", -EPROTO, { "description has another size", "" } },
	{ "describe_the_kit_with_nonsense", -EPROTO, { "service \"kit\"", "regenerate" } },
	{ "refuse_the_region", -EPROTO, { "refused the region", "%s%n herring" } },
	{ "send_hello_for_ready", -EPROTO, { "did not say that it is ready", "" } },
	{ "leave_with_the_region", -ENOTCONN, { "left before it answered", "" } },
	{ "keep_the_region", -ETIMEDOUT, { "did not answer", "" } },
};

Test(start, of_an_impostor_returns_its_code, .timeout = 240)
{
	const char *endpoint = test_endpoint("tests/badstart/impostor");
	struct rc_options options = { .start_timeout_ns = 2 * TEST_NS_PER_S };

	for (size_t i = 0; i < sizeof(impostors) / sizeof(impostors[0]); i++) {
		/* Only those that are waited for to the end have a short end. */
		options.start_timeout_ns =
			impostors[i].code == -ETIMEDOUT ? 50 * TEST_NS_PER_MS : 30 * TEST_NS_PER_S;
		setenv("IMPOSTOR", impostors[i].way, 1);
		fprintf(stderr, "impostor: %s\n", impostors[i].way);
		expect_refused(endpoint, &options, impostors[i].code);
		EXPECT_SAYS("impostor\"", impostors[i].words[0], impostors[i].words[1]);
	}
}

Test(start, with_a_bad_endpoint_returns_einval, .timeout = 240)
{
	static const char *const bad[] = { "",     "worker", "worker:",   "Worker:/bin/true",
					   "ring", "cgo",    "/bin/true", "worker /bin/true" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		expect_refused(bad[i], NULL, -EINVAL);
		EXPECT_SAYS("rc_open", "worker:PATH");
	}
	EXPECT_FAILS(rc_open("worker:/bin/true", NULL, NULL), -EINVAL, RC_RAN_NO);
	EXPECT_SAYS("peer is NULL");
}

Test(start, without_an_endpoint_takes_that_of_the_environment, .timeout = 240)
{
	struct rc_client *client;
	struct rc_peer *peer;

	unsetenv("RC_ENDPOINT");
	expect_refused(NULL, NULL, -EINVAL);
	EXPECT_SAYS("rc_open", "endpoint is NULL", "RC_ENDPOINT", "RC_TRANSPORT", "worker:PATH");
	setenv("RC_ENDPOINT", "", 1);
	expect_refused(NULL, NULL, -EINVAL);
	EXPECT_SAYS("endpoint \"\" names no transport");
	setenv("RC_ENDPOINT", "worker:/no/such/worker", 1);
	expect_refused(NULL, NULL, -ENOENT);
	EXPECT_SAYS("/no/such/worker");

	/* A program that says what it wants gets it. */
	peer = test_open(NULL, NULL);
	test_close(peer, NULL);

	setenv("RC_ENDPOINT", test_endpoint(TEST_KIT_WORKER), 1);
	expect_refused("worker:/bin/true", NULL, -ENOTCONN);
	EXPECT_OK(rc_open(NULL, NULL, &peer));
	client = test_client(peer);
	EXPECT_OK(kit_ping(client));
	test_close(peer, client);
}

Test(start, with_a_bad_option_returns_einval_and_names_it, .timeout = 240)
{
	static const struct {
		struct rc_options options;
		const char *name;
		const char *range;
	} bad[] = {
		{ { .clients_max = 1025 }, "clients_max is 1025", "at most 1024" },
		{ { .clients_max = UINT32_MAX }, "clients_max is 4294967295", "1024" },
		{ { .ring_slots = 1 }, "ring_slots is 1", "power of two" },
		{ { .ring_slots = 3 }, "ring_slots is 3", "power of two" },
		{ { .ring_slots = 1 << 17 }, "ring_slots is 131072", "65536" },
		{ { .payload_bytes = 1 }, "payload_bytes is 1", "4096" },
		{ { .payload_bytes = 5000 }, "payload_bytes is 5000", "power of two" },
		{ { .payload_bytes = UINT64_C(1) << 31 },
		  "payload_bytes is 2147483648",
		  "1073741824" },
		{ { .payload_bytes = UINT64_C(1) << 63 }, "payload_bytes", "1073741824" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		expect_refused(test_endpoint(TEST_KIT_WORKER), &bad[i].options, -EINVAL);
		EXPECT_SAYS("options.", bad[i].name, bad[i].range);
	}
}

Test(start, with_the_smallest_and_largest_options_works, .timeout = 240)
{
	static const struct rc_options good[] = {
		{ .clients_max = 1, .ring_slots = 2, .payload_bytes = 4096 },
		{ .clients_max = 1024, .ring_slots = 2, .payload_bytes = 4096 },
		{ .clients_max = 1, .ring_slots = 1 << 16, .payload_bytes = 1 << 30 },
		{ .spin_ns = 1 },
		{ .spin_ns = UINT64_MAX },
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct rc_peer *peer = test_open(NULL, &good[i]);
		struct rc_client *client = test_client(peer);
		int64_t sum;

		EXPECT_OK(kit_add(client, 40, 2, &sum));
		cr_assert_eq(sum, 42);
		test_close(peer, client);
	}
}

Test(start, works_after_failures, .timeout = 240)
{
	struct rc_peer *peer;
	struct rc_client *client;

	for (int turn = 0; turn < 20; turn++)
		expect_refused(turn % 2 ? "worker:/bin/true" : "worker:/no/such", NULL,
			       turn % 2 ? -ENOTCONN : -ENOENT);
	peer = test_open(NULL, NULL);
	client = test_client(peer);
	EXPECT_OK(kit_ping(client));
	test_close(peer, client);
}

Test(start, without_free_descriptors_returns_emfile_and_works_later, .timeout = 240)
{
	struct rlimit limit = { .rlim_cur = 100, .rlim_max = 100 };
	int taken[100], count = 0;
	struct rc_peer *peer;
	struct rc_client *client;

	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	while ((taken[count] = dup(STDIN_FILENO)) >= 0)
		count++;
	/* With every number of free descriptors, until it works. */
	for (;;) {
		int status = rc_open(test_endpoint(TEST_KIT_WORKER), NULL, &peer);

		if (!status)
			break;
		cr_assert(status == -EMFILE || status == -ENFILE, "%d: %s", status,
			  rc_error_last()->text);
		cr_assert_gt(count, 0);
		close(taken[--count]);
	}
	client = test_client(peer);
	EXPECT_OK(kit_ping(client));
	test_close(peer, client);
}

/*
 * The address space that the child's stack had is anybody's. A mapping that the address sanitizer
 * does not see, as liburing's are, may not be taken for what is left of it there.
 */
Test(start, leaves_no_mark_of_the_childs_stack, .timeout = 240)
{
	enum {
		BYTES = 65536,
		BLOCKS = 256 /* more than there are holes to fill first */
	};
	void *blocks[BLOCKS];

	test_close(test_open(NULL, NULL), NULL);
	for (int index = 0; index < BLOCKS; index++) {
		blocks[index] = (void *)syscall(SYS_mmap, NULL, BYTES, PROT_READ | PROT_WRITE,
						MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		cr_assert_neq(blocks[index], MAP_FAILED);
		memset(blocks[index], 1, BYTES);
	}
	for (int index = 0; index < BLOCKS; index++)
		cr_assert_eq(munmap(blocks[index], BYTES), 0);
}
