/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scan of /proc, over a made-up one in a temporary directory. */
#include "helpers.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/owners.h"
#include "model/process_store.h"

enum { NOBODY = 65534 };

struct fixture {
	char root[64];
	struct map wanted;
	struct owner_scan scan;
};

/* The path of something below the root; valid until the next call. */
static const char *path(const struct fixture *fixture, const char *pid, const char *folder, const char *name)
{
	static char text[256];

	snprintf(text, sizeof(text), "%s/%s%s%s", fixture->root, pid, folder, name);
	return text;
}

static void make_directory(const struct fixture *fixture, const char *pid, const char *name)
{
	assert_int_equal(mkdir(path(fixture, pid, "", name), 0755), 0);
}

static void make_file(const char *name, const char *content)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(content, file);
	assert_int_equal(fclose(file), 0);
}

/* A process whose descriptors are still to be made. */
static void make_process(const struct fixture *fixture, const char *pid, const char *comm)
{
	make_directory(fixture, pid, "");
	make_directory(fixture, pid, "/fd");
	if (comm != NULL)
		make_file(path(fixture, pid, "/", "comm"), comm);
}

static void make_fd(const struct fixture *fixture, const char *pid, const char *fd, const char *target)
{
	assert_int_equal(symlink(target, path(fixture, pid, "/fd/", fd)), 0);
}

static int setup(void **state)
{
	static struct fixture fixture;

	memset(&fixture, 0, sizeof(fixture));
	strcpy(fixture.root, "/tmp/ports-test-proc-XXXXXX");
	assert_non_null(mkdtemp(fixture.root));
	assert_int_equal(chmod(fixture.root, 0755), 0);
	map_put(&fixture.wanted, 100, 0);
	map_put(&fixture.wanted, UINT32_MAX, 0);
	*state = &fixture;
	return 0;
}

static int remove_entry(const char *name, const struct stat *about, int type, struct FTW *where)
{
	(void)about, (void)type, (void)where;
	return remove(name);
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	map_fini(&fixture->wanted);
	owner_scan_fini(&fixture->scan);
	return nftw(fixture->root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static const struct owner_scan *scan(struct fixture *fixture)
{
	owner_scan_fini(&fixture->scan);
	owners_scan(&fixture->scan, &fixture->wanted, NULL, fixture->root);
	return &fixture->scan;
}

static void check_owner(const struct owner *owner, uint32_t inode, int pid, int fd)
{
	assert_int_equal(owner->inode, inode);
	assert_int_equal(owner->pid, pid);
	assert_int_equal(owner->fd, fd);
}

static void every_holder_of_a_wanted_inode_is_found(void **state)
{
	struct fixture *fixture = *state;
	size_t count;

	make_process(fixture, "1", "init\n");
	make_process(fixture, "20", "worker\n");
	make_fd(fixture, "20", "3", "socket:[100]");
	make_process(fixture, "4194304", "server\n");
	make_fd(fixture, "4194304", "12", "socket:[100]");
	make_fd(fixture, "4194304", "7", "socket:[100]");
	make_fd(fixture, "4194304", "0", "socket:[4294967295]");
	const struct owner_scan *found = scan(fixture);
	assert_int_equal(found->error, 0);
	assert_int_equal(found->processes, 3);
	assert_int_equal(found->refused, 0);
	assert_int_equal(found->count, 4);
	const struct owner *owners = owner_scan_find(found, 100, &count);
	assert_int_equal(count, 3);
	check_owner(&owners[0], 100, 20, 3);
	assert_string_equal(owners[0].comm, "worker");
	check_owner(&owners[1], 100, 4194304, 7);
	check_owner(&owners[2], 100, 4194304, 12);
	assert_string_equal(owners[2].comm, "server");
	check_owner(owner_scan_find(found, UINT32_MAX, &count), UINT32_MAX, 4194304, 0);
}

static void other_descriptors_are_passed_over(void **state)
{
	static const char *const targets[] = {
		"pipe:[100]", "/dev/null", "anon_inode:[eventfd]", "socket:[x]", "socket:[]", "socket:[", "socket:[0]",
		"socket:[101]", "socket:[10]", "socket:100", "xsocket:[100]",
	};
	struct fixture *fixture = *state;
	char fd[16];

	make_process(fixture, "10", "server\n");
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		snprintf(fd, sizeof(fd), "%zu", i);
		make_fd(fixture, "10", fd, targets[i]);
	}
	make_fd(fixture, "10", "x", "socket:[100]");
	make_directory(fixture, "10", "/fd/99");
	assert_int_equal(scan(fixture)->count, 0);
	assert_int_equal(fixture->scan.error, 0);
	assert_int_equal(fixture->scan.refused, 0);
	assert_int_equal(fixture->scan.processes, 1);
}

static void entries_that_are_no_process_are_passed_over(void **state)
{
	struct fixture *fixture = *state;

	make_process(fixture, "10", "server\n");
	make_process(fixture, "self", "server\n");
	make_fd(fixture, "self", "3", "socket:[100]");
	make_directory(fixture, "net", "");
	make_file(path(fixture, "uptime", "", ""), "1\n");
	make_file(path(fixture, "30", "", ""), "1\n");
	assert_int_equal(scan(fixture)->count, 0);
	assert_int_equal(fixture->scan.error, 0);
	assert_int_equal(fixture->scan.processes, 1);
}

static void a_process_that_ends_meanwhile_is_no_error(void **state)
{
	struct fixture *fixture = *state;

	make_directory(fixture, "10", "");
	make_process(fixture, "20", "server\n");
	make_fd(fixture, "20", "3", "socket:[100]");
	assert_int_equal(scan(fixture)->count, 1);
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
	struct fixture *fixture = *state;
	char pid[16];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(pid, sizeof(pid), "%zu", i + 1);
		make_process(fixture, pid, cases[i].comm);
		make_fd(fixture, pid, "3", "socket:[100]");
		make_fd(fixture, pid, "4", "socket:[100]");
	}
	scan(fixture);
	assert_int_equal(fixture->scan.count, 2 * ARRAY_SIZE(cases));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_string_equal(fixture->scan.owners[2 * i].comm, cases[i].name);
		assert_string_equal(fixture->scan.owners[2 * i + 1].comm, cases[i].name);
	}
}

/* As proc(5) has it; the 22nd field is the start. */
static void make_stat(const struct fixture *fixture, const char *pid, const char *start)
{
	char text[128];

	snprintf(text, sizeof(text), "%s (server) S 1 0 0 0 0 0 0 0 0 0 0 0 0 0 20 0 1 0 %s 0 0\n", pid, start);
	make_file(path(fixture, pid, "/", "stat"), text);
}

/* A process that has a wanted socket through two descriptors, and a command line. */
static void make_server(const struct fixture *fixture)
{
	make_process(fixture, "20", "server\n");
	make_fd(fixture, "20", "3", "socket:[100]");
	make_fd(fixture, "20", "4", "socket:[100]");
	make_stat(fixture, "20", "77");
}

static const struct owner_scan *scan_telling(struct fixture *fixture, const struct map *known)
{
	owner_scan_fini(&fixture->scan);
	owners_scan(&fixture->scan, &fixture->wanted, known, fixture->root);
	return &fixture->scan;
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
	struct fixture *fixture = *state;
	const struct map nobody = MAP_INIT;

	make_server(fixture);
	write_bytes(path(fixture, "20", "/", "cmdline"), arguments, sizeof(arguments));
	make_file(path(fixture, "20", "/", "cgroup"), "12:cpu::/wrong\n0::/system.slice/server.service\n");
	make_process(fixture, "30", "idle\n");
	make_stat(fixture, "30", "78");
	assert_int_equal(scan(fixture)->told.count, 0);
	const struct process_list *told = &scan_telling(fixture, &nobody)->told;
	assert_int_equal(told->count, 1);
	assert_int_equal(told->all[0].pid, 20);
	assert_int_equal(told->all[0].start_ticks, 77);
	assert_string_equal(told->all[0].comm, "server");
	assert_string_equal(told->all[0].command_line, "/usr/bin/server --name a b");
	assert_string_equal(told->all[0].cgroup, "/system.slice/server.service");
}

/* systemd before the unified hierarchy, and beside it. */
static void the_cgroup_is_systemds_own_where_it_has_one(void **state)
{
	static const char *const texts[] = {
		"11:memory:/m\n1:name=systemd:/system.slice/old.service\n",
		"1:name=systemd:/system.slice/old.service\n0::/\n",
	};
	struct fixture *fixture = *state;
	const struct map nobody = MAP_INIT;

	make_server(fixture);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		make_file(path(fixture, "20", "/", "cgroup"), texts[i]);
		assert_string_equal(scan_telling(fixture, &nobody)->told.all[0].cgroup, "/system.slice/old.service");
	}
	make_file(path(fixture, "20", "/", "cgroup"), "11:memory:/m\n");
	assert_null(scan_telling(fixture, &nobody)->told.all[0].cgroup);
}

static void who_is_known_is_not_read_again_until_it_has_another_name(void **state)
{
	struct fixture *fixture = *state;
	struct map known = MAP_INIT;

	make_server(fixture);
	map_put(&known, process_key(20, 77), process_name_sum("server"));
	assert_int_equal(scan_telling(fixture, &known)->told.count, 0);
	assert_int_equal(fixture->scan.count, 2);
	make_file(path(fixture, "20", "/", "comm"), "executed\n");
	assert_int_equal(scan_telling(fixture, &known)->told.count, 1);
	map_clear(&known);
	map_put(&known, process_key(20, 76), process_name_sum("executed"));
	assert_int_equal(scan_telling(fixture, &known)->told.count, 1);
	map_fini(&known);
}

static void a_command_line_of_a_megabyte_takes_4_kib(void **state)
{
	enum { MEGABYTE = 1024 * 1024 };
	char *long_line = malloc(MEGABYTE);
	struct fixture *fixture = *state;
	const struct map nobody = MAP_INIT;

	assert_non_null(long_line);
	memset(long_line, 'x', MEGABYTE);
	make_server(fixture);
	write_bytes(path(fixture, "20", "/", "cmdline"), long_line, MEGABYTE);
	free(long_line);
	assert_int_equal(strlen(scan_telling(fixture, &nobody)->told.all[0].command_line), 4095);
}

/* Ended between the look at its descriptors and the look at the rest: nothing is known of it, and nothing is wrong. */
static void who_ends_under_the_eyes_tells_nothing(void **state)
{
	struct fixture *fixture = *state;
	const struct map nobody = MAP_INIT;

	make_process(fixture, "20", NULL);
	make_fd(fixture, "20", "3", "socket:[100]");
	make_process(fixture, "30", "server\n");
	make_fd(fixture, "30", "3", "socket:[100]");
	make_stat(fixture, "30", "77");
	assert_int_equal(scan_telling(fixture, &nobody)->told.count, 1);
	assert_int_equal(fixture->scan.error, 0);
	assert_int_equal(fixture->scan.refused, 0);
	assert_int_equal(fixture->scan.told.all[0].pid, 30);
	assert_null(fixture->scan.told.all[0].command_line);
	assert_null(fixture->scan.told.all[0].cgroup);
}

static void without_a_process_1_proc_hides_some(void **state)
{
	struct fixture *fixture = *state;

	make_process(fixture, "10", "server\n");
	assert_true(scan(fixture)->hides);
	make_process(fixture, "1", "init\n");
	assert_false(scan(fixture)->hides);
}

/* As somebody who may not read everything; false, and nothing is changed, where that cannot be arranged. */
static bool become_nobody(void)
{
	return geteuid() != 0 || seteuid(NOBODY) == 0;
}

static void processes_that_may_not_be_read_are_counted(void **state)
{
	struct fixture *fixture = *state;
	uid_t user = geteuid();

	make_process(fixture, "1", "init\n");
	make_process(fixture, "10", "server\n");
	make_fd(fixture, "10", "3", "socket:[100]");
	make_process(fixture, "20", "secret\n");
	make_fd(fixture, "20", "3", "socket:[100]");
	assert_true(scan(fixture)->as_root == (user == 0));
	assert_int_equal(fixture->scan.count, 2);
	assert_int_equal(chmod(path(fixture, "20", "/", "fd"), 0), 0);
	bool changed = become_nobody();
	scan(fixture);
	if (changed && user == 0)
		assert_int_equal(seteuid(0), 0);
	chmod(path(fixture, "20", "/", "fd"), 0700);
	if (!changed)
		skip();
	assert_false(fixture->scan.as_root);
	assert_int_equal(fixture->scan.processes, 3);
	assert_int_equal(fixture->scan.refused, 1);
	assert_int_equal(fixture->scan.error, 0);
	assert_int_equal(fixture->scan.count, 1);
	check_owner(&fixture->scan.owners[0], 100, 10, 3);
}

static void a_missing_root_is_an_error(void **state)
{
	struct fixture *fixture = *state;

	owners_scan(&fixture->scan, &fixture->wanted, NULL, path(fixture, "missing", "", ""));
	assert_int_equal(fixture->scan.error, ENOENT);
	assert_int_equal(fixture->scan.count, 0);
	owners_scan(&fixture->scan, &fixture->wanted, NULL, "/dev/null");
	assert_int_equal(fixture->scan.error, ENOTDIR);
}

static void an_empty_root_is_an_error(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(scan(fixture)->error, ENOENT);
	make_directory(fixture, "sys", "");
	assert_int_equal(scan(fixture)->error, ENOENT);
}

static void nothing_wanted_nothing_looked_at(void **state)
{
	struct fixture *fixture = *state;

	make_process(fixture, "10", "server\n");
	map_clear(&fixture->wanted);
	assert_int_equal(scan(fixture)->error, 0);
	assert_int_equal(fixture->scan.processes, 0);
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
	struct fixture *fixture = *state;
	char own[16], first[16], second[16];
	int socks[] = { make_socket(true, first), make_socket(false, second) };

	snprintf(own, sizeof(own), "%d", (int)getpid());
	make_process(fixture, own, "test\n");
	make_fd(fixture, own, first, "socket:[100]");
	make_fd(fixture, own, second, "socket:[4294967295]");
	make_process(fixture, "4194304", "gone\n"); /* pid_max is at most that (proc(5)): no process has it */
	make_fd(fixture, "4194304", "3", "socket:[100]");
	assert_int_equal(scan(fixture)->answer_count, 0); /* nobody asked for them */
	map_put(&fixture->wanted, 100, WANT_FLAGS);
	scan(fixture);
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
	struct fixture *fixture = *state;
	char own[16], file[16];
	int other = memory_file();

	snprintf(file, sizeof(file), "%d", other);
	snprintf(own, sizeof(own), "%d", (int)getpid());
	make_process(fixture, own, "test\n");
	make_fd(fixture, own, "1000000", "socket:[100]"); /* closed */
	make_fd(fixture, own, file, "socket:[100]"); /* the number stands for something else by now */
	make_process(fixture, "4194304", "gone\n");
	make_fd(fixture, "4194304", "3", "socket:[100]");
	map_put(&fixture->wanted, 100, WANT_FLAGS);
	assert_int_equal(scan(fixture)->answer_count, 0);
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
	struct fixture *fixture = *state;
	char own[16], fd[16];
	int sock = make_socket(true, fd);

	snprintf(own, sizeof(own), "%d", (int)getpid());
	make_process(fixture, own, "test\n");
	make_fd(fixture, own, fd, "socket:[100]");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		make_file(path(fixture, "cgroups", "", ""), cases[i].cgroups);
		map_put(&fixture->wanted, 100, WANT_FLAGS);
		scan(fixture);
		assert_int_equal(fixture->scan.count, 1);
		assert_int_equal(fixture->scan.answer_count, cases[i].want == WANT_ANSWERED ? 1 : 0);
		assert_int_equal(map_get(&fixture->wanted, 100), cases[i].want);
	}
	close(sock);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_holder_of_a_wanted_inode_is_found),
		TEST(other_descriptors_are_passed_over),
		TEST(entries_that_are_no_process_are_passed_over),
		TEST(a_process_that_ends_meanwhile_is_no_error),
		TEST(flags_are_asked_of_one_holder_that_answers),
		TEST(what_is_gone_when_it_is_asked_is_no_error),
		TEST(nobody_is_asked_where_that_would_move_sockets),
		TEST(names_are_read_as_they_are),
		TEST(what_an_owner_runs_is_told_where_it_is_asked_for),
		TEST(the_cgroup_is_systemds_own_where_it_has_one),
		TEST(who_is_known_is_not_read_again_until_it_has_another_name),
		TEST(a_command_line_of_a_megabyte_takes_4_kib),
		TEST(who_ends_under_the_eyes_tells_nothing),
		TEST(without_a_process_1_proc_hides_some),
		TEST(processes_that_may_not_be_read_are_counted),
		TEST(a_missing_root_is_an_error),
		TEST(an_empty_root_is_an_error),
		TEST(nothing_wanted_nothing_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
