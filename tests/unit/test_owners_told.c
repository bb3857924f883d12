/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a scan of /proc tells besides the owners: what they run, and the flags of their sockets. */
#include "proc_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "model/process_store.h"

/* As proc(5) has it; the 22nd field is the start. */
static void make_stat(const struct proc_fixture *fixture, const char *pid, const char *start)
{
	char text[128];

	snprintf(text, sizeof(text), "%s (server) S 1 0 0 0 0 0 0 0 0 0 0 0 0 0 20 0 1 0 %s 0 0\n", pid, start);
	proc_make_file(proc_path(fixture, pid, "/", "stat"), text);
}

/* A process that has a wanted socket through two descriptors, and a command line. */
static void make_server(const struct proc_fixture *fixture)
{
	proc_make_process(fixture, "20", "server\n");
	proc_make_fd(fixture, "20", "3", "socket:[100]");
	proc_make_fd(fixture, "20", "4", "socket:[100]");
	make_stat(fixture, "20", "77");
}

static void write_bytes(const char *name, const char *bytes, size_t length)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static void what_an_owner_runs_is_told_where_it_is_asked_for(void **state)
{
	static const char arguments[] = "/usr/bin/server\0--name\0a b\0\0\0";
	struct proc_fixture *fixture = *state;
	const struct map nobody = MAP_INIT;

	make_server(fixture);
	write_bytes(proc_path(fixture, "20", "/", "cmdline"), arguments, sizeof(arguments));
	proc_make_file(proc_path(fixture, "20", "/", "cgroup"), "12:cpu::/wrong\n0::/system.slice/server.service\n");
	proc_make_process(fixture, "30", "idle\n");
	make_stat(fixture, "30", "78");
	assert_int_equal(proc_scan(fixture, NULL)->told.count, 0);
	const struct process_list *told = &proc_scan(fixture, &nobody)->told;
	assert_int_equal(told->count, 1);
	assert_int_equal(told->all[0].pid, 20);
	assert_int_equal(told->all[0].start_ticks, 77);
	assert_string_equal(told->all[0].comm, "server");
	assert_string_equal(told->all[0].command_line, "/usr/bin/server --name a b");
	assert_string_equal(told->all[0].cgroup.path, "/system.slice/server.service");
}

/* systemd before the unified hierarchy, and beside it. */
static void the_cgroup_is_systemds_own_where_it_has_one(void **state)
{
	static const char *const texts[] = {
		"11:memory:/m\n1:name=systemd:/system.slice/old.service\n",
		"1:name=systemd:/system.slice/old.service\n0::/\n",
	};
	struct proc_fixture *fixture = *state;
	const struct map nobody = MAP_INIT;

	make_server(fixture);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		proc_make_file(proc_path(fixture, "20", "/", "cgroup"), texts[i]);
		assert_string_equal(proc_scan(fixture, &nobody)->told.all[0].cgroup.path, "/system.slice/old.service");
	}
	proc_make_file(proc_path(fixture, "20", "/", "cgroup"), "1:name=systemd:/\n0::/new.service\n");
	assert_string_equal(proc_scan(fixture, &nobody)->told.all[0].cgroup.path, "/new.service");
	proc_make_file(proc_path(fixture, "20", "/", "cgroup"), "11:memory:/m\n");
	assert_null(proc_scan(fixture, &nobody)->told.all[0].cgroup.path);
}

static void who_is_known_is_not_read_again_until_it_has_another_name(void **state)
{
	struct proc_fixture *fixture = *state;
	struct map known = MAP_INIT;

	make_server(fixture);
	map_put(&known, process_key(20, 77), process_name_sum("server"));
	assert_int_equal(proc_scan(fixture, &known)->told.count, 0);
	assert_int_equal(fixture->scan.count, 2);
	proc_make_file(proc_path(fixture, "20", "/", "comm"), "executed\n");
	assert_int_equal(proc_scan(fixture, &known)->told.count, 1);
	map_clear(&known);
	map_put(&known, process_key(20, 76), process_name_sum("executed"));
	assert_int_equal(proc_scan(fixture, &known)->told.count, 1);
	map_fini(&known);
}

static void a_command_line_of_a_megabyte_takes_4_kib(void **state)
{
	enum { MEGABYTE = 1024 * 1024 };
	char *long_line = malloc(MEGABYTE);
	struct proc_fixture *fixture = *state;
	const struct map nobody = MAP_INIT;

	assert_non_null(long_line);
	memset(long_line, 'x', MEGABYTE);
	make_server(fixture);
	write_bytes(proc_path(fixture, "20", "/", "cmdline"), long_line, MEGABYTE);
	free(long_line);
	assert_int_equal(strlen(proc_scan(fixture, &nobody)->told.all[0].command_line), 4095);
}

/* Ended between the look at its descriptors and the look at the rest: nothing is known of it, and nothing is wrong. */
static void who_ends_under_the_eyes_tells_nothing(void **state)
{
	struct proc_fixture *fixture = *state;
	const struct map nobody = MAP_INIT;

	proc_make_process(fixture, "20", NULL);
	proc_make_fd(fixture, "20", "3", "socket:[100]");
	proc_make_process(fixture, "30", "server\n");
	proc_make_fd(fixture, "30", "3", "socket:[100]");
	make_stat(fixture, "30", "77");
	assert_int_equal(proc_scan(fixture, &nobody)->told.count, 1);
	assert_int_equal(fixture->scan.error, 0);
	assert_int_equal(fixture->scan.refused, 0);
	assert_int_equal(fixture->scan.told.all[0].pid, 30);
	assert_null(fixture->scan.told.all[0].command_line);
	assert_null(fixture->scan.told.all[0].cgroup.path);
}

/* A socket of this process, with SO_REUSEPORT or without; its number as a text that stays valid until the next call. */
static int make_socket(bool reuseport, char fd[16])
{
	int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = reuseport;

	assert_true(sock >= 0);
	assert_int_equal(setsockopt(sock, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)), 0);
	snprintf(fd, 16, "%d", sock);
	return sock;
}

static uint64_t cookie_of(int sock)
{
	uint64_t cookie;
	socklen_t length = sizeof(cookie);

	assert_int_equal(getsockopt(sock, SOL_SOCKET, SO_COOKIE, &cookie, &length), 0);
	return cookie;
}

/* This process stands in the made-up /proc, and so do processes that there are not; it holds two sockets. */
static void flags_are_asked_of_one_holder_that_answers(void **state)
{
	struct proc_fixture *fixture = *state;
	char own[16], first[16], second[16];
	int socks[] = { make_socket(true, first), make_socket(false, second) };

	snprintf(own, sizeof(own), "%d", (int)getpid());
	proc_make_process(fixture, own, "test\n");
	proc_make_fd(fixture, own, first, "socket:[100]");
	proc_make_fd(fixture, own, second, "socket:[4294967295]");
	proc_make_process(fixture, "4194304", "gone\n"); /* pid_max is at most that (proc(5)): no process has it */
	proc_make_fd(fixture, "4194304", "3", "socket:[100]");
	assert_int_equal(proc_scan(fixture, NULL)->answer_count, 0); /* nobody asked for them */
	map_put(&fixture->wanted, 100, WANT_FLAGS);
	proc_scan(fixture, NULL);
	assert_int_equal(fixture->scan.count, 3);
	assert_int_equal(fixture->scan.answer_count, 1);
	const struct flags_answer *answer = &fixture->scan.answers[0];
	assert_int_equal(answer->cookie, cookie_of(socks[0]));
	assert_int_equal(answer->flags.known, FLAG_REUSEADDR | FLAG_REUSEPORT);
	assert_int_equal(answer->flags.set, FLAG_REUSEPORT);
	assert_int_equal(map_get(&fixture->wanted, 100), WANT_ANSWERED);
	assert_int_equal(map_get(&fixture->wanted, UINT32_MAX), WANT_OWNERS);
	close(socks[0]);
	close(socks[1]);
}

static void what_is_gone_when_it_is_asked_is_no_error(void **state)
{
	struct proc_fixture *fixture = *state;
	char own[16], file[16];
	int other = memory_file();

	snprintf(file, sizeof(file), "%d", other);
	snprintf(own, sizeof(own), "%d", (int)getpid());
	proc_make_process(fixture, own, "test\n");
	proc_make_fd(fixture, own, "1000000", "socket:[100]"); /* closed */
	proc_make_fd(fixture, own, file, "socket:[100]"); /* the number stands for something else by now */
	proc_make_process(fixture, "4194304", "gone\n");
	proc_make_fd(fixture, "4194304", "3", "socket:[100]");
	map_put(&fixture->wanted, 100, WANT_FLAGS);
	assert_int_equal(proc_scan(fixture, NULL)->answer_count, 0);
	assert_int_equal(map_get(&fixture->wanted, 100), WANT_FLAGS);
	assert_int_equal(fixture->scan.error, 0);
	close(other);
}

static void nobody_is_asked_where_that_would_move_sockets(void **state)
{
	static const struct {
		const char *cgroups;
		uint32_t want;
	} cases[] = {
		{ "#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t4\t18\t1\nnet_cls\t3\t2\t1\n", WANT_FAILED + WANT_HARMFUL },
		{ "cpu\t1\t1\t1\nnet_prio\t3\t7\t1", WANT_FAILED + WANT_HARMFUL },
		{ "net_cls\t3\t1\t1\nnet_prio\t3\t1\t1\nmemory\t4\t18\t1\n", WANT_ANSWERED }, /* all are in the same one */
		{ "net_cls\t0\t9\t1\n", WANT_ANSWERED },                                       /* not used */
		{ "net_cls\nnet_prio\t\t\n\n", WANT_ANSWERED },
		{ "", WANT_ANSWERED },
	};
	struct proc_fixture *fixture = *state;
	char own[16], fd[16];
	int sock = make_socket(true, fd);

	snprintf(own, sizeof(own), "%d", (int)getpid());
	proc_make_process(fixture, own, "test\n");
	proc_make_fd(fixture, own, fd, "socket:[100]");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		proc_make_file(proc_path(fixture, "cgroups", "", ""), cases[i].cgroups);
		map_put(&fixture->wanted, 100, WANT_FLAGS);
		proc_scan(fixture, NULL);
		assert_int_equal(fixture->scan.count, 1);
		assert_int_equal(fixture->scan.answer_count, cases[i].want == WANT_ANSWERED ? 1 : 0);
		assert_int_equal(map_get(&fixture->wanted, 100), cases[i].want);
	}
	close(sock);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, proc_setup, proc_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(flags_are_asked_of_one_holder_that_answers),
		TEST(what_is_gone_when_it_is_asked_is_no_error),
		TEST(nobody_is_asked_where_that_would_move_sockets),
		TEST(what_an_owner_runs_is_told_where_it_is_asked_for),
		TEST(the_cgroup_is_systemds_own_where_it_has_one),
		TEST(who_is_known_is_not_read_again_until_it_has_another_name),
		TEST(a_command_line_of_a_megabyte_takes_4_kib),
		TEST(who_ends_under_the_eyes_tells_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
