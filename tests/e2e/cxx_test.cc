/* SPDX-License-Identifier: MIT */
/*
 * cxx_test.cc - a host in C++17: the headers are C's, the types it wraps them with its own.
 *
 * Exit status 0, or 1 and a sentence.
 */
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/testutil/kit.rc.h"

extern "C" {
#include "tests/testutil/testutil.h"
}

namespace
{

void check(bool holds, const char *what)
{
	if (!holds)
		throw std::runtime_error(what);
}

void call(int status)
{
	if (status < 0)
		throw std::runtime_error(rc_error_last()->text);
}

rc_str str(std::string_view text)
{
	return { text.data(), text.size() };
}

std::string_view view(rc_str text)
{
	return { text.ptr, text.len };
}

struct close_client {
	void operator()(rc_client *client) const
	{
		rc_client_close(client);
	}
};

struct close_peer {
	void operator()(rc_peer *peer) const
	{
		rc_close(peer, RC_FOREVER);
	}
};

struct release {
	rc_client *client;
	void operator()(const void *reply) const
	{
		rc_release(client, reply);
	}
};

using peer_ptr = std::unique_ptr<rc_peer, close_peer>;
using client_ptr = std::unique_ptr<rc_client, close_client>;

void scalars_and_structs(rc_client *client)
{
	const kit_pair pair{ 1, 2 };
	kit_pair swapped{};
	int64_t sum = 0;

	call(kit_add(client, 40, 2, &sum));
	check(sum == 42, "kit.add gives another sum");
	call(kit_swap(client, &pair, &swapped));
	check(swapped.first == 2 && swapped.second == 1, "kit.swap gives another pair");
}

void strings_and_slices(rc_client *client)
{
	const std::string text = "h\u00e9llo from C++";
	std::vector<std::uint8_t> bytes(5000, 3);
	const std::uint8_t some[] = { 1, 2, 3 };
	const rc_bytes few = RC_SLICE_FROM(some);
	const rc_str literal = RC_STR("literal");
	const rc_str *same = nullptr;
	std::uint64_t total = 0;

	call(kit_text(client, str(text), &same));
	const std::unique_ptr<const rc_str, release> first(same, release{ client });
	check(view(*first) == text, "kit.text gives another text");
	call(kit_text(client, literal, &same));
	const std::unique_ptr<const rc_str, release> second(same, release{ client });
	check(view(*second) == "literal", "kit.text gives another literal");
	call(kit_sum(client, { bytes.data(), bytes.size(), bytes.size() }, &total));
	check(total == 15000, "kit.sum gives another sum of a vector");
	call(kit_sum(client, few, &total));
	check(total == 6, "kit.sum gives another sum of an array");
}

/* A lambda is a callback where it captures nothing. */
void callbacks(rc_client *client)
{
	std::int64_t total = 0;

	for (int i = 1; i <= 10; i++)
		call(kit_add_async(
			client, i, 0,
			[](void *context, int status, const std::int64_t *sum) {
				if (!status)
					*static_cast<std::int64_t *>(context) += *sum;
			},
			&total, nullptr));
	while (rc_wait(client, RC_FOREVER) > 0) {
	}
	check(total == 55, "callbacks give another total");
}

void errors(rc_client *client)
{
	check(kit_fail(client, 7, str("on purpose")) < 0, "kit.fail succeeds");
	check(rc_error_last()->application == 7, "the application's code is another");
	check(std::string_view(rc_error_last()->text).find("on purpose") != std::string_view::npos,
	      "the text of the error is another");
}

void run()
{
	const rc_options options{};
	rc_client *client = nullptr;
	rc_peer *peer = nullptr;

	call(rc_open(test_endpoint(TEST_KIT_WORKER), &options, &peer));
	const peer_ptr owned_peer(peer);
	call(rc_client_open(peer, &client));
	const client_ptr owned_client(client);
	scalars_and_structs(client);
	strings_and_slices(client);
	callbacks(client);
	errors(client);
}

} // namespace

int main()
{
	try {
		run();
	} catch (const std::exception &error) {
		std::fprintf(stderr, "cxx_test: %s\n", error.what());
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
