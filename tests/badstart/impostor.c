/* SPDX-License-Identifier: MIT */
/* impostor.c - a worker that breaks the handshake in the way that IMPOSTOR names. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/testutil/fake.h"

static void wait_for_the_end(void)
{
	struct fake fake = { .is_open = false };

	for (;;) {
		fake_obey(&fake);
		usleep(1000);
	}
}

static void never_answer(void)
{
	for (;;)
		pause();
}

static void write_garbage(void)
{
	fake_send("GET / HTTP/1.1\r\n\r\n", 18);
	wait_for_the_end();
}

static void write_one_byte(void)
{
	fake_send("x", 1);
	wait_for_the_end();
}

static void write_a_huge_packet(void)
{
	static unsigned char packet[2 * RC_CONTROL_BYTES_MAX];
	struct rc_control control = { RC_CONTROL_HELLO, sizeof(packet) };

	memcpy(packet, &control, sizeof(control));
	fake_send(packet, sizeof(packet));
	wait_for_the_end();
}

static void write_zeros(void)
{
	static const unsigned char packet[sizeof(struct rc_control_hello_packet)];

	fake_send(packet, sizeof(packet));
	wait_for_the_end();
}

static void lie_about_the_size(void)
{
	struct rc_control_hello_packet hello = { .control = { RC_CONTROL_HELLO, 8 },
						 .magic = RC_HELLO_MAGIC,
						 .version_min = 1,
						 .version_max = 1 };

	fake_send(&hello, sizeof(hello));
	wait_for_the_end();
}

static void speak_a_later_version(void)
{
	fake_send_hello(RC_VERSION_MAX + 1, RC_VERSION_MAX + 3, 0);
	wait_for_the_end();
}

static void have_too_many_services(void)
{
	fake_send_hello(RC_VERSION_MIN, RC_VERSION_MAX, UINT32_MAX);
	wait_for_the_end();
}

static void leave_out_a_service(void)
{
	fake_send_hello(RC_VERSION_MIN, RC_VERSION_MAX, 1);
	fake_send_ready();
	wait_for_the_end();
}

static void say_nothing_after_hello(void)
{
	fake_send_hello(RC_VERSION_MIN, RC_VERSION_MAX, 1);
	wait_for_the_end();
}

static void leave_after_hello(void)
{
	fake_send_hello(RC_VERSION_MIN, RC_VERSION_MAX, 1);
}

/* A service with these words wrong. */
static void send_service(const char *name, uint32_t name_bytes, uint32_t methods,
			 uint32_t description_bytes)
{
	struct rc_control_service_packet packet = {
		.control = { RC_CONTROL_SERVICE, sizeof(packet) },
		.digest = 1,
		.methods = methods,
		.description_bytes = description_bytes,
	};

	memcpy(packet.name, name, name_bytes);
	fake_send(&packet, sizeof(packet));
}

static void name_a_service_without_an_end(void)
{
	char name[RC_NAME_BYTES];

	memset(name, 'n', sizeof(name));
	fake_send_hello(RC_VERSION_MIN, RC_VERSION_MAX, 1);
	send_service(name, sizeof(name), 1, 0);
	wait_for_the_end();
}

static void have_too_many_methods(void)
{
	fake_send_hello(RC_VERSION_MIN, RC_VERSION_MAX, 2);
	send_service("a", 1, RC_METHODS_MAX, 0);
	send_service("b", 1, 1, 0);
	wait_for_the_end();
}

static void describe_too_much(void)
{
	fake_send_hello(RC_VERSION_MIN, RC_VERSION_MAX, 1);
	send_service("a", 1, 1, UINT32_MAX);
	wait_for_the_end();
}

static void describe_too_much_together(void)
{
	struct {
		struct rc_control control;
		char text[8];
	} packet = { { RC_CONTROL_DESCRIPTION, sizeof(packet) }, "" };

	fake_send_hello(RC_VERSION_MIN, RC_VERSION_MAX, 2);
	send_service("a", 1, 1, sizeof(packet.text));
	fake_send(&packet, sizeof(packet));
	send_service("b", 1, 1, RC_DESCRIPTION_BYTES_MAX - sizeof(packet.text) + 1);
	wait_for_the_end();
}

static void describe_more_than_announced(void)
{
	struct {
		struct rc_control control;
		char text[100];
	} packet = { { RC_CONTROL_DESCRIPTION, sizeof(packet) }, "" };

	fake_send_hello(RC_VERSION_MIN, RC_VERSION_MAX, 1);
	send_service("a", 1, 1, 10);
	fake_send(&packet, sizeof(packet));
	wait_for_the_end();
}

static void describe_the_kit_with_nonsense(void)
{
	struct {
		struct rc_control control;
		char text[56];
	} packet = { { RC_CONTROL_DESCRIPTION, sizeof(packet) }, "" };

	memset(packet.text, '\n', sizeof(packet.text));
	fake_send_hello(RC_VERSION_MIN, RC_VERSION_MAX, 1);
	send_service("kit", 3, 1, sizeof(packet.text));
	fake_send(&packet, sizeof(packet));
	struct fake fake = { .is_open = false };

	fake_receive_region(&fake);
	fake_send_ready();
	wait_for_the_end();
}

static void refuse_the_region(void)
{
	struct {
		struct rc_control control;
		char text[32];
	} packet = { { RC_CONTROL_REFUSED, sizeof(packet) }, "it smells of %s%n herring" };
	struct fake fake = { .is_open = false };

	fake_send_hello(RC_VERSION_MIN, RC_VERSION_MAX, 0);
	fake_receive_region(&fake);
	fake_send(&packet, sizeof(packet));
	wait_for_the_end();
}

static void send_hello_for_ready(void)
{
	struct fake fake = { .is_open = false };

	fake_send_hello(RC_VERSION_MIN, RC_VERSION_MAX, 0);
	fake_receive_region(&fake);
	fake_send_hello(RC_VERSION_MIN, RC_VERSION_MAX, 0);
	wait_for_the_end();
}

static void leave_with_the_region(void)
{
	struct fake fake = { .is_open = false };

	fake_send_hello(RC_VERSION_MIN, RC_VERSION_MAX, 0);
	fake_receive_region(&fake);
}

static void keep_the_region(void)
{
	struct fake fake = { .is_open = false };

	fake_send_hello(RC_VERSION_MIN, RC_VERSION_MAX, 0);
	fake_receive_region(&fake);
	never_answer();
}

#define WAY(name)                                                                                  \
	{                                                                                          \
#name, name                                                                        \
	}

static const struct {
	const char *name;
	void (*run)(void);
} ways[] = {
	WAY(never_answer),
	WAY(write_garbage),
	WAY(write_one_byte),
	WAY(write_a_huge_packet),
	WAY(write_zeros),
	WAY(lie_about_the_size),
	WAY(speak_a_later_version),
	WAY(have_too_many_services),
	WAY(leave_out_a_service),
	WAY(say_nothing_after_hello),
	WAY(leave_after_hello),
	WAY(name_a_service_without_an_end),
	WAY(have_too_many_methods),
	WAY(describe_too_much),
	WAY(describe_too_much_together),
	WAY(describe_more_than_announced),
	WAY(describe_the_kit_with_nonsense),
	WAY(refuse_the_region),
	WAY(send_hello_for_ready),
	WAY(leave_with_the_region),
	WAY(keep_the_region),
};

int main(void)
{
	const char *name = getenv("IMPOSTOR");

	for (size_t i = 0; name && i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (strcmp(ways[i].name, name))
			continue;
		ways[i].run();
		return 0;
	}
	errx(1, "impostor: no way \"%s\"", name ? name : "");
}
