/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <string.h>

#include "model/column.h"
#include "model/filter.h"
#include "model/lister.h"
#include "model/names.h"
#include "model/query.h"
#include "model/table.h"

#define STEP_NS UINT64_C(1000000000)

struct fixture {
	struct table table;
	struct query query;
	struct filter filter;
	struct names names;
	struct listing listing; /* that is kept up */
	struct listing anew;    /* the same, made at once */
	struct lister lister;
};

static int setup(void **state)
{
	static struct fixture fixture;

	memset(&fixture, 0, sizeof(fixture));
	table_init(&fixture.table);
	query_init(&fixture.query);
	names_init(&fixture.names);
	fixture.table.changes.kept = true;
	fixture.listing.names = &fixture.names;
	fixture.lister = (struct lister){ .listing = &fixture.listing, .table = &fixture.table, .query = &fixture.query };
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	lister_fini(&fixture->lister);
	listing_fini(&fixture->listing);
	listing_fini(&fixture->anew);
	table_fini(&fixture->table);
	names_fini(&fixture->names);
	filter_fini(&fixture->filter);
	return 0;
}

/* So many sockets with ports that look random; which of them a snapshot has, and how they are, follows from the seed. */
static void snapshot(struct fixture *fixture, uint64_t seed, unsigned count, unsigned changed_percent)
{
	uint64_t random = seed;

	table_begin(&fixture->table, seed * STEP_NS);
	for (uint64_t i = 0; i < count; i++) {
		struct sock sock = make_listener(1000 + i, (uint16_t)(1 + i * 7919 % 60000));
		unsigned fate = (unsigned)(next_random(&random) % 100);

		sock.have |= HAVE_QUEUES;
		if (fate < changed_percent)
			sock.recv_queue = (uint32_t)(next_random(&random) % 5);
		if (fate >= changed_percent || next_random(&random) % 2 == 0)
			table_see(&fixture->table, &sock);
	}
	table_end_class(&fixture->table, PROTO_TCP, FAMILY_INET);
	table_end(&fixture->table);
}

static void finish(struct fixture *fixture)
{
	while (fixture->lister.busy)
		lister_step(&fixture->lister);
}

/* Whatever was done to it, it is what it would be if it had been made at once. */
static void check(struct fixture *fixture)
{
	const struct listing *kept = &fixture->listing;
	struct listing *anew = &fixture->anew;

	anew->sort = kept->sort;
	anew->inverted = kept->inverted;
	anew->filter = kept->filter;
	anew->names = kept->names;
	listing_make(anew, &fixture->table, &fixture->query);
	assert_int_equal(kept->count, anew->count);
	assert_int_equal(kept->fresh, anew->fresh);
	assert_int_equal(kept->gone, anew->gone);
	assert_int_equal(kept->asked, anew->asked);
	assert_memory_equal(kept->states, anew->states, sizeof(anew->states));
	for (size_t i = 0; i < anew->count; i++)
		assert_int_equal(kept->rows[i], anew->rows[i]);
}

static void follow_snapshots(struct fixture *fixture, unsigned count, unsigned changed_percent)
{
	for (uint64_t seed = 1; seed <= 12; seed++) {
		snapshot(fixture, seed, count, changed_percent);
		lister_update(&fixture->lister);
		finish(fixture);
		check(fixture);
	}
	assert_true(fixture->listing.count > count / 2);
}

static void rows_that_come_change_and_go_are_put_where_they_belong(void **state)
{
	follow_snapshots(*state, 3000, 20);
}

static void so_are_more_than_can_be_put_in_at_once(void **state)
{
	follow_snapshots(*state, 40000, 50);
}

static void any_order_is_kept(void **state)
{
	struct fixture *fixture = *state;

	fixture->listing.sort = &columns[COLUMN_RECV_QUEUE];
	fixture->listing.inverted = true;
	follow_snapshots(fixture, 20000, 10);
}

static void a_filter_is_asked_again_of_what_has_changed(void **state)
{
	struct fixture *fixture = *state;
	struct buf error = BUF_INIT;

	assert_true(filter_parse(&fixture->filter, "recvq < 4", &error));
	fixture->listing.filter = &fixture->filter;
	follow_snapshots(fixture, 6000, 30);
	buf_fini(&error);
}

static void what_an_age_decides_is_judged_again_without_a_change(void **state)
{
	struct fixture *fixture = *state;
	struct buf error = BUF_INIT;

	assert_true(filter_parse(&fixture->filter, "age > 5s", &error));
	fixture->listing.filter = &fixture->filter;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		snapshot(fixture, seed, 100, 0);
		lister_update(&fixture->lister);
		finish(fixture);
		check(fixture);
		assert_int_equal(fixture->listing.count, seed > 6 ? 100 : 0);
	}
	buf_fini(&error);
}

static void rows_that_are_dropped_are_out_of_it_at_once(void **state)
{
	struct fixture *fixture = *state;
	struct query query;

	snapshot(fixture, 1, 20000, 0);
	lister_update(&fixture->lister);
	finish(fixture);
	query_init(&query);
	portset_add(&query.ports, 1, 9000);
	table_retain(&fixture->table, &query);
	lister_update(&fixture->lister);
	assert_true(fixture->lister.busy);
	assert_in_range(fixture->listing.count, 1, 3000);
	for (size_t i = 0; i < fixture->listing.count; i++)
		assert_true(fixture->listing.rows[i] < fixture->table.count);
	finish(fixture);
	check(fixture);
}

static void without_a_change_nothing_is_done(void **state)
{
	struct fixture *fixture = *state;

	snapshot(fixture, 1, 5000, 0);
	assert_true(lister_update(&fixture->lister));
	finish(fixture);
	snapshot(fixture, 2, 5000, 0);
	assert_false(lister_update(&fixture->lister));
	assert_false(fixture->lister.busy);
	check(fixture);
}

static void it_stands_as_it_was_until_another_order_is_made(void **state)
{
	struct fixture *fixture = *state;
	uint32_t first;

	snapshot(fixture, 1, 30000, 0);
	lister_update(&fixture->lister);
	finish(fixture);
	first = fixture->listing.rows[0];
	fixture->listing.inverted = true;
	lister_begin(&fixture->lister);
	assert_false(lister_step(&fixture->lister));
	assert_int_equal(fixture->listing.rows[0], first);
	finish(fixture);
	check(fixture);
	assert_int_equal(fixture->listing.rows[29999], first);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rows_that_come_change_and_go_are_put_where_they_belong),
		TEST(so_are_more_than_can_be_put_in_at_once),
		TEST(any_order_is_kept),
		TEST(a_filter_is_asked_again_of_what_has_changed),
		TEST(what_an_age_decides_is_judged_again_without_a_change),
		TEST(rows_that_are_dropped_are_out_of_it_at_once),
		TEST(without_a_change_nothing_is_done),
		TEST(it_stands_as_it_was_until_another_order_is_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
