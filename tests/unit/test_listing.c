/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <string.h>

#include "model/filter.h"
#include "model/listing.h"
#include "model/names.h"
#include "model/query.h"
#include "model/table.h"

#define START_NS UINT64_C(1000000000000)
#define STEP_NS UINT64_C(1000000)

struct fixture {
	struct table table;
	struct query query;
	struct listing listing;
};

static int setup(void **state)
{
	static struct fixture fixture;

	memset(&fixture, 0, sizeof(fixture));
	table_init(&fixture.table);
	query_init(&fixture.query);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	table_fini(&fixture->table);
	listing_fini(&fixture->listing);
	return 0;
}

/* One complete snapshot of IPv4 TCP; others are never missed. */
static void snapshot(struct fixture *fixture, uint64_t now_ns, const struct sock *socks, size_t count)
{
	table_begin(&fixture->table, now_ns);
	for (size_t i = 0; i < count; i++)
		table_see(&fixture->table, &socks[i]);
	table_end_class(&fixture->table, PROTO_TCP, FAMILY_INET);
	table_end(&fixture->table);
	listing_make(&fixture->listing, &fixture->table, &fixture->query);
}

static uint64_t cookie_at(const struct fixture *fixture, size_t at)
{
	return fixture->table.rows[fixture->listing.rows[at]].sock.cookie;
}

/* Sockets in the order in which they are to be listed, by cookie. */
static size_t make_ordered(struct sock socks[])
{
	const struct sock ordered[] = {
		make_sock(1, STATE_LISTEN, "0.0.0.0:80", NULL),
		make_sock(2, STATE_LISTEN, "0.0.0.0:80", NULL),
		make_sock(3, STATE_LISTEN, "127.0.0.1:80", NULL),
		make_sock(4, STATE_LISTEN, "[::]:80", NULL),
		make_sock(5, STATE_LISTEN, "0.0.0.0:1000", NULL),
		make_sock(6, STATE_LISTEN, "0.0.0.0:9999", NULL),
		make_sock(7, STATE_BOUND, "0.0.0.0:80", NULL),
		make_sock(8, STATE_UNCONN, "0.0.0.0:80", NULL),
		make_sock(9, STATE_UNCONN, "0.0.0.0:81", NULL),
		make_sock(10, STATE_ESTABLISHED, "127.0.0.1:22", "127.0.0.1:50000"),
		make_sock(11, STATE_TIME_WAIT, "127.0.0.1:80", "10.0.0.9:2"),
		make_sock(12, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:2"),
		make_sock(13, STATE_SYN_RECV, "127.0.0.1:80", "10.0.0.9:300"),
		make_sock(14, STATE_CLOSE_WAIT, "127.0.0.2:80", "10.0.0.1:1"),
		make_sock(15, STATE_ESTABLISHED, "[::1]:80", "[::1]:1"),
	};

	memcpy(socks, ordered, sizeof(ordered));
	return ARRAY_SIZE(ordered);
}

static void shuffle(struct sock *socks, size_t count, uint64_t *random)
{
	for (size_t i = count - 1; i > 0; i--) {
		size_t other = (size_t)(next_random(random) % (i + 1));
		struct sock swapped = socks[i];

		socks[i] = socks[other];
		socks[other] = swapped;
	}
}

static void listeners_come_first_and_then_it_goes_by_port(void **state)
{
	struct fixture *fixture = *state;
	struct sock socks[32];
	size_t count = make_ordered(socks);
	uint64_t random = 1;

	for (unsigned round = 0; round < 20; round++) {
		shuffle(socks, count, &random);
		snapshot(fixture, START_NS, socks, count);
		assert_int_equal(fixture->listing.count, count);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(cookie_at(fixture, i), i + 1);
		table_fini(&fixture->table);
		table_init(&fixture->table);
	}
}

static void an_empty_table_makes_an_empty_listing(void **state)
{
	struct fixture *fixture = *state;

	snapshot(fixture, START_NS, NULL, 0);
	assert_int_equal(fixture->listing.count, 0);
}

static void only_what_is_asked_for_is_listed(void **state)
{
	struct fixture *fixture = *state;
	struct sock socks[32];
	size_t count = make_ordered(socks);

	fixture->query.states = STATES_LISTENING;
	portset_add(&fixture->query.ports, 80, 80);
	snapshot(fixture, START_NS, socks, count);
	assert_int_equal(fixture->listing.count, 6);
	assert_int_equal(fixture->listing.states[STATE_LISTEN], 4);
	assert_int_equal(fixture->listing.states[STATE_BOUND], 1);
	assert_int_equal(fixture->listing.states[STATE_UNCONN], 1);
	assert_int_equal(fixture->listing.states[STATE_ESTABLISHED], 0);
}

static void each_state_is_counted(void **state)
{
	struct fixture *fixture = *state;
	struct sock socks[32];
	size_t count = make_ordered(socks), sum = 0;

	socks[13].state = STATE_RAW + 20;
	snapshot(fixture, START_NS, socks, count);
	const size_t *states = fixture->listing.states;
	assert_int_equal(states[STATE_LISTEN], 6);
	assert_int_equal(states[STATE_ESTABLISHED], 3);
	assert_int_equal(states[STATE_TIME_WAIT], 1);
	assert_int_equal(states[STATE_UNCONN], 2);
	assert_int_equal(states[STATE_COUNT], 1);
	for (size_t i = 0; i <= STATE_COUNT; i++)
		sum += states[i];
	assert_int_equal(sum, count);
	assert_int_equal(fixture->listing.fresh, 0);
}

/* And what was counted for the last listing is not counted again. */
static void new_and_gone_rows_are_counted_apart(void **state)
{
	const struct sock socks[] = { make_listener(1, 80), make_listener(2, 81), make_listener(3, 82), make_listener(4, 83) };
	struct fixture *fixture = *state;

	snapshot(fixture, START_NS, socks, 2);
	snapshot(fixture, START_NS + STEP_NS, socks + 1, 3);
	assert_int_equal(fixture->listing.count, 4);
	assert_int_equal(fixture->listing.states[STATE_LISTEN], 3);
	assert_int_equal(fixture->listing.gone, 1);
	assert_int_equal(fixture->listing.fresh, 2);
	assert_int_equal(fixture->listing.asked, 3);
	table_expire(&fixture->table, START_NS + STEP_NS + TABLE_LINGER_NS);
	listing_make(&fixture->listing, &fixture->table, &fixture->query);
	assert_int_equal(fixture->listing.count, 3);
	assert_int_equal(fixture->listing.states[STATE_LISTEN], 3);
	assert_int_equal(fixture->listing.gone, 0);
	assert_int_equal(fixture->listing.fresh, 0);
	assert_int_equal(fixture->listing.asked, 3);
}

static void what_a_filter_leaves_out_is_counted_as_asked_for(void **state)
{
	const struct sock socks[] = { make_listener(1, 80), make_listener(2, 81), make_listener(3, 82) };
	struct fixture *fixture = *state;
	struct names names;
	struct filter filter = { .count = 0 };

	names_init(&names);
	set_filter(&filter, "81");
	fixture->listing.filter = &filter;
	fixture->listing.names = &names;
	snapshot(fixture, START_NS, socks, 3);
	assert_int_equal(fixture->listing.count, 1);
	assert_int_equal(fixture->listing.asked, 3);
	filter_fini(&filter);
	names_fini(&names);
}

static void a_gone_row_keeps_its_place(void **state)
{
	const struct sock socks[] = { make_listener(1, 80), make_listener(3, 82), make_listener(2, 81) };
	struct fixture *fixture = *state;

	snapshot(fixture, START_NS, socks, 3);
	snapshot(fixture, START_NS + STEP_NS, socks, 2);
	assert_int_equal(cookie_at(fixture, 1), 2);
	assert_int_equal(fixture->table.rows[fixture->listing.rows[1]].life, ROW_GONE);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

/* It is there, and not listed; nothing has happened to it. */
static void what_the_query_s_filter_leaves_out_is_neither_gone_nor_counted(void **state)
{
	struct fixture *fixture = *state;
	struct names names = NAMES_INIT;
	struct filter of_query = FILTER_INIT, of_list = FILTER_INIT;
	struct sock socks[] = { make_listener(1, 80), make_listener(2, 81), make_listener(3, 82) };

	set_filter(&of_query, "recvq > 0");
	set_filter(&of_list, "sport < 82");
	fixture->query.filter = &of_query;
	fixture->listing.names = &names;
	socks[0].recv_queue = socks[2].recv_queue = 5;
	snapshot(fixture, START_NS, socks, ARRAY_SIZE(socks));
	assert_int_equal(fixture->listing.count, 2);
	assert_int_equal(fixture->listing.asked, 2);
	fixture->listing.filter = &of_list;
	listing_make(&fixture->listing, &fixture->table, &fixture->query);
	assert_int_equal(fixture->listing.count, 1);
	assert_int_equal(fixture->listing.asked, 2);
	socks[0].recv_queue = 0;
	snapshot(fixture, START_NS + STEP_NS, socks, ARRAY_SIZE(socks));
	assert_int_equal(fixture->listing.count, 0);
	assert_int_equal(fixture->listing.gone, 0);
	assert_int_equal(fixture->table.count, 3);
	filter_fini(&of_query);
	filter_fini(&of_list);
	names_fini(&names);
}

/* Neither with the word nor without it, as long as its owner may still have it. */
static void a_row_whose_owners_are_still_looked_for_is_not_listed_for_what_they_are_not(void **state)
{
	struct fixture *fixture = *state;
	struct names names = NAMES_INIT;
	struct filter filter = FILTER_INIT;
	const struct sock sock = make_listener(1, 80);

	set_filter(&filter, "not nginx");
	fixture->listing.filter = &filter;
	fixture->listing.names = &names;
	snapshot(fixture, START_NS, &sock, 1);
	assert_int_equal(fixture->listing.count, 1);
	fixture->listing.owners_come = true;
	listing_make(&fixture->listing, &fixture->table, &fixture->query);
	assert_int_equal(fixture->listing.count, 0);
	fixture->table.rows[0].owners_sought = true;
	listing_make(&fixture->listing, &fixture->table, &fixture->query);
	assert_int_equal(fixture->listing.count, 1);
	filter_fini(&filter);
	names_fini(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_table_makes_an_empty_listing),
		TEST(listeners_come_first_and_then_it_goes_by_port),
		TEST(only_what_is_asked_for_is_listed),
		TEST(each_state_is_counted),
		TEST(what_the_query_s_filter_leaves_out_is_neither_gone_nor_counted),
		TEST(a_row_whose_owners_are_still_looked_for_is_not_listed_for_what_they_are_not),
		TEST(new_and_gone_rows_are_counted_apart),
		TEST(what_a_filter_leaves_out_is_counted_as_asked_for),
		TEST(a_gone_row_keeps_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
