/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which pairs of sockets share a port: the tables that were measured on Linux 6.18, cell by cell.
 */
#include "rules_fixture.h"

#include <stdio.h>
#include <string.h>

/* The matrix names a place by its endpoint and flags: "[::]:80 6". */
static const char *const places[] = {
	"0.0.0.0:80", "127.0.0.1:80", "127.0.0.2:80", "[::]:80", "[::]:80 6", "[::1]:80", "[::1]:80 6", "[::ffff:127.0.0.1]:80",
	"[::ffff:0.0.0.0]:80",
};

/* Rows: the first socket; X: they conflict. */
static const char *const conflicts[] = {
	"XXXX...XX",
	"XX.X...XX",
	"X.XX....X",
	"XXXXXXXXX",
	"...XXXX..",
	"...XXXX..",
	"...XXXX..",
	"XX.X...XX",
	"XXXX...XX",
};

static void check_places(const char *proto)
{
	for (size_t first = 0; first < ARRAY_SIZE(places); first++) {
		for (size_t second = 0; second < ARRAY_SIZE(places); second++) {
			char wish[64], other[64];

			snprintf(wish, sizeof(wish), "%s %s", proto, places[second]);
			snprintf(other, sizeof(other), "%s %s", proto, places[first]);
			const char *expected = conflicts[first][second] == 'X' ? "EADDRINUSE no-flags" : "ok";
			if (strcmp(beside(wish, other), expected) != 0)
				fail_msg("%s beside %s: %s", wish, other, beside(wish, other));
		}
	}
}

static void addresses_overlap_as_measured(void **state)
{
	(void)state;
	check_places("tcp");
	check_places("mptcp");
	check_places("udp");
	check_places("udplite");
}

static const char *const flags[] = { "", "A", "P", "AP" };

/* Rows: the flags of the first; columns: those of the second; + they share, = they do with the same user only. */
struct cells {
	const char *proto, *state;
	const char *rows[4];
};

static void check_cell(const struct cells *cells, size_t first, size_t second, bool stranger)
{
	char wish[64], other[64];
	char cell = cells->rows[first][second];
	bool shares = cell == '+' || (cell == '=' && !stranger);

	snprintf(wish, sizeof(wish), "%s 0.0.0.0:80 %s%s", cells->proto, flags[second], stranger ? " uid=7" : "");
	snprintf(other, sizeof(other), "%s 127.0.0.1:80 %s %s", cells->proto, cells->state, flags[first]);
	if ((strcmp(beside(wish, other), "ok") == 0) != shares)
		fail_msg("%s beside %s: %s", wish, other, beside(wish, other));
}

static void flags_share_as_measured(void **state)
{
	static const struct cells tables[] = {
		{ "tcp", "BOUND", { "....", ".+.+", "..==", ".+=+" } },
		{ "tcp", "LISTEN", { "....", "....", "..==", "..==" } },
		{ "tcp", "ESTABLISHED", { "....", ".+.+", "..==", ".+=+" } },
		{ "tcp", "TIME_WAIT", { "....", ".+.+", "..++", ".+++" } },
		{ "mptcp", "LISTEN", { "....", "....", "..==", "..==" } },
		{ "udp", "UNCONN", { "....", ".+.+", "..==", ".+=+" } },
		{ "udp", "ESTABLISHED", { "....", ".+.+", "..==", ".+=+" } },
		{ "udplite", "UNCONN", { "....", ".+.+", "..==", ".+=+" } },
	};

	(void)state;
	for (size_t table = 0; table < ARRAY_SIZE(tables); table++) {
		for (size_t cell = 0; cell < 2 * 16; cell++)
			check_cell(&tables[table], cell / 4 % 4, cell % 4, cell >= 16);
	}
}

static void an_ipv6_connection_is_in_the_way_of_the_ipv4_wildcard_alone(void **state)
{
	static const char ghost[] = "tcp [::1]:80 ESTABLISHED";

	(void)state;
	assert_string_equal(beside("tcp 0.0.0.0:80", ghost), "EADDRINUSE no-flags");
	assert_string_equal(beside("tcp 0.0.0.0:80", "tcp [::1]:80 ESTABLISHED 6"), "ok");
	assert_string_equal(beside("tcp 127.0.0.1:80", ghost), "ok");
	assert_string_equal(beside("tcp [::ffff:0.0.0.0]:80", ghost), "ok");
}

static void the_ipv4_side_of_an_ipv6_address_is_found_by_udp_only(void **state)
{
	(void)state;
	assert_string_equal(beside("udp 127.0.0.6:80", "udp [::1]:80 ESTABLISHED"), "EADDRINUSE no-flags");
	assert_string_equal(beside("tcp 127.0.0.6:80", "tcp [::1]:80 ESTABLISHED"), "ok");
}

static void tables_ports_and_devices_keep_sockets_apart(void **state)
{
	(void)state;
	assert_string_equal(beside("tcp 0.0.0.0:80", "udp 0.0.0.0:80"), "ok");
	assert_string_equal(beside("udp 0.0.0.0:80", "udplite 0.0.0.0:80"), "ok");
	assert_string_equal(beside("tcp 0.0.0.0:80", "tcp 0.0.0.0:81"), "ok");
	assert_string_equal(beside("mptcp 0.0.0.0:80", "tcp 0.0.0.0:80"), "EADDRINUSE no-flags");
	assert_string_equal(beside("tcp 0.0.0.0:80", "mptcp 0.0.0.0:80"), "EADDRINUSE no-flags");
	assert_string_equal(beside("tcp 0.0.0.0:80 dev=1", "tcp 0.0.0.0:80 dev=2"), "ok");
	assert_string_equal(beside("tcp 0.0.0.0:80 dev=1", "tcp 0.0.0.0:80"), "EADDRINUSE no-flags");
	assert_string_equal(beside("tcp 0.0.0.0:80", "tcp 0.0.0.0:80 dev=2"), "EADDRINUSE no-flags");
}

static void the_reason_is_what_would_have_to_be_different(void **state)
{
	(void)state;
	assert_string_equal(beside("tcp 0.0.0.0:80 A", "tcp 127.0.0.1:80 LISTEN A"), "EADDRINUSE listener-reuseaddr");
	assert_string_equal(beside("tcp 0.0.0.0:80 A", "tcp 127.0.0.1:80 TIME_WAIT"), "EADDRINUSE time-wait-flag");
	assert_string_equal(beside("tcp 0.0.0.0:80 A", "tcp 127.0.0.1:80 CLOSE_WAIT P"), "EADDRINUSE connection-flag");
	assert_string_equal(beside("tcp 0.0.0.0:80 A", "tcp 127.0.0.1:80"), "EADDRINUSE socket-flag");
	assert_string_equal(beside("udp 0.0.0.0:80 A", "udp 127.0.0.1:80 ESTABLISHED"), "EADDRINUSE socket-flag");
	assert_string_equal(beside("udp 0.0.0.0:80 P uid=7", "udp 0.0.0.0:80 P"), "EADDRINUSE other-uid-reuseport");
	assert_string_equal(verdict_of_server("tcp 0.0.0.0:80 A", &(struct situation){ .others = { "tcp 0.0.0.0:80 A" } }), "ok");
}

/* Sockets that end by themselves come last, and only those in the way are named. */
static void every_blocker_is_named_the_worst_first(void **state)
{
	struct bind_sock socks[] = {
		make_other("tcp 127.0.0.1:80 TIME_WAIT"), make_other("tcp 127.0.0.1:80 ESTABLISHED"), make_other("udp 0.0.0.0:80"),
		make_other("tcp 127.0.0.1:80 ESTABLISHED A"), make_other("tcp 127.0.0.1:80"), make_other("tcp 127.0.0.1:80 LISTEN A"),
	};
	static const size_t expected[] = { 5, 4, 1, 0 };
	struct bind_scene scene = { .socks = socks, .count = ARRAY_SIZE(socks), .host = &plain_host };
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	struct bind_wish wish = make_wish("tcp 0.0.0.0:80 A");

	(void)state;
	for (unsigned again = 0; again < 2; again++) {
		rules_bind(&wish, &scene, &verdict);
		assert_int_equal(verdict.count, ARRAY_SIZE(expected));
		for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
			assert_int_equal(verdict.blockers[i].index, expected[i]);
			assert_true(verdict.blockers[i].is_certain);
		}
		assert_int_equal(verdict.rule, RULE_LISTENER_REUSEADDR);
	}
	rules_verdict_fini(&verdict);
}

static void ghosts_are_marked(void **state)
{
	struct bind_sock socks[] = { make_other("tcp [::1]:80 ESTABLISHED"), make_other("tcp [::]:80 LISTEN") };
	struct bind_scene scene = { .socks = socks, .count = ARRAY_SIZE(socks), .host = &plain_host };
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	struct bind_wish wish = make_wish("tcp 0.0.0.0:80");

	(void)state;
	rules_bind(&wish, &scene, &verdict);
	assert_int_equal(verdict.count, 2);
	assert_false(verdict.blockers[0].is_ghost);
	assert_true(verdict.blockers[1].is_ghost);
	rules_verdict_fini(&verdict);
}

/* listen() is the same check again; what changed since bind() makes it fail, and the socket itself is not in its own way. */
static void listen_checks_again(void **state)
{
	struct bind_sock socks[] = { make_other("tcp 0.0.0.0:80 A"), make_other("tcp 0.0.0.0:80 A LISTEN") };
	struct bind_scene scene = { .socks = socks, .count = 1, .host = &plain_host };
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	struct bind_wish wish = make_wish("tcp 0.0.0.0:80 A");

	(void)state;
	wish.cookie = socks[0].cookie;
	wish.is_bound = true;
	rules_listen(&wish, &scene, &verdict);
	assert_int_equal(verdict.outcome, BIND_OK);
	scene.count = 2;
	rules_listen(&wish, &scene, &verdict);
	assert_int_equal(verdict.outcome, BIND_FAILS);
	assert_int_equal(verdict.step, STEP_LISTEN);
	assert_int_equal(verdict.rule, RULE_LISTENER_REUSEADDR);
	assert_int_equal(verdict.count, 1);
	assert_int_equal(verdict.blockers[0].index, 1);
	rules_verdict_fini(&verdict);
}

static void a_private_group_joins_no_other(void **state)
{
	struct bind_sock sock = make_other("udp 0.0.0.0:80 P");
	struct bind_scene scene = { .socks = &sock, .count = 1, .host = &plain_host };
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	struct bind_wish wish = make_wish("udp 0.0.0.0:80 P");

	(void)state;
	wish.reuseport_bpf = true;
	rules_bind(&wish, &scene, &verdict);
	assert_int_equal(verdict.rule, RULE_PRIVATE_GROUP);
	assert_int_equal(verdict.outcome, BIND_FAILS);
	rules_verdict_fini(&verdict);
}

static void every_rule_has_an_id_and_a_sentence_of_its_own(void **state)
{
	(void)state;
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		assert_non_null(rules_id(i));
		assert_non_null(rules_sentence(i));
		assert_int_equal(strspn(rules_id(i), "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(rules_id(i)));
		assert_int_not_equal(rules_sentence(i)[strlen(rules_sentence(i)) - 1], '.');
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(rules_id(i), rules_id(j));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_overlap_as_measured),
		cmocka_unit_test(flags_share_as_measured),
		cmocka_unit_test(an_ipv6_connection_is_in_the_way_of_the_ipv4_wildcard_alone),
		cmocka_unit_test(the_ipv4_side_of_an_ipv6_address_is_found_by_udp_only),
		cmocka_unit_test(tables_ports_and_devices_keep_sockets_apart),
		cmocka_unit_test(the_reason_is_what_would_have_to_be_different),
		cmocka_unit_test(every_blocker_is_named_the_worst_first),
		cmocka_unit_test(ghosts_are_marked),
		cmocka_unit_test(listen_checks_again),
		cmocka_unit_test(a_private_group_joins_no_other),
		cmocka_unit_test(every_rule_has_an_id_and_a_sentence_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
