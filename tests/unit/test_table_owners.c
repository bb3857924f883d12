/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the table makes of the scans of /proc: who has a socket, who had it, and of which nobody is seen. */
#include "helpers.h"

#include <string.h>

#include "model/table.h"

#define START_NS UINT64_C(1000000000000)
#define STEP_NS UINT64_C(1000000)

static void see(struct table *table, struct sock sock)
{
	table_see(table, &sock);
}

/* A table with one row, a connection with the inode 1001, after its first snapshot. */
static void setup(struct table *table)
{
	table_init(table);
	table_begin(table, START_NS);
	see(table, make_sock(1, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:40000"));
	table_end(table);
}

/* The next snapshot has this socket instead. */
static void becomes(struct table *table, struct sock sock)
{
	table_begin(table, table->now_ns + STEP_NS);
	table_see(table, &sock);
	table_end(table);
}

/* The next snapshot has nothing. */
static void vanishes(struct table *table)
{
	table_begin(table, table->now_ns + STEP_NS);
	table_end_class(table, PROTO_TCP, FAMILY_INET);
	table_end(table);
}

static const struct row *row_of(const struct table *table, uint64_t cookie)
{
	uint32_t at = table_find(table, 0, cookie);

	assert_int_not_equal(at, MAP_NONE);
	return &table->rows[at];
}

/* A scan that was begun for what is in wanted now, and ends; it finds, for each inode given, so many processes. */
static void scan_finds(struct table *table, struct map *wanted, uint32_t inode, int processes)
{
	struct owner_scan scan = { .processes = 70 };

	for (int pid = processes; pid > 0; pid--)
		owner_scan_add(&scan, inode, &(struct owner){ .pid = pid, .fd = 3, .comm = "server" });
	owner_scan_sort(&scan);
	table_take_owners(table, wanted, &scan);
	owner_scan_fini(&scan);
	map_fini(wanted);
}

/* Looks for every owner, and finds so many processes with the inode. */
static void scan_all(struct table *table, uint32_t inode, int processes)
{
	struct map wanted = MAP_INIT;

	table_want_owners(table, true, &wanted);
	scan_finds(table, &wanted, inode, processes);
}

/* Who looks at the first owner means the service, not who holds the socket for it. */
static void systemd_stands_behind_those_that_it_holds_the_socket_for(void **state)
{
	static const struct owner owners[] = {
		{ .pid = 1, .fd = 40, .comm = "systemd" },  { .pid = 1, .fd = 41, .comm = "systemd" },
		{ .pid = 70, .fd = 3, .comm = "sshd" },	   { .pid = 80, .fd = 3, .comm = "systemd-foo" },
	};
	static const int32_t fds[] = { 3, 3, 40, 41 }, pids[] = { 70, 80, 1, 1 };
	struct owner_scan scan = { .processes = 70 };
	struct map wanted = MAP_INIT;
	struct table table;

	(void)state;
	setup(&table);
	for (size_t i = 0; i < ARRAY_SIZE(owners); i++)
		owner_scan_add(&scan, 1001, &owners[i]);
	owner_scan_sort(&scan);
	table_want_owners(&table, true, &wanted);
	table_take_owners(&table, &wanted, &scan);
	assert_int_equal(row_of(&table, 1)->owner_count, ARRAY_SIZE(owners));
	for (size_t i = 0; i < ARRAY_SIZE(owners); i++) {
		assert_int_equal(row_owner(row_of(&table, 1), i)->pid, pids[i]);
		assert_int_equal(row_owner(row_of(&table, 1), i)->fd, fds[i]);
	}
	owner_scan_fini(&scan);
	map_fini(&wanted);
	table_fini(&table);
}

static void owners_come_from_a_scan(void **state)
{
	struct table table;

	(void)state;
	setup(&table);
	assert_false(row_of(&table, 1)->owners_sought);
	assert_false(row_owner_hidden(row_of(&table, 1)));
	scan_all(&table, 1001, 2);
	assert_true(row_of(&table, 1)->owners_sought);
	assert_int_equal(row_of(&table, 1)->owner_count, 2);
	assert_int_equal(row_owner(row_of(&table, 1), 0)->pid, 1);
	assert_int_equal(row_owner(row_of(&table, 1), 1)->pid, 2);
	assert_false(row_of(&table, 1)->owners_former);
	assert_int_equal(table_hidden(&table), 0);
	table_fini(&table);
}

static void a_later_scan_replaces_the_owners(void **state)
{
	struct table table;

	(void)state;
	setup(&table);
	scan_all(&table, 1001, 1);
	scan_all(&table, 1001, 5);
	assert_int_equal(row_of(&table, 1)->owner_count, 5);
	assert_int_equal(row_owner(row_of(&table, 1), 4)->pid, 5);
	scan_all(&table, 1001, 2);
	assert_int_equal(row_of(&table, 1)->owner_count, 2);
	table_fini(&table);
}

static void only_what_was_not_sought_is_wanted(void **state)
{
	struct map wanted = MAP_INIT;
	struct table table;

	(void)state;
	setup(&table);
	table_want_owners(&table, false, &wanted);
	assert_int_equal(wanted.count, 1);
	assert_int_not_equal(map_get(&wanted, 1001), MAP_NONE);
	scan_finds(&table, &wanted, 1001, 1);
	table_want_owners(&table, false, &wanted);
	assert_int_equal(wanted.count, 0);
	table_want_owners(&table, true, &wanted);
	assert_int_equal(wanted.count, 1);
	map_fini(&wanted);
	table_fini(&table);
}

static void who_has_no_inode_or_is_gone_is_not_wanted(void **state)
{
	struct map wanted = MAP_INIT;
	struct table table;

	(void)state;
	setup(&table);
	vanishes(&table);
	see(&table, make_sock(2, STATE_TIME_WAIT, "127.0.0.1:80", "127.0.0.1:40001"));
	assert_int_equal(table.count, 2);
	table_want_owners(&table, true, &wanted);
	assert_int_equal(wanted.count, 0);
	map_fini(&wanted);
	table_fini(&table);
}

static void a_row_that_came_after_the_scan_began_is_left_alone(void **state)
{
	struct map wanted = MAP_INIT;
	struct table table;

	(void)state;
	setup(&table);
	table_want_owners(&table, false, &wanted);
	see(&table, make_listener(2, 80));
	scan_finds(&table, &wanted, 1001, 1);
	assert_true(row_of(&table, 1)->owners_sought);
	assert_false(row_of(&table, 2)->owners_sought);
	assert_int_equal(table_hidden(&table), 0);
	table_want_owners(&table, false, &wanted);
	assert_int_equal(wanted.count, 1);
	assert_int_not_equal(map_get(&wanted, 1002), MAP_NONE);
	map_fini(&wanted);
	table_fini(&table);
}

/* The scan knows nothing of the inode that the socket has by now. */
static void a_row_that_got_its_inode_after_the_scan_began_is_left_alone(void **state)
{
	struct map wanted = MAP_INIT;
	struct table table;

	(void)state;
	setup(&table);
	see(&table, make_sock(2, STATE_SYN_RECV, "127.0.0.1:80", "127.0.0.1:40001"));
	table_want_owners(&table, false, &wanted);
	becomes(&table, make_sock(2, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:40001"));
	scan_finds(&table, &wanted, 1001, 1);
	assert_false(row_of(&table, 2)->owners_sought);
	table_fini(&table);
}

static void a_scan_says_nothing_of_rows_that_are_gone(void **state)
{
	struct map wanted = MAP_INIT;
	struct table table;

	(void)state;
	setup(&table);
	scan_all(&table, 1001, 2);
	table_want_owners(&table, true, &wanted);
	vanishes(&table);
	scan_finds(&table, &wanted, 0, 0);
	assert_int_equal(row_of(&table, 1)->owner_count, 2);
	assert_false(row_of(&table, 1)->owners_former);
	assert_int_equal(table_hidden(&table), 0);
	table_fini(&table);
}

/* A scan finds that the one process with the inode runs this. */
static void scan_tells(struct table *table, uint32_t inode, int32_t pid, const char *command)
{
	struct owner_scan scan = { .processes = 70 };
	struct map wanted = MAP_INIT;

	table_want_owners(table, true, &wanted);
	owner_scan_add(&scan, inode, &(struct owner){ .pid = pid, .fd = 3, .start_ticks = 7, .comm = "server" });
	owner_scan_sort(&scan);
	if (command != NULL) {
		struct process *told = process_list_add(&scan.told);

		told->pid = pid;
		told->start_ticks = 7;
		told->command_line = strdup(command);
	}
	table_take_owners(table, &wanted, &scan);
	assert_int_equal(scan.told.count, 0);
	owner_scan_fini(&scan);
	map_fini(&wanted);
}

static void what_the_owner_runs_is_told_once_and_known_from_then_on(void **state)
{
	struct table table;

	(void)state;
	setup(&table);
	scan_tells(&table, 1001, 5, "server --all");
	assert_string_equal(row_of(&table, 1)->info->process->command_line, "server --all");
	scan_tells(&table, 1001, 5, NULL);
	assert_string_equal(row_of(&table, 1)->info->process->command_line, "server --all");
	scan_tells(&table, 1001, 6, NULL);
	assert_null(row_of(&table, 1)->info->process);
	assert_int_equal(table.processes.count, 0);
	table_fini(&table);
}

static void who_does_not_ask_what_owners_run_pays_nothing_for_it(void **state)
{
	struct table table;

	(void)state;
	setup(&table);
	scan_tells(&table, 1001, 5, NULL);
	assert_null(row_of(&table, 1)->info);
	table_fini(&table);
}

static void what_the_former_owner_ran_is_remembered_as_long_as_the_row(void **state)
{
	struct table table;

	(void)state;
	setup(&table);
	scan_tells(&table, 1001, 5, "server --all");
	becomes(&table, make_sock(1, STATE_TIME_WAIT, "127.0.0.1:80", "127.0.0.1:40000"));
	see(&table, make_listener(2, 80));
	scan_tells(&table, 1002, 6, "another");
	scan_all(&table, 1002, 0);
	assert_true(row_of(&table, 1)->owners_former);
	assert_string_equal(row_of(&table, 1)->info->process->command_line, "server --all");
	assert_string_equal(row_of(&table, 2)->info->process->command_line, "another");
	vanishes(&table);
	table_expire(&table, table.now_ns + table.linger_ns);
	assert_int_equal(table.count, 0);
	scan_tells(&table, 1003, 7, NULL);
	assert_int_equal(table.processes.count, 0);
	table_fini(&table);
}

/* A snapshot that tells what TCP has measured leaves the process as it is. */
static void what_the_kernel_says_later_does_not_forget_the_process(void **state)
{
	const struct sock sock = make_sock(1, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:40000");
	const struct sock_info info = { .have = INFO_BYTES, .received_bytes = 7 };
	struct table table;

	(void)state;
	setup(&table);
	scan_tells(&table, 1001, 5, "server --all");
	table_begin(&table, table.now_ns + STEP_NS);
	table_see_info(&table, &sock, &info);
	table_end(&table);
	assert_string_equal(row_of(&table, 1)->info->process->command_line, "server --all");
	assert_int_equal(row_of(&table, 1)->info->received_bytes, 7);
	table_fini(&table);
}

static void in_time_wait_it_has_its_former_owners(void **state)
{
	struct table table;

	(void)state;
	setup(&table);
	scan_all(&table, 1001, 1);
	becomes(&table, make_sock(1, STATE_TIME_WAIT, "127.0.0.1:80", "127.0.0.1:40000"));
	assert_int_equal(row_of(&table, 1)->owner_count, 1);
	assert_true(row_of(&table, 1)->owners_former);
	assert_int_equal(table_hidden(&table), 0);
	scan_all(&table, 1001, 0);
	assert_int_equal(row_of(&table, 1)->owner_count, 1);
	assert_true(row_of(&table, 1)->owners_former);
	table_fini(&table);
}

static void who_never_had_an_owner_has_no_former_one(void **state)
{
	struct table table;

	(void)state;
	setup(&table);
	becomes(&table, make_sock(1, STATE_TIME_WAIT, "127.0.0.1:80", "127.0.0.1:40000"));
	assert_int_equal(row_of(&table, 1)->owner_count, 0);
	assert_false(row_of(&table, 1)->owners_former);
	table_fini(&table);
}

static void an_accepted_connection_is_sought(void **state)
{
	struct map wanted = MAP_INIT;
	struct table table;

	(void)state;
	setup(&table);
	becomes(&table, make_sock(1, STATE_TIME_WAIT, "127.0.0.1:80", "127.0.0.1:40000"));
	becomes(&table, make_sock(1, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:40000"));
	table_want_owners(&table, false, &wanted);
	assert_int_equal(wanted.count, 1);
	map_fini(&wanted);
	table_fini(&table);
}

static void a_socket_whose_owner_is_not_seen_is_hidden(void **state)
{
	struct table table;

	(void)state;
	setup(&table);
	scan_all(&table, 0, 0);
	assert_true(row_of(&table, 1)->owners_sought);
	assert_true(row_owner_hidden(row_of(&table, 1)));
	assert_int_equal(table_hidden(&table), 1);
	see(&table, make_sock(2, STATE_TIME_WAIT, "127.0.0.1:80", "127.0.0.1:40001"));
	assert_false(row_owner_hidden(row_of(&table, 2)));
	assert_int_equal(table_hidden(&table), 1);
	vanishes(&table);
	assert_int_equal(row_of(&table, 1)->life, ROW_GONE);
	assert_int_equal(table_hidden(&table), 0);
	table_fini(&table);
}

/* It was passed on to a process that may not be looked into: who had it is worth more than nothing. */
static void a_socket_whose_owner_is_no_longer_seen_is_hidden_too(void **state)
{
	struct table table;

	(void)state;
	setup(&table);
	scan_all(&table, 1001, 1);
	scan_all(&table, 0, 0);
	assert_int_equal(row_of(&table, 1)->owner_count, 1);
	assert_true(row_of(&table, 1)->owners_former);
	assert_int_equal(table_hidden(&table), 1);
	scan_all(&table, 1001, 1);
	assert_false(row_of(&table, 1)->owners_former);
	assert_int_equal(table_hidden(&table), 0);
	table_fini(&table);
}

/* It may have come when its owner was passed already. */
static void who_was_not_found_ahead_is_looked_for_again(void **state)
{
	struct owner_scan scan = { .processes = 70 };
	struct map wanted = MAP_INIT;
	struct sock second = make_listener(2, 81);
	struct table table;

	(void)state;
	setup(&table);
	table_see(&table, &second);
	owner_scan_add(&scan, 1002, &(struct owner){ .pid = 5, .fd = 3, .comm = "server" });
	owner_scan_sort(&scan);
	table_take_owners(&table, NULL, &scan);
	owner_scan_fini(&scan);
	assert_int_equal(row_owner(row_of(&table, 2), 0)->pid, 5);
	assert_int_equal(table_hidden(&table), 0);
	table_want_owners(&table, false, &wanted);
	assert_int_equal(wanted.count, 1);
	assert_int_not_equal(map_get(&wanted, 1001), MAP_NONE);
	map_fini(&wanted);
	table_fini(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(owners_come_from_a_scan),
		cmocka_unit_test(systemd_stands_behind_those_that_it_holds_the_socket_for),
		cmocka_unit_test(a_later_scan_replaces_the_owners),
		cmocka_unit_test(only_what_was_not_sought_is_wanted),
		cmocka_unit_test(who_has_no_inode_or_is_gone_is_not_wanted),
		cmocka_unit_test(a_row_that_came_after_the_scan_began_is_left_alone),
		cmocka_unit_test(a_row_that_got_its_inode_after_the_scan_began_is_left_alone),
		cmocka_unit_test(a_scan_says_nothing_of_rows_that_are_gone),
		cmocka_unit_test(what_the_owner_runs_is_told_once_and_known_from_then_on),
		cmocka_unit_test(who_does_not_ask_what_owners_run_pays_nothing_for_it),
		cmocka_unit_test(what_the_former_owner_ran_is_remembered_as_long_as_the_row),
		cmocka_unit_test(what_the_kernel_says_later_does_not_forget_the_process),
		cmocka_unit_test(in_time_wait_it_has_its_former_owners),
		cmocka_unit_test(who_never_had_an_owner_has_no_former_one),
		cmocka_unit_test(an_accepted_connection_is_sought),
		cmocka_unit_test(who_was_not_found_ahead_is_looked_for_again),
		cmocka_unit_test(a_socket_whose_owner_is_not_seen_is_hidden),
		cmocka_unit_test(a_socket_whose_owner_is_no_longer_seen_is_hidden_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
