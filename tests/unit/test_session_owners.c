/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When the live program looks for owners: over a source whose processes do what the test says, and time that it lets pass. */
#include "helpers.h"

#include <string.h>

#include "base/clock.h"
#include "base/map.h"
#include "kernel/source.h"
#include "model/column.h"
#include "model/owner.h"
#include "model/query.h"
#include "ui/keymap.h"
#include "ui/screen.h"
#include "ui/session.h"

enum { SOCKS_MAX = 100, HOLDERS_MAX = 4, FD = 3 };

#define START_NS UINT64_C(1000000000000)

/* What the kernel has now. */
struct made {
	struct source source; /* the first member: a pointer to it is one to all */
	struct sock socks[SOCKS_MAX];
	int32_t holders[SOCKS_MAX][HOLDERS_MAX]; /* pids, in order; 0: there are no more */
	size_t count;
	uint64_t processes;
	struct map wanted; /* while seeking */
	unsigned scans, looks;
};

struct fixture {
	struct made made;
	struct clock clock;
	struct query query;
	struct column_list columns;
	struct keymap keymap;
	struct ui_options options;
	struct session session;
	struct screen screen;
};

static void begin(struct source *source, const struct query *query)
{
	struct made *made = (struct made *)source;
	const struct source_sink *sink = &source->sink;

	(void)query;
	source->running = true;
	sink->begin(sink->context, clock_now_ns(source->clock));
	for (size_t i = 0; i < made->count; i++)
		sink->sock(sink->context, &made->socks[i], NULL);
	sink->class_end(sink->context, PROTO_TCP, FAMILY_INET, true);
	source->running = false;
	sink->end(sink->context);
}

static bool seek(struct source *source, struct map *wanted, struct map *known)
{
	struct made *made = (struct made *)source;

	(void)known;
	if (source->seeking)
		return false;
	made->wanted = *wanted;
	*wanted = (struct map)MAP_INIT;
	made->scans++;
	return source->seeking = true;
}

static void serve(struct source *source, const struct pollfd *polled, size_t count)
{
	struct made *made = (struct made *)source;
	struct owner_scan scan = { .processes = 9 };

	(void)polled;
	(void)count;
	if (!source->seeking)
		return;
	for (size_t i = 0; i < made->count; i++) {
		for (int j = 0; j < HOLDERS_MAX && made->holders[i][j] != 0; j++)
			owner_scan_add(&scan, &(struct owner){ .inode = made->socks[i].inode, .pid = made->holders[i][j], .fd = FD });
	}
	owner_scan_sort(&scan);
	source->seeking = false;
	struct map wanted = made->wanted;
	source->sink.owners(source->sink.context, &wanted, &scan);
	owner_scan_fini(&scan);
	map_fini(&wanted);
}

static bool holds(const struct made *made, const struct owner *owner)
{
	for (size_t i = 0; i < made->count; i++) {
		for (int j = 0; j < HOLDERS_MAX && made->socks[i].inode == owner->inode; j++) {
			if (made->holders[i][j] == owner->pid)
				return true;
		}
	}
	return false;
}

static bool hold(struct source *source, const struct owner *owners, size_t count)
{
	struct made *made = (struct made *)source;
	bool all = true;

	made->looks += (unsigned)count;
	for (size_t i = 0; i < count; i++)
		all = all && holds(made, &owners[i]);
	return all;
}

static uint64_t processes(struct source *source)
{
	return ((struct made *)source)->processes;
}

static uint64_t due_ns(const struct source *source)
{
	return source->seeking ? 0 : UINT64_MAX;
}

static const struct source_ops ops = {
	.begin = begin,
	.seek = seek,
	.processes = processes,
	.hold = hold,
	.due_ns = due_ns,
	.serve = serve,
};

/* Another listener with these holders, on the next port. */
static size_t add(struct made *made, int32_t first, int32_t second)
{
	size_t at = made->count++;

	made->socks[at] = make_listener(1 + at, (uint16_t)(1 + at));
	made->holders[at][0] = first;
	made->holders[at][1] = second;
	return at;
}

/* Lets time pass, of which little is needed. */
static void pass(struct fixture *fixture, unsigned seconds)
{
	struct session *session = &fixture->session;
	uint64_t until = clock_now_ns(&fixture->clock) + seconds * NS_PER_S;
	struct pollfd polled[SESSION_FDS_MAX];

	do {
		uint64_t due = session_due_ns(session);
		size_t count = session_poll(session, polled);

		clock_wait(&fixture->clock, polled, count, due < until ? due : until);
		session_serve(session, polled, count);
		session_draw(session, &fixture->screen);
	} while (clock_now_ns(&fixture->clock) < until || session->source->seeking);
}

static void start(struct fixture *fixture)
{
	session_init(&fixture->session, &fixture->options);
	session_resize(&fixture->session, &fixture->screen, 80, 24);
	session_draw(&fixture->session, &fixture->screen);
	pass(fixture, 0);
}

static int setup(void **state)
{
	static struct fixture fixture;

	memset(&fixture, 0, sizeof(fixture));
	clock_set(&fixture.clock, CLOCK_STILL, START_NS, START_NS);
	query_init(&fixture.query);
	column_list_usual(&fixture.columns, VIEW_LIVE);
	keymap_init(&fixture.keymap);
	fixture.made.source = (struct source){ .ops = &ops, .clock = &fixture.clock, .made_up = true };
	fixture.made.processes = 70;
	fixture.options = (struct ui_options){
		.source = &fixture.made.source,
		.clock = &fixture.clock,
		.query = &fixture.query,
		.columns = &fixture.columns,
		.keymap = &fixture.keymap,
		.interval_ms = UI_INTERVAL_MS,
		.linger_ns = NS_PER_S,
		.history_size = 10,
		.owners = true,
	};
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	session_fini(&fixture->session);
	screen_fini(&fixture->screen);
	return 0;
}

static const struct row *row_of(const struct fixture *fixture, size_t at)
{
	const struct table *table = &fixture->session.app.table;
	uint32_t row = table_find(table, fixture->made.socks[at].cookie);

	assert_int_not_equal(row, MAP_NONE);
	return &table->rows[row];
}

/* What is shown of a socket is so. */
static void check_holders(const struct fixture *fixture, size_t at)
{
	const struct row *row = row_of(fixture, at);
	const int32_t *holders = fixture->made.holders[at];
	uint32_t count = 0;

	for (; count < HOLDERS_MAX && holders[count] != 0; count++) {
		assert_true(count < row->owner_count);
		assert_int_equal(row->owners[count].pid, holders[count]);
	}
	assert_int_equal(row->owner_count, count);
	assert_false(row->owners_former);
}

/* All is known, and has been for a while. */
static void grow_quiet(struct fixture *fixture)
{
	start(fixture);
	pass(fixture, 20);
	fixture->made.scans = 0;
}

static void a_socket_that_comes_is_looked_for_with_the_snapshot_that_has_it(void **state)
{
	struct fixture *fixture = *state;

	grow_quiet(fixture);
	for (int32_t pid = 10; pid < 15; pid++) {
		size_t at = add(&fixture->made, pid, 0);

		pass(fixture, 1);
		check_holders(fixture, at);
	}
	assert_int_equal(fixture->made.scans, 5);
}

static void while_nothing_changes_nobody_is_looked_for_but_once_a_minute(void **state)
{
	struct fixture *fixture = *state;

	add(&fixture->made, 10, 20);
	grow_quiet(fixture);
	pass(fixture, 40);
	assert_int_equal(fixture->made.scans, 0);
	assert_in_range(fixture->made.looks, 20, 80); /* at two descriptors, every other second */
	pass(fixture, 60);
	assert_int_equal(fixture->made.scans, 1);
}

static void a_holder_that_closes_it_while_another_has_it_is_missed_soon(void **state)
{
	struct fixture *fixture = *state;
	size_t at = add(&fixture->made, 10, 20);

	grow_quiet(fixture);
	check_holders(fixture, at);
	fixture->made.holders[at][0] = 20;
	fixture->made.holders[at][1] = 0;
	pass(fixture, 3);
	check_holders(fixture, at);
}

static void who_it_was_passed_on_to_is_found_soon(void **state)
{
	struct fixture *fixture = *state;
	size_t at = add(&fixture->made, 10, 0);

	grow_quiet(fixture);
	for (int32_t pid = 20; pid < 25; pid++) {
		fixture->made.holders[at][0] = pid;
		pass(fixture, 6); /* not more often than every five seconds */
		check_holders(fixture, at);
	}
}

/* It has left one process when all are looked for, and comes to the other later. */
static void what_is_on_its_way_is_found_when_it_has_come(void **state)
{
	struct fixture *fixture = *state;
	size_t at = add(&fixture->made, 10, 0);

	grow_quiet(fixture);
	fixture->made.holders[at][0] = 0;
	pass(fixture, 2);
	assert_true(row_of(fixture, at)->owners_former);
	fixture->made.holders[at][0] = 20;
	pass(fixture, 1);
	check_holders(fixture, at);
}

/* The kernel has the socket of accept(2) before the process has its descriptor. */
static void a_descriptor_that_comes_after_its_socket_is_found(void **state)
{
	struct fixture *fixture = *state;

	grow_quiet(fixture);
	size_t at = add(&fixture->made, 0, 0);
	pass(fixture, 1);
	assert_int_equal(row_of(fixture, at)->owner_count, 0);
	fixture->made.holders[at][0] = 10;
	pass(fixture, 1);
	check_holders(fixture, at);
}

static void what_nobody_is_seen_to_hold_is_not_looked_for_without_end(void **state)
{
	struct fixture *fixture = *state;

	grow_quiet(fixture);
	add(&fixture->made, 0, 0);
	pass(fixture, 30);
	assert_int_equal(fixture->made.scans, 2);
}

static void nor_is_what_nobody_is_seen_to_hold_any_more(void **state)
{
	struct fixture *fixture = *state;
	size_t at = add(&fixture->made, 10, 0);

	grow_quiet(fixture);
	fixture->made.holders[at][0] = 0;
	pass(fixture, 10);
	assert_true(row_of(fixture, at)->owners_former);
	fixture->made.scans = 0;
	pass(fixture, 40);
	assert_int_equal(fixture->made.scans, 0);
}

static void who_comes_or_goes_is_seen_within_seconds(void **state)
{
	struct fixture *fixture = *state;
	size_t at = add(&fixture->made, 10, 0);

	grow_quiet(fixture);
	fixture->made.holders[at][1] = 20; /* a child */
	fixture->made.processes++;
	pass(fixture, 1);
	check_holders(fixture, at);
	fixture->made.holders[at][1] = 0;
	fixture->made.processes--;
	pass(fixture, 6);
	check_holders(fixture, at);
}

/* A child that has just come may be given it, or close it. */
static void it_is_looked_once_more_when_processes_have_come_and_gone(void **state)
{
	struct fixture *fixture = *state;
	size_t at = add(&fixture->made, 10, 0);

	grow_quiet(fixture);
	fixture->made.processes++;
	pass(fixture, 2);
	fixture->made.holders[at][1] = 20;
	pass(fixture, 5);
	check_holders(fixture, at);
	fixture->made.scans = 0;
	pass(fixture, 50);
	assert_int_equal(fixture->made.scans, 0);
}

static void one_more_holder_is_found_within_a_minute(void **state)
{
	struct fixture *fixture = *state;
	size_t at = add(&fixture->made, 10, 0);

	grow_quiet(fixture);
	fixture->made.holders[at][1] = 20;
	pass(fixture, 61);
	check_holders(fixture, at);
}

/* What is not on the screen is looked at when it comes there. */
static void what_is_scrolled_to_is_true_soon(void **state)
{
	struct fixture *fixture = *state;

	for (int32_t pid = 10; pid < 10 + SOCKS_MAX; pid++)
		add(&fixture->made, pid, 0);
	grow_quiet(fixture);
	fixture->made.looks = 0;
	fixture->made.holders[SOCKS_MAX - 1][0] = 7;
	pass(fixture, 10);
	assert_int_equal(fixture->made.scans, 0);
	assert_in_range(fixture->made.looks, 5, 5 * 24);
	app_key(&fixture->session.app, 'G');
	pass(fixture, 3);
	check_holders(fixture, SOCKS_MAX - 1);
}

static void a_headline_names_who_holds_its_first_socket(void **state)
{
	struct fixture *fixture = *state;
	size_t at = add(&fixture->made, 10, 0);

	fixture->options.group_by = GROUP_BY_PROCESS;
	grow_quiet(fixture);
	groups_fold_all(&fixture->session.app.groups, true);
	app_regroup(&fixture->session.app);
	session_draw(&fixture->session, &fixture->screen);
	fixture->made.holders[at][0] = 20;
	pass(fixture, 3);
	check_holders(fixture, at);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

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
