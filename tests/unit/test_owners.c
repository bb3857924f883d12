/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scan of /proc, over a made-up one in a temporary directory. */
#include "proc_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/table.h"

enum { NOBODY = 65534 };

static void check_owner(const struct owner_scan *scan, size_t at, uint32_t inode, int pid, int fd)
{
	const struct owner owner = owner_scan_get(scan, at);

	assert_int_equal(scan->holdings[at].inode, inode);
	assert_int_equal(owner.pid, pid);
	assert_int_equal(owner.fd, fd);
}

static void every_holder_of_a_wanted_inode_is_found(void **state)
{
	struct proc_fixture *fixture = *state;
	size_t count;

	proc_make_process(fixture, "1", "init\n");
	proc_make_process(fixture, "20", "worker\n");
	proc_make_fd(fixture, "20", "3", "socket:[100]");
	proc_make_process(fixture, "4194304", "server\n");
	proc_make_fd(fixture, "4194304", "12", "socket:[100]");
	proc_make_fd(fixture, "4194304", "7", "socket:[100]");
	proc_make_fd(fixture, "4194304", "0", "socket:[4294967295]");
	const struct owner_scan *found = proc_scan(fixture, NULL);
	assert_int_equal(found->error, 0);
	assert_int_equal(found->processes, 3);
	assert_int_equal(found->refused, 0);
	assert_int_equal(found->count, 4);
	size_t first = owner_scan_find(found, 100, &count);
	assert_int_equal(count, 3);
	check_owner(found, first, 100, 20, 3);
	assert_string_equal(owner_scan_get(found, first).comm, "worker");
	check_owner(found, first + 1, 100, 4194304, 7);
	check_owner(found, first + 2, 100, 4194304, 12);
	assert_string_equal(owner_scan_get(found, first + 2).comm, "server");
	check_owner(found, owner_scan_find(found, UINT32_MAX, &count), UINT32_MAX, 4194304, 0);
}

static void other_descriptors_are_passed_over(void **state)
{
	static const char *const targets[] = {
		"pipe:[100]", "/dev/null", "anon_inode:[eventfd]", "socket:[x]", "socket:[]", "socket:[", "socket:[0]",
		"socket:[101]", "socket:[10]", "socket:100", "xsocket:[100]",
	};
	struct proc_fixture *fixture = *state;
	char fd[16];

	proc_make_process(fixture, "10", "server\n");
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		snprintf(fd, sizeof(fd), "%zu", i);
		proc_make_fd(fixture, "10", fd, targets[i]);
	}
	proc_make_fd(fixture, "10", "x", "socket:[100]");
	proc_make_directory(fixture, "10", "/fd/99");
	assert_int_equal(proc_scan(fixture, NULL)->count, 0);
	assert_int_equal(fixture->scan.error, 0);
	assert_int_equal(fixture->scan.refused, 0);
	assert_int_equal(fixture->scan.processes, 1);
}

static void entries_that_are_no_process_are_passed_over(void **state)
{
	struct proc_fixture *fixture = *state;

	proc_make_process(fixture, "10", "server\n");
	proc_make_process(fixture, "self", "server\n");
	proc_make_fd(fixture, "self", "3", "socket:[100]");
	proc_make_directory(fixture, "net", "");
	proc_make_file(proc_path(fixture, "uptime", "", ""), "1\n");
	proc_make_file(proc_path(fixture, "30", "", ""), "1\n");
	assert_int_equal(proc_scan(fixture, NULL)->count, 0);
	assert_int_equal(fixture->scan.error, 0);
	assert_int_equal(fixture->scan.processes, 1);
}

static void a_process_that_ends_meanwhile_is_no_error(void **state)
{
	struct proc_fixture *fixture = *state;

	proc_make_directory(fixture, "10", "");
	proc_make_process(fixture, "20", "server\n");
	proc_make_fd(fixture, "20", "3", "socket:[100]");
	assert_int_equal(proc_scan(fixture, NULL)->count, 1);
	assert_int_equal(fixture->scan.error, 0);
	assert_int_equal(fixture->scan.refused, 0);
}

static void names_are_read_as_they_are(void **state)
{
	static const struct {
		const char *comm, *name;
	} cases[] = {
		{ "server\n", "server" },
		{ "with blank \n", "with blank " },
		{ "fifteen-letters\n", "fifteen-letters" },
		{ "more-than-fifteen-letters\n", "more-than-fifte" },
		{ "a\033[2Jb\n", "a\033[2Jb" },
		{ "a\nb\n", "a\nb" },
		{ "ends in one\n\n", "ends in one\n" },
		{ "\xff\n", "\xff" },
		{ "\n", "?" },
		{ "", "?" },
		{ NULL, "?" },
	};
	struct proc_fixture *fixture = *state;
	char pid[16];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(pid, sizeof(pid), "%zu", i + 1);
		proc_make_process(fixture, pid, cases[i].comm);
		proc_make_fd(fixture, pid, "3", "socket:[100]");
		proc_make_fd(fixture, pid, "4", "socket:[100]");
	}
	proc_scan(fixture, NULL);
	assert_int_equal(fixture->scan.count, 2 * ARRAY_SIZE(cases));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_string_equal(owner_scan_get(&fixture->scan, 2 * i).comm, cases[i].name);
		assert_string_equal(owner_scan_get(&fixture->scan, 2 * i + 1).comm, cases[i].name);
	}
}

static void without_a_process_1_proc_hides_some(void **state)
{
	struct proc_fixture *fixture = *state;

	proc_make_process(fixture, "10", "server\n");
	assert_true(proc_scan(fixture, NULL)->hides);
	proc_make_process(fixture, "1", "init\n");
	assert_false(proc_scan(fixture, NULL)->hides);
}

/* As somebody who may not read everything; false, and nothing is changed, where that cannot be arranged. */
static bool become_nobody(void)
{
	return geteuid() != 0 || seteuid(NOBODY) == 0;
}

static void processes_that_may_not_be_read_are_counted(void **state)
{
	struct proc_fixture *fixture = *state;
	uid_t user = geteuid();

	proc_make_process(fixture, "1", "init\n");
	proc_make_process(fixture, "10", "server\n");
	proc_make_fd(fixture, "10", "3", "socket:[100]");
	proc_make_process(fixture, "20", "secret\n");
	proc_make_fd(fixture, "20", "3", "socket:[100]");
	assert_true(proc_scan(fixture, NULL)->as_root == (user == 0));
	assert_int_equal(fixture->scan.count, 2);
	assert_int_equal(chmod(proc_path(fixture, "20", "/", "fd"), 0), 0);
	bool changed = become_nobody();
	proc_scan(fixture, NULL);
	if (changed && user == 0)
		assert_int_equal(seteuid(0), 0);
	chmod(proc_path(fixture, "20", "/", "fd"), 0700);
	if (!changed)
		skip();
	assert_false(fixture->scan.as_root);
	assert_int_equal(fixture->scan.processes, 3);
	assert_int_equal(fixture->scan.refused, 1);
	assert_int_equal(fixture->scan.error, 0);
	assert_int_equal(fixture->scan.count, 1);
	check_owner(&fixture->scan, 0, 100, 10, 3);
}

static void a_missing_root_is_an_error(void **state)
{
	struct proc_fixture *fixture = *state;

	owners_scan(&fixture->scan, &fixture->wanted, NULL, proc_path(fixture, "missing", "", ""));
	assert_int_equal(fixture->scan.error, ENOENT);
	assert_int_equal(fixture->scan.count, 0);
	owners_scan(&fixture->scan, &fixture->wanted, NULL, "/dev/null");
	assert_int_equal(fixture->scan.error, ENOTDIR);
}

static void an_empty_root_is_an_error(void **state)
{
	struct proc_fixture *fixture = *state;

	assert_int_equal(proc_scan(fixture, NULL)->error, ENOENT);
	proc_make_directory(fixture, "sys", "");
	assert_int_equal(proc_scan(fixture, NULL)->error, ENOENT);
}

static bool do_hold(const struct proc_fixture *fixture)
{
	bool hold = true;

	for (size_t i = 0; i < fixture->scan.count; i++) {
		struct row row = { .owner = owner_scan_get(&fixture->scan, i), .owner_count = 1 };

		row.sock.inode = fixture->scan.holdings[i].inode;
		hold = hold && owners_hold(&row, 1, fixture->root);
	}
	return hold;
}

static void a_descriptor_that_is_another_one_by_now_is_told(void **state)
{
	struct proc_fixture *fixture = *state;
	const char *fd;

	proc_make_process(fixture, "10", "server\n");
	proc_make_fd(fixture, "10", "3", "socket:[100]");
	proc_make_process(fixture, "20", "worker\n");
	proc_make_fd(fixture, "20", "7", "socket:[4294967295]");
	assert_int_equal(proc_scan(fixture, NULL)->count, 2);
	assert_true(do_hold(fixture));
	assert_true(owners_hold(&(struct row){ .owner_count = 0 }, 1, fixture->root));
	fd = proc_path(fixture, "20", "/fd/", "7");
	assert_int_equal(unlink(fd), 0);
	assert_false(do_hold(fixture));
	proc_make_fd(fixture, "20", "7", "socket:[100]");
	assert_false(do_hold(fixture));
	fd = proc_path(fixture, "20", "/fd/", "7");
	assert_int_equal(unlink(fd), 0);
	proc_make_fd(fixture, "20", "7", "socket:[4294967295]");
	assert_true(do_hold(fixture));
}

static void a_descriptor_that_may_not_be_read_is_taken_to_be_what_it_was(void **state)
{
	struct proc_fixture *fixture = *state;
	uid_t user = geteuid();

	proc_make_process(fixture, "10", "server\n");
	proc_make_fd(fixture, "10", "3", "socket:[100]");
	assert_int_equal(proc_scan(fixture, NULL)->count, 1);
	assert_int_equal(chmod(proc_path(fixture, "10", "/", "fd"), 0), 0);
	bool changed = become_nobody(), hold = do_hold(fixture);
	if (changed && user == 0)
		assert_int_equal(seteuid(0), 0);
	chmod(proc_path(fixture, "10", "/", "fd"), 0700);
	if (!changed)
		skip();
	assert_true(hold);
}

static void nothing_wanted_nothing_looked_at(void **state)
{
	struct proc_fixture *fixture = *state;

	proc_make_process(fixture, "10", "server\n");
	map_clear(&fixture->wanted);
	assert_int_equal(proc_scan(fixture, NULL)->error, 0);
	assert_int_equal(fixture->scan.processes, 0);
}

static void a_look_ahead_finds_the_holders_of_every_socket(void **state)
{
	struct proc_fixture *fixture = *state;
	size_t count;

	proc_make_process(fixture, "1", "init\n");
	for (int pid = 100; pid < 150; pid++) {
		char number[16], target[32];

		snprintf(number, sizeof(number), "%d", pid);
		snprintf(target, sizeof(target), "socket:[%d]", pid % 10 + 7);
		proc_make_process(fixture, number, "server\n");
		proc_make_fd(fixture, number, "3", target);
		proc_make_fd(fixture, number, "4", "pipe:[7]");
	}
	struct owners_walk *walk = owners_walk_begin(fixture->root);
	if (walk == NULL)
		skip(); /* one processor */
	owners_walk_end(walk, &fixture->scan);
	assert_int_equal(fixture->scan.error, 0);
	assert_int_equal(fixture->scan.processes, 51);
	assert_int_equal(fixture->scan.count, 50);
	for (uint32_t inode = 7; inode < 17; inode++) {
		size_t first = owner_scan_find(&fixture->scan, inode, &count);

		assert_int_equal(count, 5);
		for (size_t i = 0; i < count; i++)
			check_owner(&fixture->scan, first + i, inode, 93 + (int)inode + 10 * (int)i, 3);
	}
}

static void a_look_ahead_into_nothing_is_an_error(void **state)
{
	struct proc_fixture *fixture = *state;
	struct owners_walk *walk = owners_walk_begin("/nonexistent");

	if (walk == NULL)
		skip();
	owners_walk_end(walk, &fixture->scan);
	assert_int_equal(fixture->scan.error, ENOENT);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, proc_setup, proc_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_holder_of_a_wanted_inode_is_found),
		TEST(other_descriptors_are_passed_over),
		TEST(entries_that_are_no_process_are_passed_over),
		TEST(a_process_that_ends_meanwhile_is_no_error),
		TEST(names_are_read_as_they_are),
		TEST(without_a_process_1_proc_hides_some),
		TEST(processes_that_may_not_be_read_are_counted),
		TEST(a_missing_root_is_an_error),
		TEST(an_empty_root_is_an_error),
		TEST(a_descriptor_that_is_another_one_by_now_is_told),
		TEST(a_descriptor_that_may_not_be_read_is_taken_to_be_what_it_was),
		TEST(nothing_wanted_nothing_looked_at),
		TEST(a_look_ahead_finds_the_holders_of_every_socket),
		TEST(a_look_ahead_into_nothing_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
