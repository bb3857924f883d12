/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <string.h>

#include "model/filter.h"
#include "model/history.h"
#include "model/history_list.h"
#include "model/names.h"
#include "model/query.h"

enum { SIZE = 5 };

struct fixture {
	struct history history;
	struct history_list list;
	struct query query;
	struct filter filter;
	struct names names;
};

static int setup(void **state)
{
	static struct fixture fixture;

	memset(&fixture, 0, sizeof(fixture));
	history_init(&fixture.history, SIZE);
	query_init(&fixture.query);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	history_fini(&fixture->history);
	history_list_fini(&fixture->list);
	filter_fini(&fixture->filter);
	names_fini(&fixture->names);
	return 0;
}

/* A listener's entry; its cookie is the port. */
static void happen(struct fixture *fixture, uint16_t port)
{
	history_add(&fixture->history, &(struct history_entry){ .sock = make_listener(port, port) });
}

static void update(struct fixture *fixture)
{
	const struct history_wanted wanted = { &fixture->query, &fixture->filter, &fixture->names };

	history_list_update(&fixture->list, &fixture->history, &wanted);
}

/* The ports of what is listed, the latest first; a loss is 0. */
static void check_listed(struct fixture *fixture, const char *expected)
{
	struct buf out = BUF_INIT;

	update(fixture);
	for (size_t age = 0; age < history_list_count(&fixture->list); age++)
		buf_printf(&out, "%u ", (unsigned)history_list_at(&fixture->list, &fixture->history, age)->sock.local_port);
	assert_text(&out, expected);
	buf_fini(&out);
}

static void nothing_is_listed_of_nothing(void **state)
{
	check_listed(*state, "");
}

static void what_comes_is_listed_once(void **state)
{
	struct fixture *fixture = *state;

	happen(fixture, 1);
	happen(fixture, 2);
	check_listed(fixture, "2 1 ");
	check_listed(fixture, "2 1 ");
	happen(fixture, 3);
	check_listed(fixture, "3 2 1 ");
	assert_int_equal(fixture->list.total, 3);
}

static void what_the_history_forgets_is_listed_no_more(void **state)
{
	struct fixture *fixture = *state;

	for (uint16_t port = 1; port <= 4; port++)
		happen(fixture, port);
	check_listed(fixture, "4 3 2 1 ");
	for (uint16_t port = 5; port <= 7; port++)
		happen(fixture, port);
	check_listed(fixture, "7 6 5 4 3 ");
	for (uint16_t port = 8; port <= 20; port++)
		happen(fixture, port); /* more than it holds since it was looked at */
	check_listed(fixture, "20 19 18 17 16 ");
	assert_int_equal(fixture->list.total, 12);
}

static void only_what_the_query_asks_for_is_listed(void **state)
{
	struct fixture *fixture = *state;

	portset_add(&fixture->query.ports, 2, 3);
	fixture->query.states = STATE_BIT(STATE_ESTABLISHED); /* of sockets that are; these were */
	for (uint16_t port = 1; port <= 4; port++)
		happen(fixture, port);
	check_listed(fixture, "3 2 ");
}

static void only_what_the_filter_lets_pass_is_listed(void **state)
{
	struct fixture *fixture = *state;
	struct history_entry entry = { .sock = make_listener(5, 5), .owner_count = 1, .owner = { .pid = 7, .comm = "nginx" } };

	history_add(&fixture->history, &entry);
	happen(fixture, 80);
	happen(fixture, 81);
	set_filter(&fixture->filter, "80,5");
	check_listed(fixture, "80 5 ");
	set_filter(&fixture->filter, "7/nginx");
	check_listed(fixture, "80 5 "); /* nobody said that it was another one */
	history_list_reset(&fixture->list);
	check_listed(fixture, "5 ");
	set_filter(&fixture->filter, "listen :81");
	history_list_reset(&fixture->list);
	check_listed(fixture, "81 ");
	filter_fini(&fixture->filter);
	history_list_reset(&fixture->list);
	check_listed(fixture, "81 80 5 ");
}

/* It may have been in another state, and nobody knows now how it was measured. */
static void of_the_filter_of_the_query_counts_what_an_entry_has(void **state)
{
	struct fixture *fixture = *state;
	struct history_entry entry = { .sock = make_listener(5, 5), .owner_count = 1, .owner = { .pid = 7, .comm = "nginx" } };
	struct filter filter = FILTER_INIT;

	history_add(&fixture->history, &entry);
	happen(fixture, 80);
	fixture->query.filter = &filter;
	set_filter(&filter, "sport = :80 state established rtt > 5ms");
	check_listed(fixture, "80 ");
	set_filter(&filter, "comm != nginx or sport = :80");
	history_list_reset(&fixture->list);
	check_listed(fixture, "80 ");
	filter_fini(&filter);
}

static void a_loss_is_always_listed(void **state)
{
	struct fixture *fixture = *state;

	set_filter(&fixture->filter, "nginx");
	portset_add(&fixture->query.ports, 9, 9);
	happen(fixture, 1);
	history_add(&fixture->history, &(struct history_entry){ .kind = HISTORY_LOST });
	check_listed(fixture, "0 ");
}

/* Looked at now and then, against looking at all of it. */
static void over_time_it_lists_what_looking_at_all_would(void **state)
{
	struct fixture *fixture = *state;
	uint64_t random = 3;

	portset_add(&fixture->query.ports, 1, 50);
	for (unsigned round = 0; round < 2000; round++) {
		struct buf out = BUF_INIT;

		for (uint64_t more = next_random(&random) % 4; more > 0; more--)
			happen(fixture, (uint16_t)(1 + next_random(&random) % 100));
		for (size_t age = 0; age < fixture->history.count; age++) {
			unsigned port = history_at(&fixture->history, age)->sock.local_port;

			if (port <= 50)
				buf_printf(&out, "%u ", port);
		}
		check_listed(fixture, buf_str(&out));
		buf_fini(&out);
	}
	assert_in_range(fixture->list.capacity, 1, 100); /* what was forgotten takes no room */
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_listed_of_nothing),
		TEST(what_comes_is_listed_once),
		TEST(what_the_history_forgets_is_listed_no_more),
		TEST(only_what_the_query_asks_for_is_listed),
		TEST(only_what_the_filter_lets_pass_is_listed),
		TEST(of_the_filter_of_the_query_counts_what_an_entry_has),
		TEST(a_loss_is_always_listed),
		TEST(over_time_it_lists_what_looking_at_all_would),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
