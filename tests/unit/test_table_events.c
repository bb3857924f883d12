/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the table tells its observer: each opening, change of state and closing, once. */
#include "helpers.h"

#include "model/table.h"

#define START_NS UINT64_C(1000000000000)
#define STEP_NS UINT64_C(1000000)

struct fixture {
	struct table table;
	struct buf told; /* a word for each event, and its cookie */
};

static void note(void *context, const struct row *row, enum row_event event, unsigned from)
{
	static const char *const words[] = {
		[ROW_EVENT_OPENED] = "opened",
		[ROW_EVENT_CHANGED] = "changed",
		[ROW_EVENT_CLOSED] = "closed",
		[ROW_EVENT_ENDED] = "ended",
	};
	struct buf *told = context;

	buf_printf(told, "%s %u", words[event], (unsigned)row->sock.cookie);
	if (event == ROW_EVENT_CHANGED)
		buf_printf(told, " %s->%s", state_name(from), state_name(row->sock.state));
	buf_putc(told, ';');
}

static int setup(void **state)
{
	static struct fixture fixture;

	table_init(&fixture.table);
	fixture.told = (struct buf)BUF_INIT;
	fixture.table.now_ns = START_NS;
	fixture.table.observer.event = note;
	fixture.table.observer.context = &fixture.told;
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	table_fini(&fixture->table);
	buf_fini(&fixture->told);
	return 0;
}

static void snapshot(struct fixture *fixture, const struct sock *socks, size_t count)
{
	table_begin(&fixture->table, fixture->table.now_ns + STEP_NS);
	for (size_t i = 0; i < count; i++)
		table_see(&fixture->table, &socks[i]);
	table_end_class(&fixture->table, PROTO_TCP, FAMILY_INET);
	table_end(&fixture->table);
}

/* A snapshot with one connection in this state. */
static struct sock connection(struct fixture *fixture, enum sock_state in)
{
	const struct sock sock = make_sock(1, in, "127.0.0.1:80", "127.0.0.1:40000");

	snapshot(fixture, &sock, 1);
	return sock;
}

static void of_the_first_snapshot_nothing_is_told(void **state)
{
	struct fixture *fixture = *state;

	connection(fixture, STATE_ESTABLISHED);
	connection(fixture, STATE_ESTABLISHED);
	assert_text(&fixture->told, "");
}

static void an_opening_and_a_closing_are_told(void **state)
{
	struct fixture *fixture = *state;

	snapshot(fixture, NULL, 0);
	connection(fixture, STATE_ESTABLISHED);
	assert_text(&fixture->told, "opened 1;");
	snapshot(fixture, NULL, 0);
	snapshot(fixture, NULL, 0);
	assert_text(&fixture->told, "closed 1;");
}

static void a_change_of_state_is_told_and_no_other_one(void **state)
{
	struct fixture *fixture = *state;
	struct sock sock = connection(fixture, STATE_SYN_SENT);

	sock.local_port++;
	sock.recv_queue++;
	snapshot(fixture, &sock, 1);
	assert_text(&fixture->told, "");
	sock.state = STATE_ESTABLISHED;
	snapshot(fixture, &sock, 1);
	assert_text(&fixture->told, "changed 1 SYN_SENT->ESTABLISHED;");
}

static void a_destroy_event_tells_the_closing_and_the_next_snapshot_not_again(void **state)
{
	struct fixture *fixture = *state;
	struct sock sock = connection(fixture, STATE_ESTABLISHED);

	assert_true(table_destroyed(&fixture->table, &sock));
	assert_text(&fixture->told, "closed 1;");
	assert_true(table_destroyed(&fixture->table, &sock));
	snapshot(fixture, NULL, 0);
	assert_text(&fixture->told, "");
}

/* The snapshot was first: it had the row gone already. */
static void a_destroy_event_that_comes_late_tells_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct sock sock = connection(fixture, STATE_ESTABLISHED);

	snapshot(fixture, NULL, 0);
	assert_text(&fixture->told, "closed 1;");
	assert_true(table_destroyed(&fixture->table, &sock));
	assert_text(&fixture->told, "");
}

static void time_wait_has_an_end_of_its_own(void **state)
{
	struct fixture *fixture = *state;
	struct sock sock = connection(fixture, STATE_ESTABLISHED);

	table_destroyed(&fixture->table, &sock);
	connection(fixture, STATE_TIME_WAIT);
	snapshot(fixture, NULL, 0);
	assert_text(&fixture->told, "closed 1;changed 1 ESTABLISHED->TIME_WAIT;ended 1;");
}

static void a_socket_that_no_snapshot_saw_has_no_row(void **state)
{
	struct fixture *fixture = *state;
	struct sock sock = make_listener(99, 80);

	connection(fixture, STATE_ESTABLISHED);
	assert_false(table_destroyed(&fixture->table, &sock));
	assert_text(&fixture->told, "");
}

static void a_destroyed_row_stays_until_a_snapshot(void **state)
{
	struct fixture *fixture = *state;
	struct sock sock = connection(fixture, STATE_ESTABLISHED);

	table_destroyed(&fixture->table, &sock);
	assert_int_equal(fixture->table.count, 1);
	assert_int_equal(fixture->table.rows[0].life, ROW_ALIVE);
	assert_true(fixture->table.rows[0].closed);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_the_first_snapshot_nothing_is_told),
		TEST(an_opening_and_a_closing_are_told),
		TEST(a_change_of_state_is_told_and_no_other_one),
		TEST(a_destroy_event_tells_the_closing_and_the_next_snapshot_not_again),
		TEST(a_destroy_event_that_comes_late_tells_nothing),
		TEST(time_wait_has_an_end_of_its_own),
		TEST(a_socket_that_no_snapshot_saw_has_no_row),
		TEST(a_destroyed_row_stays_until_a_snapshot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
