/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is not known: flags of other sockets, what was on the port before; and what the kernel remembers of that.
 */
#include "rules_fixture.h"

#include <string.h>

static void what_is_certain_without_flags_is_said(void **state)
{
	(void)state;
	assert_string_equal(beside("tcp 127.0.0.1:80 AP", "tcp 127.0.0.2:80 ?"), "ok");
	assert_string_equal(beside("tcp 0.0.0.0:80", "tcp 127.0.0.1:80 ?"), "EADDRINUSE no-flags");
	assert_string_equal(beside("tcp 0.0.0.0:80", "tcp 127.0.0.1:80 TIME_WAIT ?"), "EADDRINUSE no-flags");
	assert_string_equal(beside("tcp 0.0.0.0:80 A", "tcp 127.0.0.1:80 LISTEN ?"), "EADDRINUSE listener-reuseaddr");
	assert_string_equal(beside("tcp 0.0.0.0:80 P", "tcp 0.0.0.0:80 ? uid=7"), "EADDRINUSE other-uid-reuseport, perhaps");
	assert_string_equal(beside("tcp 0.0.0.0:80 AP", "tcp 0.0.0.0:80 LISTEN ? uid=7"), "EADDRINUSE other-uid-reuseport, perhaps");
	assert_string_equal(beside("udp 0.0.0.0:80 P", "udp 0.0.0.0:80 ? uid=7"), "EADDRINUSE other-uid-reuseport");
}

static void the_rest_depends_on_the_flags(void **state)
{
	(void)state;
	assert_string_equal(beside("tcp 0.0.0.0:80 A", "tcp 127.0.0.1:80 ?"), "unknown socket-flag");
	assert_string_equal(beside("tcp 0.0.0.0:80 A", "tcp 127.0.0.1:80 TIME_WAIT ?"), "unknown time-wait-flag");
	assert_string_equal(beside("tcp 0.0.0.0:80 AP", "tcp 127.0.0.1:80 ESTABLISHED ? uid=7"), "unknown other-uid-reuseport, perhaps");
	assert_string_equal(beside("tcp 0.0.0.0:80 P", "tcp 127.0.0.1:80 LISTEN ?"), "unknown socket-flag, perhaps");
	assert_string_equal(beside("udp 0.0.0.0:80 A", "udp 127.0.0.1:80 ?"), "unknown socket-flag");
}

/* One that is certainly in the way decides, and the doubtful ones are named after it. */
static void a_certain_blocker_decides(void **state)
{
	struct bind_sock socks[] = { make_other("tcp 127.0.0.1:80 LISTEN P ?"), make_other("tcp 127.0.0.2:80 TIME_WAIT") };
	struct bind_scene scene = { .socks = socks, .count = 2, .host = &plain_host, .cache = &(struct bind_cache){ .port = 80 } };
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	struct bind_wish wish = make_wish("tcp 0.0.0.0:80 P");

	(void)state;
	rules_bind(&wish, &scene, &verdict);
	assert_int_equal(verdict.outcome, BIND_FAILS);
	assert_int_equal(verdict.rule, RULE_TIME_WAIT_FLAG);
	assert_int_equal(verdict.count, 2);
	assert_int_equal(verdict.blockers[0].index, 1);
	assert_true(verdict.blockers[0].is_certain);
	assert_false(verdict.blockers[1].is_certain);
	rules_verdict_fini(&verdict);
}

static const char *beside_sock(const char *text, struct bind_sock sock)
{
	struct bind_scene scene = { .socks = &sock, .count = 1, .host = &plain_host };
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	struct bind_wish wish = make_wish(text);
	static const char *const outcomes[] = { "ok", "fails", "unknown" };

	rules_bind(&wish, &scene, &verdict);
	const char *outcome = outcomes[verdict.outcome];
	rules_verdict_fini(&verdict);
	return outcome;
}

static void ipv6only_matters_to_ipv4_wildcards_alone(void **state)
{
	struct bind_sock ghost = make_other("tcp [::1]:80 ESTABLISHED");

	(void)state;
	ghost.v6only = TRI_UNKNOWN;
	assert_string_equal(beside_sock("tcp 0.0.0.0:80", ghost), "unknown");
	assert_string_equal(beside_sock("tcp 127.0.0.1:80", ghost), "ok");
	assert_string_equal(beside_sock("tcp [::]:80", ghost), "fails");
}

static void an_unknown_owner_makes_reuseport_unknown(void **state)
{
	struct bind_sock sock = make_other("tcp 0.0.0.0:80 LISTEN P");

	(void)state;
	sock.uid_known = false;
	assert_string_equal(beside_sock("tcp 0.0.0.0:80 P", sock), "unknown");
	sock.is_timewait = true;
	sock.state = STATE_TIME_WAIT;
	assert_string_equal(beside_sock("tcp 0.0.0.0:80 P", sock), "ok");
}

static void kernels_that_hide_bound_sockets_leave_a_doubt(void **state)
{
	struct bind_host host = plain_host;
	struct situation empty = { .host = &host };

	(void)state;
	host.hides_bound = true;
	assert_string_equal(verdict_of_bind("tcp 0.0.0.0:80", &empty), "unknown bound-hidden");
	assert_string_equal(verdict_of_bind("tcp 0.0.0.0:0", &empty), "unknown bound-hidden");
	assert_string_equal(verdict_of_bind("udp 0.0.0.0:80", &empty), "ok");
	empty.others[0] = "tcp 0.0.0.0:80";
	assert_string_equal(verdict_of_bind("tcp 0.0.0.0:80", &empty), "EADDRINUSE no-flags");
	assert_string_equal(verdict_of_bind("tcp 0.0.0.0:80 A", &empty), "EADDRINUSE socket-flag, perhaps");
}

static void the_sockets_of_a_snapshot_bring_what_is_known_of_them(void **state)
{
	struct sock listener = make_listener(7, 80), orphan = make_sock(8, STATE_FIN_WAIT2, "[::1]:80", "[::1]:9");
	struct bind_sock sock = rules_sock(&listener);

	(void)state;
	assert_int_equal(sock.cookie, 7);
	assert_int_equal(sock.port, 80);
	assert_int_equal(sock.state, STATE_LISTEN);
	assert_true(sock.uid_known);
	assert_int_equal(sock.reuseaddr, TRI_UNKNOWN);
	assert_int_equal(sock.reuseport, TRI_UNKNOWN);
	sock = rules_sock(&orphan);
	assert_false(sock.is_timewait);
	assert_int_equal(sock.v6only, TRI_UNKNOWN);
	assert_int_equal(sock.foreign_port, 9);
	orphan.inode = 0;
	orphan.timer = TIMER_TIMEWAIT;
	assert_true(rules_sock(&orphan).is_timewait);
	orphan.timer = TIMER_ON;
	assert_false(rules_sock(&orphan).is_timewait);
	assert_true(rules_sock(&orphan).uid_known);
	orphan.have &= ~(uint32_t)HAVE_TIMER;
	assert_false(rules_sock(&orphan).uid_known);
	struct sock udp = make_sock(9, STATE_UNCONN, "0.0.0.0:53", NULL);
	assert_int_equal(rules_sock(&udp).proto, BIND_UDP);
	flags_learn(&udp.flags, FLAG_V6ONLY, true);
	flags_learn(&udp.flags, FLAG_REUSEADDR, false);
	assert_int_equal(rules_sock(&udp).v6only, TRI_YES);
	assert_int_equal(rules_sock(&udp).reuseaddr, TRI_NO);
	assert_int_equal(rules_sock(&udp).reuseport, TRI_UNKNOWN);
}

/* A port that is followed from when it was free. */
struct past {
	struct bind_cache cache;
	struct bind_sock socks[16];
	size_t count;
};

static const char *ask_past(struct past *past, const char *text)
{
	struct bind_scene scene = { .socks = past->socks, .count = past->count, .host = &plain_host, .cache = &past->cache };
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	struct bind_wish wish = make_wish(text);

	rules_bind(&wish, &scene, &verdict);
	const char *answer = verdict.outcome == BIND_OK ? rules_id(verdict.rule) : "refused";
	rules_verdict_fini(&verdict);
	return answer;
}

static void let_in(struct past *past, const char *text)
{
	struct bind_wish wish = make_wish(text);
	struct bind_sock *sock = &past->socks[past->count++];

	*sock = make_other(text);
	wish.cookie = sock->cookie;
	past->cache.port = 80;
	bind_cache_admitted(&past->cache, &wish);
}

static void forget_last(struct past *past)
{
	bind_cache_update(&past->cache, past->socks, --past->count);
}

static void the_last_reuseport_socket_opens_the_door(void **state)
{
	struct past past = { .count = 0 };

	(void)state;
	let_in(&past, "tcp 127.0.0.1:80 A");
	assert_string_equal(ask_past(&past, "tcp 127.0.0.1:80 P"), "refused");
	let_in(&past, "tcp 127.0.0.1:80 AP");
	assert_string_equal(ask_past(&past, "tcp 127.0.0.1:80 P"), "reuseport-cache");
	assert_string_equal(ask_past(&past, "tcp 127.0.0.1:80 P uid=7"), "refused");
	assert_string_equal(ask_past(&past, "tcp 0.0.0.0:80 P"), "refused");
	forget_last(&past);
	assert_string_equal(ask_past(&past, "tcp 127.0.0.1:80 P"), "reuseport-cache");
	let_in(&past, "tcp 127.0.0.1:80 A");
	assert_string_equal(ask_past(&past, "tcp 127.0.0.1:80 P"), "refused");
	bind_cache_fini(&past.cache);
}

static void a_port_that_was_free_is_forgotten(void **state)
{
	struct past past = { .count = 0 };

	(void)state;
	let_in(&past, "tcp 127.0.0.1:80 P");
	past.socks[0].reuseport = TRI_NO;
	assert_string_equal(ask_past(&past, "tcp 127.0.0.1:80 P"), "reuseport-cache");
	forget_last(&past);
	past.socks[past.count++] = make_other("tcp 127.0.0.1:80");
	bind_cache_update(&past.cache, past.socks, past.count);
	assert_string_equal(ask_past(&past, "tcp 127.0.0.1:80 P"), "refused");
	bind_cache_fini(&past.cache);
}

static void connections_of_connect_alone_are_no_past(void **state)
{
	struct past past = { .count = 0 };

	(void)state;
	past.cache.port = 80;
	past.socks[past.count++] = make_other("tcp 10.0.0.1:80 ESTABLISHED");
	past.socks[0].connect_bound = TRI_YES;
	bind_cache_update(&past.cache, past.socks, past.count);
	assert_true(bind_cache_is_shareable(&past.cache));
	let_in(&past, "tcp 127.0.0.1:80 P");
	assert_false(bind_cache_is_shareable(&past.cache));
	assert_true(past.cache.has_reuseport);
	forget_last(&past);
	assert_true(bind_cache_is_shareable(&past.cache));
	assert_false(past.cache.has_reuseport);
	bind_cache_fini(&past.cache);
}

/* The newest comes first, but IPv6 sockets with SO_REUSEPORT last. */
static void udp_stops_at_the_first_socket_that_counts(void **state)
{
	struct past past = { .count = 0 };
	struct situation past_unseen = { .others = { "udp 127.0.0.1:80 A", "udp 127.0.0.1:80 AP" } };

	(void)state;
	let_in(&past, "udp 127.0.0.1:80 A");
	assert_string_equal(ask_past(&past, "udp 127.0.0.1:80 P"), "refused");
	let_in(&past, "udp 127.0.0.1:80 AP");
	assert_string_equal(ask_past(&past, "udp 127.0.0.1:80 P"), "chain-order");
	assert_string_equal(verdict_of_bind("udp 127.0.0.1:80 P", &past_unseen), "EADDRINUSE socket-flag, perhaps");
	forget_last(&past);
	let_in(&past, "udp [::ffff:127.0.0.1]:80 AP");
	assert_string_equal(ask_past(&past, "udp 127.0.0.1:80 P"), "refused");
	bind_cache_fini(&past.cache);
}

/* From eleven sockets on the address comes before the wildcards. */
static void long_chains_are_walked_by_address(void **state)
{
	struct past past = { .count = 0 };

	(void)state;
	let_in(&past, "udp 127.0.0.1:80 AP");
	for (unsigned i = 0; i < 9; i++)
		let_in(&past, "udp 127.0.0.2:80 AP");
	assert_string_equal(ask_past(&past, "udp 127.0.0.1:80 P"), "shared");
	let_in(&past, "udp 0.0.0.0:80 A");
	assert_string_equal(ask_past(&past, "udp 127.0.0.1:80 P"), "refused");
	let_in(&past, "udp 0.0.0.0:80 AP");
	assert_string_equal(ask_past(&past, "udp 127.0.0.1:80 P"), "chain-order");
	bind_cache_fini(&past.cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_certain_without_flags_is_said),
		cmocka_unit_test(the_rest_depends_on_the_flags),
		cmocka_unit_test(a_certain_blocker_decides),
		cmocka_unit_test(ipv6only_matters_to_ipv4_wildcards_alone),
		cmocka_unit_test(an_unknown_owner_makes_reuseport_unknown),
		cmocka_unit_test(kernels_that_hide_bound_sockets_leave_a_doubt),
		cmocka_unit_test(the_sockets_of_a_snapshot_bring_what_is_known_of_them),
		cmocka_unit_test(the_last_reuseport_socket_opens_the_door),
		cmocka_unit_test(a_port_that_was_free_is_forgotten),
		cmocka_unit_test(connections_of_connect_alone_are_no_past),
		cmocka_unit_test(udp_stops_at_the_first_socket_that_counts),
		cmocka_unit_test(long_chains_are_walked_by_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
