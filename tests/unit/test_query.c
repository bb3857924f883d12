/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include "model/filter.h"
#include "model/query.h"

static void everything_matches_at_first(void **state)
{
	struct query query;

	(void)state;
	query_init(&query);
	for (unsigned s = 1; s < STATE_COUNT; s++) {
		struct sock sock = make_sock(1, s, "127.0.0.1:9999", NULL);
		assert_true(query_match(&query, &sock));
	}
	struct sock udp = make_sock(1, STATE_UNCONN, "[::1]:53", NULL);
	assert_true(query_match(&query, &udp));
}

static void each_protocol_is_asked_for_by_itself(void **state)
{
	struct sock tcp = make_sock(1, STATE_LISTEN, "0.0.0.0:53", NULL), udp = make_sock(2, STATE_UNCONN, "0.0.0.0:53", NULL);
	struct query query;

	(void)state;
	query_init(&query);
	query.protos = 1u << PROTO_TCP;
	assert_true(query_match(&query, &tcp));
	assert_false(query_match(&query, &udp));
	query.protos = 1u << PROTO_UDP;
	assert_false(query_match(&query, &tcp));
	assert_true(query_match(&query, &udp));
}

static void each_family_is_asked_for_by_itself(void **state)
{
	struct sock inet = make_sock(1, STATE_LISTEN, "0.0.0.0:80", NULL), inet6 = make_sock(2, STATE_LISTEN, "[::]:80", NULL);
	struct query query;

	(void)state;
	query_init(&query);
	query.families = 1u << FAMILY_INET;
	assert_true(query_match(&query, &inet));
	assert_false(query_match(&query, &inet6));
	query.families = 1u << FAMILY_INET6;
	assert_false(query_match(&query, &inet));
	assert_true(query_match(&query, &inet6));
}

static void each_state_is_asked_for_by_itself(void **state)
{
	struct query query;

	(void)state;
	query_init(&query);
	for (unsigned asked = 1; asked < STATE_COUNT; asked++) {
		query.states = STATE_BIT(asked);
		for (unsigned s = 1; s < STATE_COUNT; s++) {
			struct sock sock = make_sock(1, s, NULL, NULL);
			assert_int_equal(query_match(&query, &sock), s == asked);
		}
	}
}

static void listening_is_being_without_a_peer(void **state)
{
	struct query query;

	(void)state;
	query_init(&query);
	query.states = STATES_LISTENING;
	for (unsigned s = 1; s < STATE_COUNT; s++) {
		struct sock sock = make_sock(1, s, NULL, NULL);
		assert_int_equal(query_match(&query, &sock), s == STATE_LISTEN || s == STATE_BOUND || s == STATE_UNCONN);
	}
}

/* Numbers whose bit would lie within the 32, and beyond them. */
static void an_unknown_state_matches_only_all_states(void **state)
{
	static const uint8_t unknown[] = { 0, STATE_COUNT, 31, 32 + STATE_LISTEN, STATE_RAW, STATE_RAW + STATE_LISTEN, 255 };
	struct sock sock = make_listener(1, 80);
	struct query query;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		sock.state = unknown[i];
		query_init(&query);
		assert_true(query_match(&query, &sock));
		query.states = STATES_ALL & ~STATE_BIT(STATE_CLOSING) & ~STATE_BIT(0);
		assert_false(query_match(&query, &sock));
	}
}

static void the_local_or_the_foreign_port_matches(void **state)
{
	static const struct {
		const char *local, *foreign;
		bool matches;
	} cases[] = {
		{ "127.0.0.1:9999", "127.0.0.1:40000", true },
		{ "127.0.0.1:40000", "127.0.0.1:9999", true },
		{ "127.0.0.1:9999", "127.0.0.1:9999", true },
		{ "127.0.0.1:9998", "127.0.0.1:10000", false },
		{ "127.0.0.1:0", "127.0.0.1:0", false },
	};
	struct query query;

	(void)state;
	query_init(&query);
	portset_add(&query.ports, 9999, 9999);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sock sock = make_sock(1, STATE_ESTABLISHED, cases[i].local, cases[i].foreign);
		assert_int_equal(query_match(&query, &sock), cases[i].matches);
	}
}

static void what_restricts_it_is_said_in_options(void **state)
{
	static const struct {
		uint16_t low, high; /* high 0: none */
		uint32_t protos, families, states;
		const char *text;
	} cases[] = {
		{ 0, 0, 3, 3, STATES_ALL, "" },
		{ 9999, 9999, 3, 3, STATES_ALL, "-p 9999" },
		{ 8000, 8100, 3, 3, STATES_ALL, "-p 8000-8100" },
		{ 0, 0, 1u << PROTO_TCP, 3, STATES_ALL, "-t" },
		{ 0, 0, 1u << PROTO_UDP, 3, STATES_ALL, "-u" },
		{ 0, 0, 3, 1u << FAMILY_INET, STATES_ALL, "-4" },
		{ 0, 0, 3, 1u << FAMILY_INET6, STATES_ALL, "-6" },
		{ 0, 0, 3, 3, STATES_LISTENING, "-l" },
		{ 9999, 9999, 1u << PROTO_TCP, 1u << FAMILY_INET6, STATES_LISTENING, "-p 9999 -t -6 -l" },
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct query query = {
			.protos = cases[i].protos,
			.families = cases[i].families,
			.states = cases[i].states,
		};

		if (cases[i].high > 0)
			portset_add(&query.ports, cases[i].low, cases[i].high);
		query_describe(&out, &query);
		assert_text(&out, cases[i].text);
	}
	buf_fini(&out);
}

static void a_filter_restricts_as_much_as_does_not_change(void **state)
{
	static const struct {
		const char *text;
		bool matches, closed;
	} cases[] = {
		{ "sport = :80", true, true }, { "sport = :81", false, false }, { "state listening", true, true },
		{ "state established", false, true }, { "recvq > 7", true, true }, { "proto udp", false, false }, { "comm x", true, true },
	};
	const struct sock sock = make_listener(1, 80);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct filter filter = FILTER_INIT;
		struct query query;

		query_init(&query);
		set_filter(&filter, cases[i].text);
		query.filter = &filter;
		if (query_match(&query, &sock) != cases[i].matches || query_match_closed(&query, &sock) != cases[i].closed)
			fail_msg("\"%s\" is wrong", cases[i].text);
		filter_fini(&filter);
	}
}

static void the_states_that_a_filter_leaves_are_known(void **state)
{
	static const struct {
		const char *text;
		uint32_t states;
	} cases[] = {
		{ "sport = :80", STATES_ALL }, { "state all", STATES_ALL }, { "state listening", STATE_BIT(STATE_LISTEN) },
		{ "state listening or comm x", STATES_ALL }, { "state listening and comm x", STATE_BIT(STATE_LISTEN) },
		{ "proto udp state listening or proto tcp state bound", STATE_BIT(STATE_BOUND) }, { "proto udp", 0 },
		{ "exclude listening state listening", STATES_ALL },
	};
	struct query query;

	(void)state;
	query_init(&query);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct filter filter = FILTER_INIT;

		set_filter(&filter, cases[i].text);
		query.filter = &filter;
		if (query_states(&query, PROTO_TCP, FAMILY_INET) != cases[i].states)
			fail_msg("\"%s\" leaves %#x", cases[i].text, query_states(&query, PROTO_TCP, FAMILY_INET));
		filter_fini(&filter);
	}
	query.any_state = true;
	assert_int_equal(query_states(&query, PROTO_TCP, FAMILY_INET), STATES_ALL);
	query.filter = NULL;
	query.states = STATES_LISTENING;
	assert_int_equal(query_states(&query, PROTO_TCP, FAMILY_INET), STATES_LISTENING);
}

/* What becomes of a socket is told of those that leave the state that is meant. */
static void sockets_may_be_followed_through_all_states(void **state)
{
	const struct sock sock = make_listener(1, 80);
	struct filter filter = FILTER_INIT;
	struct query query;

	(void)state;
	query_init(&query);
	set_filter(&filter, "state time-wait sport = :80");
	query_restrict(&query, 0, 0, &filter);
	assert_false(query_match(&query, &sock));
	query.any_state = true;
	assert_true(query_match(&query, &sock));
	set_filter(&filter, "state time-wait sport = :81");
	assert_false(query_match(&query, &sock));
	filter_fini(&filter);
}

static void a_filter_is_described_as_it_was_written_and_harmless(void **state)
{
	struct filter filter = FILTER_INIT;
	struct buf out = BUF_INIT;
	struct query query;

	(void)state;
	query_init(&query);
	query.protos = 1u << PROTO_TCP;
	set_filter(&filter, "sport = :80 or \"\033[2J\"");
	query.filter = &filter;
	query_describe(&out, &query);
	assert_text(&out, "-t sport = :80 or \"\\x1b[2J\"");
	filter_fini(&filter);
	buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_matches_at_first),
		cmocka_unit_test(a_filter_restricts_as_much_as_does_not_change),
		cmocka_unit_test(the_states_that_a_filter_leaves_are_known),
		cmocka_unit_test(sockets_may_be_followed_through_all_states),
		cmocka_unit_test(a_filter_is_described_as_it_was_written_and_harmless),
		cmocka_unit_test(each_protocol_is_asked_for_by_itself),
		cmocka_unit_test(each_family_is_asked_for_by_itself),
		cmocka_unit_test(each_state_is_asked_for_by_itself),
		cmocka_unit_test(listening_is_being_without_a_peer),
		cmocka_unit_test(an_unknown_state_matches_only_all_states),
		cmocka_unit_test(the_local_or_the_foreign_port_matches),
		cmocka_unit_test(what_restricts_it_is_said_in_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
