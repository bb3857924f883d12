/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When the live program looks for owners: over a source whose processes do what the test says, and time that it lets pass. */
#include "session_fixture.h"

static const struct row *row_of(const struct session_fixture *fixture, size_t at)
{
	const struct table *table = &fixture->session.app.table;
	uint32_t row = table_find(table, 0, fixture->made.socks[at].cookie);

	assert_int_not_equal(row, MAP_NONE);
	return &table->rows[row];
}

/* What is shown of a socket is so. */
static void check_holders(const struct session_fixture *fixture, size_t at)
{
	const struct row *row = row_of(fixture, at);
	const int32_t *holders = fixture->made.holders[at];
	uint32_t count = 0;

	for (; count < MADE_HOLDERS_MAX && holders[count] != 0; count++) {
		assert_true(count < row->owner_count);
		assert_int_equal(row_owner(row, count)->pid, holders[count]);
	}
	assert_int_equal(row->owner_count, count);
	assert_false(row->owners_former);
}

/* All is known, and has been for a while. */
static void grow_quiet(struct session_fixture *fixture)
{
	session_fixture_begin(fixture);
	session_fixture_pass(fixture, 20);
	fixture->made.scans = 0;
}

static void a_socket_that_comes_is_looked_for_with_the_snapshot_that_has_it(void **state)
{
	struct session_fixture *fixture = *state;

	grow_quiet(fixture);
	for (int32_t pid = 10; pid < 15; pid++) {
		size_t at = made_add(&fixture->made, pid, 0);

		session_fixture_pass(fixture, 1);
		check_holders(fixture, at);
	}
	assert_int_equal(fixture->made.scans, 5);
}

static void while_nothing_changes_nobody_is_looked_for_but_once_a_minute(void **state)
{
	struct session_fixture *fixture = *state;

	made_add(&fixture->made, 10, 20);
	grow_quiet(fixture);
	session_fixture_pass(fixture, 40);
	assert_int_equal(fixture->made.scans, 0);
	assert_in_range(fixture->made.looks, 20, 80); /* at two descriptors, every other second */
	session_fixture_pass(fixture, 60);
	assert_int_equal(fixture->made.scans, 1);
}

static void a_holder_that_closes_it_while_another_has_it_is_missed_soon(void **state)
{
	struct session_fixture *fixture = *state;
	size_t at = made_add(&fixture->made, 10, 20);

	grow_quiet(fixture);
	check_holders(fixture, at);
	fixture->made.holders[at][0] = 20;
	fixture->made.holders[at][1] = 0;
	session_fixture_pass(fixture, 3);
	check_holders(fixture, at);
}

static void who_it_was_passed_on_to_is_found_soon(void **state)
{
	struct session_fixture *fixture = *state;
	size_t at = made_add(&fixture->made, 10, 0);

	grow_quiet(fixture);
	for (int32_t pid = 20; pid < 25; pid++) {
		fixture->made.holders[at][0] = pid;
		session_fixture_pass(fixture, 6); /* not more often than every five seconds */
		check_holders(fixture, at);
	}
}

/* It has left one process when all are looked for, and comes to the other later. */
static void what_is_on_its_way_is_found_when_it_has_come(void **state)
{
	struct session_fixture *fixture = *state;
	size_t at = made_add(&fixture->made, 10, 0);

	grow_quiet(fixture);
	fixture->made.holders[at][0] = 0;
	session_fixture_pass(fixture, 2);
	assert_true(row_of(fixture, at)->owners_former);
	fixture->made.holders[at][0] = 20;
	session_fixture_pass(fixture, 1);
	check_holders(fixture, at);
}

/* The kernel has the socket of accept(2) before the process has its descriptor. */
static void a_descriptor_that_comes_after_its_socket_is_found(void **state)
{
	struct session_fixture *fixture = *state;

	grow_quiet(fixture);
	size_t at = made_add(&fixture->made, 0, 0);
	session_fixture_pass(fixture, 1);
	assert_int_equal(row_of(fixture, at)->owner_count, 0);
	fixture->made.holders[at][0] = 10;
	session_fixture_pass(fixture, 1);
	check_holders(fixture, at);
}

static void what_nobody_is_seen_to_hold_is_not_looked_for_without_end(void **state)
{
	struct session_fixture *fixture = *state;

	grow_quiet(fixture);
	made_add(&fixture->made, 0, 0);
	session_fixture_pass(fixture, 30);
	assert_int_equal(fixture->made.scans, 2);
}

static void nor_is_what_nobody_is_seen_to_hold_any_more(void **state)
{
	struct session_fixture *fixture = *state;
	size_t at = made_add(&fixture->made, 10, 0);

	grow_quiet(fixture);
	fixture->made.holders[at][0] = 0;
	session_fixture_pass(fixture, 10);
	assert_true(row_of(fixture, at)->owners_former);
	fixture->made.scans = 0;
	session_fixture_pass(fixture, 40);
	assert_int_equal(fixture->made.scans, 0);
}

static void who_comes_or_goes_is_seen_within_seconds(void **state)
{
	struct session_fixture *fixture = *state;
	size_t at = made_add(&fixture->made, 10, 0);

	grow_quiet(fixture);
	fixture->made.holders[at][1] = 20; /* a child */
	fixture->made.processes++;
	session_fixture_pass(fixture, 1);
	check_holders(fixture, at);
	fixture->made.holders[at][1] = 0;
	fixture->made.processes--;
	session_fixture_pass(fixture, 6);
	check_holders(fixture, at);
}

/* A child that has just come may be given it, or close it. */
static void it_is_looked_once_more_when_processes_have_come_and_gone(void **state)
{
	struct session_fixture *fixture = *state;
	size_t at = made_add(&fixture->made, 10, 0);

	grow_quiet(fixture);
	fixture->made.processes++;
	session_fixture_pass(fixture, 2);
	fixture->made.holders[at][1] = 20;
	session_fixture_pass(fixture, 5);
	check_holders(fixture, at);
	fixture->made.scans = 0;
	session_fixture_pass(fixture, 50);
	assert_int_equal(fixture->made.scans, 0);
}

static void one_more_holder_is_found_within_a_minute(void **state)
{
	struct session_fixture *fixture = *state;
	size_t at = made_add(&fixture->made, 10, 0);

	grow_quiet(fixture);
	fixture->made.holders[at][1] = 20;
	session_fixture_pass(fixture, 61);
	check_holders(fixture, at);
}

enum { LISTENERS = 100 };

/* What is not on the screen is looked at when it comes there. */
static void what_is_scrolled_to_is_true_soon(void **state)
{
	struct session_fixture *fixture = *state;

	for (int32_t pid = 10; pid < 10 + LISTENERS; pid++)
		made_add(&fixture->made, pid, 0);
	grow_quiet(fixture);
	fixture->made.looks = 0;
	fixture->made.holders[LISTENERS - 1][0] = 7;
	session_fixture_pass(fixture, 10);
	assert_int_equal(fixture->made.scans, 0);
	assert_in_range(fixture->made.looks, 5, 5 * 24);
	app_key(&fixture->session.app, 'G');
	session_fixture_pass(fixture, 3);
	check_holders(fixture, LISTENERS - 1);
}

static void a_headline_names_who_holds_its_first_socket(void **state)
{
	struct session_fixture *fixture = *state;
	size_t at = made_add(&fixture->made, 10, 0);

	fixture->options.group_by = GROUP_BY_PROCESS;
	grow_quiet(fixture);
	groups_fold_all(&fixture->session.app.groups, true);
	app_regroup(&fixture->session.app);
	session_draw(&fixture->session, &fixture->screen);
	fixture->made.holders[at][0] = 20;
	session_fixture_pass(fixture, 3);
	check_holders(fixture, at);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, session_fixture_setup, session_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_socket_that_comes_is_looked_for_with_the_snapshot_that_has_it),
		TEST(while_nothing_changes_nobody_is_looked_for_but_once_a_minute),
		TEST(a_holder_that_closes_it_while_another_has_it_is_missed_soon),
		TEST(who_it_was_passed_on_to_is_found_soon),
		TEST(what_is_on_its_way_is_found_when_it_has_come),
		TEST(a_descriptor_that_comes_after_its_socket_is_found),
		TEST(what_nobody_is_seen_to_hold_is_not_looked_for_without_end),
		TEST(nor_is_what_nobody_is_seen_to_hold_any_more),
		TEST(who_comes_or_goes_is_seen_within_seconds),
		TEST(it_is_looked_once_more_when_processes_have_come_and_gone),
		TEST(one_more_holder_is_found_within_a_minute),
		TEST(what_is_scrolled_to_is_true_soon),
		TEST(a_headline_names_who_holds_its_first_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
