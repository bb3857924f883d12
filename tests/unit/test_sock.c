/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <string.h>

static void numbers_without_a_name_have_none(void **state)
{
	(void)state;
	assert_string_equal(proto_name(PROTO_TCP), "tcp");
	assert_string_equal(proto_name(PROTO_UDP), "udp");
	assert_null(proto_name(PROTO_COUNT));
	assert_null(state_name(0));
	assert_null(state_name(STATE_COUNT));
	assert_null(state_name(UINT32_MAX));
	assert_string_equal(state_name(STATE_TIME_WAIT), "TIME_WAIT");
}

static void timers_are_called_as_ss_calls_them(void **state)
{
	static const char *const names[TIMER_COUNT] = { "off", "on", "keepalive", "timewait", "persist" };

	(void)state;
	for (unsigned timer = 0; timer < TIMER_COUNT; timer++)
		assert_string_equal(timer_name(timer), names[timer]);
	assert_string_equal(timer_name(TIMER_COUNT), "unknown");
	assert_string_equal(timer_name(255), "unknown");
}

static void a_wildcard_is_all_zeros(void **state)
{
	(void)state;
	for (unsigned at = 0; at < 16; at++) {
		uint8_t address[16] = { 0 };

		assert_true(address_is_wildcard(FAMILY_INET, address));
		assert_true(address_is_wildcard(FAMILY_INET6, address));
		address[at] = 1;
		assert_int_equal(address_is_wildcard(FAMILY_INET, address), at >= 4);
		assert_false(address_is_wildcard(FAMILY_INET6, address));
	}
}

static void addresses_are_written_as_inet_ntop_does(void **state)
{
	static const struct {
		const char *endpoint, *text;
	} cases[] = {
		{ "0.0.0.0:1", "0.0.0.0" },
		{ "255.10.9.100:1", "255.10.9.100" },
		{ "[::]:1", "::" },
		{ "[::1]:1", "::1" },
		{ "[fe80::1:2]:1", "fe80::1:2" },
		{ "[::ffff:127.0.0.1]:1", "::ffff:127.0.0.1" },
		{ "[1111:2222:3333:4444:5555:6666:7777:8888]:1", "1111:2222:3333:4444:5555:6666:7777:8888" },
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sock sock = make_sock(1, STATE_LISTEN, cases[i].endpoint, NULL);

		address_format(&out, sock.family, sock.local);
		assert_text(&out, cases[i].text);
	}
	buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_without_a_name_have_none),
		cmocka_unit_test(timers_are_called_as_ss_calls_them),
		cmocka_unit_test(a_wildcard_is_all_zeros),
		cmocka_unit_test(addresses_are_written_as_inet_ntop_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
