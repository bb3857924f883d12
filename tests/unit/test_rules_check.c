/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What bind() checks before other sockets count, in the kernel's order; port 0; and listen()'s own errors.
 */
#include "rules_fixture.h"

#include <errno.h>

static void ipv4_takes_its_own_addresses_and_some_of_nobody(void **state)
{
	static const char *const taken[] = {
		"tcp 0.0.0.0:80", "tcp 127.0.0.1:80", "tcp 127.9.9.9:80", "tcp 10.0.0.1:80", "tcp 10.0.0.255:80", "tcp 224.0.0.9:80",
		"tcp 255.255.255.255:80", "tcp 192.0.2.1:80 F", "tcp 127.0.0.1:80 dev=2",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(taken); i++)
		assert_string_equal(alone(taken[i]), "ok");
	assert_string_equal(alone("tcp 192.0.2.1:80"), "EADDRNOTAVAIL not-local");
	assert_string_equal(alone("tcp 10.0.0.2:80"), "EADDRNOTAVAIL not-local");
	assert_string_equal(alone("tcp 0.0.0.9:80"), "EADDRNOTAVAIL not-local");
}

static void ipv6_takes_its_own_addresses_on_the_right_device(void **state)
{
	(void)state;
	assert_string_equal(alone("tcp [::1]:80"), "ok");
	assert_string_equal(alone("tcp [fd00::1]:80 dev=1"), "ok");
	assert_string_equal(alone("tcp [::1]:80 dev=2"), "EADDRNOTAVAIL other-device");
	assert_string_equal(alone("tcp [::1]:80 dev=9"), "ENODEV no-device");
	assert_string_equal(alone("tcp [2001:db8::1]:80"), "EADDRNOTAVAIL not-local");
	assert_string_equal(alone("tcp [2001:db8::1]:80 F"), "ok");
	assert_string_equal(alone("tcp [fd00::2]:80"), "EADDRNOTAVAIL tentative-address");
	assert_string_equal(alone("tcp [fd00::2]:80 F"), "ok");
}

static void link_local_addresses_need_a_device(void **state)
{
	(void)state;
	assert_string_equal(alone("tcp [fe80::1]:80"), "EINVAL link-local-scope");
	assert_string_equal(alone("tcp [fe80::1]:80 scope=2"), "ok");
	assert_string_equal(alone("tcp [fe80::1]:80 dev=2"), "ok");
	assert_string_equal(alone("tcp [fe80::1]:80 scope=3"), "EADDRNOTAVAIL other-device");
	assert_string_equal(alone("tcp [fe80::1]:80 scope=9"), "ENODEV no-device");
	assert_string_equal(alone("tcp [fe80::1]:80 scope=9 F"), "ENODEV no-device");
	assert_string_equal(alone("udp [ff02::1]:80"), "EINVAL link-local-scope");
	assert_string_equal(alone("udp [ff02::1]:80 scope=2"), "ok");
	assert_string_equal(alone("udp [ff05::1]:80"), "ok");
	assert_string_equal(alone("tcp [ff05::1]:80"), "EINVAL multicast-stream");
}

static void ipv4_in_ipv6_is_checked_as_ipv4(void **state)
{
	(void)state;
	assert_string_equal(alone("tcp [::ffff:127.0.0.3]:80"), "ok");
	assert_string_equal(alone("tcp [::ffff:127.0.0.3]:80 6"), "EINVAL mapped-v6only");
	assert_string_equal(alone("tcp [::ffff:192.0.2.1]:80"), "EADDRNOTAVAIL not-local");
	assert_string_equal(alone("tcp [::ffff:127.0.0.3]:80 dev=9"), "ENODEV no-device");
}

/* AF_INET looks at the address first, AF_INET6 at the port. */
static void the_order_of_the_families_differs(void **state)
{
	(void)state;
	assert_string_equal(alone("tcp 0.0.0.0:80 user"), "EACCES privileged-port");
	assert_string_equal(alone("tcp 0.0.0.0:1024 user"), "ok");
	assert_string_equal(alone("tcp 0.0.0.0:0 user"), "ok");
	assert_string_equal(alone("tcp 192.0.2.1:80 user"), "EADDRNOTAVAIL not-local");
	assert_string_equal(alone("tcp [2001:db8::1]:80 user"), "EACCES privileged-port");
	assert_string_equal(alone("tcp [fe80::1]:80 user"), "EACCES privileged-port");
	assert_string_equal(alone("tcp [ff02::1]:80 user"), "EINVAL multicast-stream");
	assert_string_equal(beside("tcp 0.0.0.0:80 user", "tcp 0.0.0.0:80"), "EACCES privileged-port");
}

static void check_bind(const char *text, struct bind_wish wish, enum bind_rule rule, int error)
{
	struct bind_scene scene = { .host = &plain_host };
	struct bind_verdict verdict = BIND_VERDICT_INIT;

	rules_bind(&wish, &scene, &verdict);
	if (verdict.rule != rule || verdict.error != error)
		fail_msg("%s: %s", text, rules_id(verdict.rule));
	rules_verdict_fini(&verdict);
}

static void a_socket_is_bound_once(void **state)
{
	static const char *const texts[] = { "tcp 127.0.0.1:80", "tcp [::1]:80", "tcp [fe80::1]:80" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct bind_wish wish = make_wish(texts[i]);

		wish.is_bound = true;
		check_bind(texts[i], wish, RULE_SECOND_BIND, EINVAL);
		wish.is_bound = false;
		wish.state = STATE_ESTABLISHED;
		check_bind(texts[i], wish, RULE_SECOND_BIND, EINVAL);
		wish.state = STATE_CLOSE;
		wish.other_family = true;
		check_bind(texts[i], wish, RULE_ADDRESS_FAMILY, wish.family == FAMILY_INET ? EAFNOSUPPORT : EINVAL);
	}
}

static void sysctls_let_in_more(void **state)
{
	struct bind_host host = plain_host;
	struct situation situation = { .host = &host };

	(void)state;
	host.nonlocal_bind4 = true;
	assert_string_equal(verdict_of_bind("tcp 192.0.2.1:80", &situation), "ok");
	assert_string_equal(verdict_of_bind("tcp [::ffff:192.0.2.1]:80", &situation), "ok");
	assert_string_equal(verdict_of_bind("tcp [2001:db8::1]:80", &situation), "EADDRNOTAVAIL not-local");
	host.nonlocal_bind6 = true;
	assert_string_equal(verdict_of_bind("tcp [2001:db8::1]:80", &situation), "ok");
	host.unprivileged_start = 80;
	assert_string_equal(verdict_of_bind("tcp 0.0.0.0:80 user", &situation), "ok");
	assert_string_equal(verdict_of_bind("tcp 0.0.0.0:79 user", &situation), "EACCES privileged-port");
}

static void what_bind_sets_is_known(void **state)
{
	static const struct {
		const char *wish;
		enum tri v6only;
		uint32_t ifindex;
	} cases[] = {
		{ "tcp 127.0.0.1:80", TRI_NO, 0 },      { "tcp [::]:80", TRI_NO, 0 },
		{ "tcp [::]:80 6", TRI_YES, 0 },        { "tcp [::1]:80", TRI_YES, 0 },
		{ "tcp [::ffff:127.0.0.1]:80", TRI_NO, 0 }, { "tcp [fe80::1]:80 scope=2", TRI_YES, 2 },
		{ "tcp [fe80::1]:80 scope=2 dev=3", TRI_YES, 2 }, { "tcp [::1]:80 scope=2", TRI_YES, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bind_wish wish = make_wish(cases[i].wish);
		struct bind_sock sock = rules_bound(&wish);

		assert_int_equal(sock.v6only, cases[i].v6only);
		assert_int_equal(sock.ifindex, cases[i].ifindex);
		assert_int_equal(sock.state, STATE_BOUND);
	}
}

/* A range of four ports, of which one is reserved. */
static struct bind_host small_host(void)
{
	static const uint16_t reserved[] = { 9002, 9500 };
	struct bind_host host = plain_host;

	host.range_low = 9000;
	host.range_high = 9003;
	host.reserved = reserved;
	host.reserved_count = ARRAY_SIZE(reserved);
	return host;
}

static void port_0_fails_when_no_port_is_left(void **state)
{
	struct bind_host host = small_host();
	struct situation free_one = { .host = &host, .others = { "tcp 0.0.0.0:9000 AP", "tcp 0.0.0.0:9001 AP", "udp 0.0.0.0:9003" } };
	struct situation full = { .host = &host, .others = { "tcp 0.0.0.0:9000 AP", "tcp 0.0.0.0:9001 AP", "tcp 127.0.0.1:9003 AP" } };

	(void)state;
	assert_string_equal(verdict_of_bind("tcp 0.0.0.0:0", &free_one), "ok");
	assert_string_equal(verdict_of_bind("tcp 0.0.0.0:0 AP", &full), "EADDRINUSE ports-exhausted");
	assert_string_equal(verdict_of_bind("tcp 127.0.0.2:0", &full), "ok");
	host.autobind_reuse = true;
	assert_string_equal(verdict_of_bind("tcp 0.0.0.0:0", &full), "EADDRINUSE ports-exhausted");
	assert_string_equal(verdict_of_bind("tcp 0.0.0.0:0 A", &full), "ok");
	assert_string_equal(verdict_of_bind("tcp 0.0.0.0:0 AP", &full), "EADDRINUSE ports-exhausted");
	assert_string_equal(verdict_of_bind("tcp 0.0.0.0:0 AP uid=7", &full), "ok");
}

static void udp_shares_a_port_that_the_kernel_chooses(void **state)
{
	struct bind_host host = small_host();
	struct situation full = { .host = &host, .others = { "udp 0.0.0.0:9000 A", "udp 0.0.0.0:9001", "udp 0.0.0.0:9003" } };

	(void)state;
	assert_string_equal(verdict_of_bind("udp 0.0.0.0:0", &full), "EADDRINUSE ports-exhausted");
	assert_string_equal(verdict_of_bind("udp 0.0.0.0:0 A", &full), "ok");
}

static void of_an_odd_range_one_port_may_be_left_out(void **state)
{
	struct bind_host host = plain_host;
	struct situation full = { .host = &host, .others = { "tcp 0.0.0.0:9000", "tcp 0.0.0.0:9001" } };

	(void)state;
	host.range_low = 9000;
	host.range_high = 9002;
	assert_string_equal(verdict_of_bind("tcp 0.0.0.0:0", &full), "unknown ports-exhausted");
	assert_string_equal(verdict_of_bind("udp 0.0.0.0:0", &full), "ok");
	host.range_low = 9002;
	assert_string_equal(verdict_of_bind("tcp 0.0.0.0:0", &full), "ok");
}

/* Each end of IP_LOCAL_PORT_RANGE counts if it lies within the host's range. */
static void a_socket_narrows_the_range(void **state)
{
	struct bind_sock sock = make_other("tcp 0.0.0.0:40000");
	struct bind_scene scene = { .socks = &sock, .count = 1, .host = &plain_host };
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	struct bind_wish wish = make_wish("tcp 0.0.0.0:0");

	(void)state;
	wish.range_low = wish.range_high = 40000;
	rules_bind(&wish, &scene, &verdict);
	assert_int_equal(verdict.rule, RULE_PORTS_EXHAUSTED);
	wish.range_low = 100;
	rules_bind(&wish, &scene, &verdict);
	assert_int_equal(verdict.rule, RULE_ANY_PORT);
	wish.range_low = 40000;
	wish.bind_address_no_port = true;
	rules_bind(&wish, &scene, &verdict);
	assert_int_equal(verdict.rule, RULE_PORT_LATER);
	rules_listen(&wish, &scene, &verdict);
	assert_int_equal(verdict.rule, RULE_PORTS_EXHAUSTED);
	rules_verdict_fini(&verdict);
}

static void check_listen(const char *text, unsigned own_state, enum bind_rule rule, int error)
{
	struct bind_scene scene = { .host = &plain_host };
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	struct bind_wish wish = make_wish(text);

	wish.state = (uint16_t)own_state;
	wish.is_bound = true;
	rules_listen(&wish, &scene, &verdict);
	assert_int_equal(verdict.rule, rule);
	assert_int_equal(verdict.error, error);
	rules_verdict_fini(&verdict);
}

static void only_a_stream_that_is_not_connected_listens(void **state)
{
	(void)state;
	check_listen("udp 0.0.0.0:80", STATE_UNCONN, RULE_NOT_A_STREAM, EOPNOTSUPP);
	check_listen("tcp 0.0.0.0:80", STATE_LISTEN, RULE_ALREADY_LISTENS, 0);
	check_listen("tcp 0.0.0.0:80", STATE_ESTABLISHED, RULE_CONNECTED_LISTEN, EINVAL);
	check_listen("tcp 0.0.0.0:80", STATE_SYN_SENT, RULE_CONNECTED_LISTEN, EINVAL);
	check_listen("tcp 0.0.0.0:80", STATE_CLOSE, RULE_FREE, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_takes_its_own_addresses_and_some_of_nobody),
		cmocka_unit_test(ipv6_takes_its_own_addresses_on_the_right_device),
		cmocka_unit_test(link_local_addresses_need_a_device),
		cmocka_unit_test(ipv4_in_ipv6_is_checked_as_ipv4),
		cmocka_unit_test(the_order_of_the_families_differs),
		cmocka_unit_test(a_socket_is_bound_once),
		cmocka_unit_test(sysctls_let_in_more),
		cmocka_unit_test(what_bind_sets_is_known),
		cmocka_unit_test(port_0_fails_when_no_port_is_left),
		cmocka_unit_test(udp_shares_a_port_that_the_kernel_chooses),
		cmocka_unit_test(of_an_odd_range_one_port_may_be_left_out),
		cmocka_unit_test(a_socket_narrows_the_range),
		cmocka_unit_test(only_a_stream_that_is_not_connected_listens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
