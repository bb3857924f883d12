/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The orders of the columns.  The usual one is test_listing.c's. */
#include "helpers.h"

#include <string.h>

#include "model/column.h"
#include "model/compare.h"
#include "model/process.h"
#include "model/table.h"

static struct owner owners[] = { { .pid = 5 }, { .pid = 40 }, { .pid = 300 } };

static struct process processes[] = {
	{ .comm = "b" },
	{ .command_line = (char[]){ "a" }, .cgroup = { .path = (char[]){ "/x.service" }, .unit = (char[]){ "x.service" } } },
	{ .command_line = (char[]){ "c" }, .cgroup = { .path = (char[]){ "/x" }, .unit = (char[]){ "x" }, .container = (char[]){ "c" } } },
};

static struct cgroup groups[] = {
	{ .id = 1, .path = (char[]){ "/y" }, .unit = (char[]){ "y" }, .name = (char[]){ "b" }, .container = (char[]){ "d" } },
	{ .id = 2, .gone = true },
};

static struct sock_info infos[] = {
	{ .have = 0, .process = &processes[0] },
	{ .have = INFO_RATES | INFO_TCP, .in_rate = 1, .rtt_us = 2, .process = &processes[1] },
	{ .have = INFO_RATES | INFO_DROPS, .in_rate = 2, .drops = 5, .group = &groups[1], .process = &processes[2] },
	{ .have = UINT32_MAX, .out_rate = 1, .drops = 4, .memory_bytes = 4, .group = &groups[0] },
};

/* Rows that differ in everything, some of which is unknown in some; the same every time. */
enum { ROWS = 60 };
static struct row rows[ROWS];

static struct row make_row(uint64_t cookie, uint64_t *random)
{
	static const enum sock_state states[] = { STATE_LISTEN, STATE_BOUND, STATE_UNCONN, STATE_ESTABLISHED, STATE_TIME_WAIT };
	enum sock_state chosen = states[next_random(random) % ARRAY_SIZE(states)];
	bool inet6 = next_random(random) % 2 == 0;
	struct row row = { .sock = make_sock(cookie, chosen, inet6 ? "[::1]:1" : "127.0.0.1:1", NULL) };

	row.sock.local_port = (uint16_t)(next_random(random) % 3);
	row.sock.foreign_port = (uint16_t)(next_random(random) % 3);
	row.sock.foreign[0] = (uint8_t)(next_random(random) % 2);
	row.sock.recv_queue = (uint32_t)(next_random(random) % 3);
	row.sock.send_queue = (uint32_t)(next_random(random) % 3);
	row.sock.uid = (uint32_t)(next_random(random) % 3);
	row.sock.timer = (uint8_t)(next_random(random) % TIMER_COUNT);
	row.sock.timer_ms = (uint32_t)(next_random(random) % 3);
	row.sock.have &= (uint32_t)next_random(random) | HAVE_TIMER;
	row.sock.ifindex = (uint32_t)(next_random(random) % 3);
	row.sock.netns = (uint32_t)(next_random(random) % 3);
	row.info = next_random(random) % 3 > 0 ? &infos[next_random(random) % ARRAY_SIZE(infos)] : NULL;
	row.owner_count = (uint32_t)(next_random(random) % 2);
	row.owner = owners[next_random(random) % ARRAY_SIZE(owners)];
	return row;
}

static int setup(void **state)
{
	uint64_t random = 1;

	(void)state;
	for (size_t i = 0; i < ROWS; i++)
		rows[i] = make_row(i, &random);
	return 0;
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

static void check_total(compare_fn *compare, const char *name)
{
	for (size_t a = 0; a < ROWS; a++) {
		for (size_t b = 0; b < ROWS; b++) {
			int ab = sign(compare(&rows[a], &rows[b]));

			if ((ab == 0) != (a == b) || ab != -sign(compare(&rows[b], &rows[a])))
				fail_msg("%s: rows %zu and %zu", name, a, b);
			for (size_t c = 0; c < ROWS; c++) {
				if (ab < 0 && compare(&rows[b], &rows[c]) < 0 && compare(&rows[a], &rows[c]) >= 0)
					fail_msg("%s: rows %zu, %zu and %zu", name, a, b, c);
			}
		}
	}
}

static void every_order_is_total(void **state)
{
	(void)state;
	check_total(compare_usual, "usual");
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		check_total(columns[i].compare, columns[i].id);
}

/* The first row comes before the second, by this column and against the usual order. */
static void check_before(enum column_id column, const struct row *first, const struct row *second)
{
	if (columns[column].compare(first, second) >= 0)
		fail_msg("%s has another order", columns[column].id);
	assert_true(compare_usual(first, second) > 0);
}

/* Two rows that are alike, of which the second comes first by its cookie. */
struct pair {
	struct row first, second;
};

static struct pair make_pair(void)
{
	return (struct pair){
		{ .sock = make_sock(2, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:1") },
		{ .sock = make_sock(1, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:1") },
	};
}

static void the_smaller_comes_first(void **state)
{
	struct pair pair;

	(void)state;
	pair = make_pair();
	pair.second.sock.recv_queue = 1;
	check_before(COLUMN_RECV_QUEUE, &pair.first, &pair.second);
	pair = make_pair();
	pair.second.sock.send_queue = 1;
	check_before(COLUMN_SEND_QUEUE, &pair.first, &pair.second);
	pair = make_pair();
	pair.second.sock.uid = UINT32_MAX;
	check_before(COLUMN_USER, &pair.first, &pair.second);
	pair = make_pair();
	pair.first.sock.inode = 1;
	check_before(COLUMN_INODE, &pair.first, &pair.second);
	pair = make_pair();
	pair.first.sock.cookie = 0;
	pair.second.sock.local_port = 79;
	check_before(COLUMN_COOKIE, &pair.first, &pair.second);
}

static void what_is_unknown_comes_last(void **state)
{
	static const enum column_id of_queues[] = { COLUMN_RECV_QUEUE, COLUMN_SEND_QUEUE };
	struct pair pair = make_pair();

	(void)state;
	pair.first.sock.recv_queue = pair.first.sock.send_queue = pair.first.sock.uid = 1000;
	pair.second.sock.have = 0;
	for (size_t i = 0; i < ARRAY_SIZE(of_queues); i++)
		check_before(of_queues[i], &pair.first, &pair.second);
	check_before(COLUMN_USER, &pair.first, &pair.second);
	give_owners(&pair.first, owners, 1);
	check_before(COLUMN_OWNERS, &pair.first, &pair.second);
}

static void the_timer_that_fires_next_comes_first(void **state)
{
	struct pair pair = make_pair();

	(void)state;
	pair.first.sock.timer = TIMER_KEEPALIVE;
	pair.first.sock.timer_ms = 7000000;
	check_before(COLUMN_TIMER, &pair.first, &pair.second);
	pair.second.sock.timer = TIMER_ON;
	pair.second.sock.timer_ms = 7000001;
	check_before(COLUMN_TIMER, &pair.first, &pair.second);
}

static void owners_come_by_the_number_of_the_process(void **state)
{
	struct pair pair = make_pair();

	(void)state;
	give_owners(&pair.first, &owners[1], 1);
	give_owners(&pair.second, &owners[2], 1);
	check_before(COLUMN_OWNERS, &pair.first, &pair.second);
}

static void addresses_come_before_ports(void **state)
{
	struct pair pair = make_pair();

	(void)state;
	pair.second.sock = make_sock(1, STATE_ESTABLISHED, "127.0.0.2:79", "127.0.0.2:0");
	check_before(COLUMN_LOCAL, &pair.first, &pair.second);
	check_before(COLUMN_FOREIGN, &pair.first, &pair.second);
	pair.second.sock = make_sock(1, STATE_ESTABLISHED, "[::]:79", NULL);
	check_before(COLUMN_LOCAL, &pair.first, &pair.second);
	check_before(COLUMN_FOREIGN, &pair.first, &pair.second);
	check_before(COLUMN_PROTO, &pair.first, &pair.second);
}

static void listeners_come_first_by_state_as_well(void **state)
{
	static const enum sock_state order[] = { STATE_LISTEN, STATE_BOUND, STATE_ESTABLISHED, STATE_TIME_WAIT, STATE_CLOSING };

	(void)state;
	for (size_t i = 1; i < ARRAY_SIZE(order); i++) {
		const struct row before = { .sock = make_sock(2, order[i - 1], "127.0.0.1:80", NULL) };
		const struct row after = { .sock = make_sock(1, order[i], "127.0.0.1:79", NULL) };

		assert_true(columns[COLUMN_STATE].compare(&before, &after) < 0);
	}
}

#define TEST(function) cmocka_unit_test_setup(function, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_order_is_total),
		TEST(the_smaller_comes_first),
		TEST(what_is_unknown_comes_last),
		TEST(the_timer_that_fires_next_comes_first),
		TEST(owners_come_by_the_number_of_the_process),
		TEST(addresses_come_before_ports),
		TEST(listeners_come_first_by_state_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
