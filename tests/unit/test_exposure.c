/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From where a socket can be reached. */
#include "helpers.h"

#include "model/column.h"
#include "model/exposure.h"
#include "model/flags.h"
#include "model/table.h"

static void check(struct sock sock, const char *expected)
{
	const struct row row = { .sock = sock };
	const struct column_context context = { .brief = false };
	struct buf out = BUF_INIT;

	columns[COLUMN_EXPOSURE].text(&out, &row, &context);
	assert_text(&out, expected);
	buf_fini(&out);
}

static void an_address_says_how_far_it_reaches(void **state)
{
	static const struct {
		const char *local, *expected;
	} cases[] = {
		{ "127.0.0.1:1", "loopback" },	     { "127.255.1.2:1", "loopback" },	{ "[::1]:1", "loopback" },
		{ "[::ffff:127.0.0.1]:1", "loopback" }, { "126.255.255.255:1", "host/global" }, { "128.0.0.1:1", "host/global" },
		{ "169.254.3.4:1", "host/link" },    { "169.253.3.4:1", "host/global" }, { "[fe80::1]:1", "host/link" },
		{ "[febf::1]:1", "host/link" },	     { "[fec0::1]:1", "host/global" },	{ "10.1.2.3:1", "host/private" },
		{ "172.15.0.1:1", "host/global" },   { "172.16.0.1:1", "host/private" }, { "172.31.0.1:1", "host/private" },
		{ "172.32.0.1:1", "host/global" },   { "192.168.0.1:1", "host/private" }, { "192.169.0.1:1", "host/global" },
		{ "100.63.0.1:1", "host/global" },   { "100.64.0.1:1", "host/private" }, { "100.127.0.1:1", "host/private" },
		{ "100.128.0.1:1", "host/global" },  { "[fd00::1]:1", "host/private" },	{ "[fe00::1]:1", "host/global" },
		{ "[2001:db8::1]:1", "host/global" }, { "[::2]:1", "host/global" },	{ "0.0.0.1:1", "host/global" },
		{ "[::ffff:10.0.0.1]:1", "host/private" }, { "[::ffff:0.0.0.0]:1", "everywhere/ipv4" },
		{ "0.0.0.0:1", "everywhere/ipv4" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		check(make_sock(1, STATE_LISTEN, cases[i].local, NULL), cases[i].expected);
		check(make_sock(1, STATE_UNCONN, cases[i].local, NULL), cases[i].expected);
	}
	check(make_sock(1, STATE_UNCONN, "224.0.0.251:5353", NULL), "multicast");
	check(make_sock(1, STATE_UNCONN, "239.255.255.255:5353", NULL), "multicast");
	check(make_sock(1, STATE_UNCONN, "255.255.255.255:67", NULL), "multicast");
	check(make_sock(1, STATE_UNCONN, "[ff02::fb]:5353", NULL), "multicast");
}

static void the_wildcard_of_ipv6_has_ipv4_in_it_unless_that_is_switched_off(void **state)
{
	struct sock sock = make_sock(1, STATE_LISTEN, "[::]:1", NULL);

	(void)state;
	sock.flags = (struct sock_flags){ .known = 0 };
	check(sock, "everywhere");
	sock.flags = (struct sock_flags){ .known = FLAG_V6ONLY };
	check(sock, "everywhere/both");
	sock.flags = (struct sock_flags){ .known = FLAG_V6ONLY, .set = FLAG_V6ONLY };
	check(sock, "everywhere/ipv6");
}

static void a_device_bounds_it(void **state)
{
	struct sock sock = make_sock(1, STATE_LISTEN, "0.0.0.0:1", NULL), one = make_sock(1, STATE_LISTEN, "10.0.0.1:1", NULL);

	(void)state;
	sock.ifindex = one.ifindex = 2;
	check(sock, "device/ipv4");
	check(one, "host/private");
	sock.ifindex = one.ifindex = 1;
	check(sock, "loopback");
	check(one, "loopback");
}

static void who_waits_for_nobody_is_not_exposed(void **state)
{
	(void)state;
	check(make_sock(1, STATE_ESTABLISHED, "10.0.0.1:1", "10.0.0.2:2"), "-");
	check(make_sock(1, STATE_TIME_WAIT, "10.0.0.1:1", "10.0.0.2:2"), "-");
	check(make_sock(1, STATE_BOUND, "0.0.0.0:1", NULL), "-");
	check(make_sock(1, STATE_CLOSE, "0.0.0.0:1", NULL), "-");
	check(make_sock(1, STATE_UNCONN, "0.0.0.0:0", NULL), "-");
}

static void the_widest_come_first(void **state)
{
	static const char *const order[] = {
		"0.0.0.0:1", "224.0.0.1:1", "1.2.3.4:1", "10.0.0.1:1", "169.254.0.1:1", "127.0.0.1:1",
	};
	struct row rows[ARRAY_SIZE(order) + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		rows[i] = (struct row){ .sock = make_sock(1, STATE_UNCONN, order[i], NULL) };
	rows[ARRAY_SIZE(order)] = (struct row){ .sock = make_sock(1, STATE_ESTABLISHED, "1.2.3.4:1", "1.2.3.4:2") };
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		assert_true(columns[COLUMN_EXPOSURE].compare(&rows[i], &rows[i + 1]) < 0);
		assert_true(columns[COLUMN_EXPOSURE].compare(&rows[i + 1], &rows[i]) > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_says_how_far_it_reaches),
		cmocka_unit_test(the_wildcard_of_ipv6_has_ipv4_in_it_unless_that_is_switched_off),
		cmocka_unit_test(a_device_bounds_it),
		cmocka_unit_test(who_waits_for_nobody_is_not_exposed),
		cmocka_unit_test(the_widest_come_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
