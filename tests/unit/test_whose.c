/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of a row's two cgroups tells, in columns, filters and words; and who holds a socket for whom. */
#include "helpers.h"

#include <string.h>

#include "model/cgroup.h"
#include "model/column.h"
#include "model/explain_whose.h"
#include "model/filter.h"
#include "model/names.h"
#include "model/process.h"
#include "model/table.h"
#include "model/whose.h"

#define ID "3f4e5d6c7b8a99887766554433221100ffeeddccbbaa00112233445566778899"
#define UID "1b2c3d4e-0123-4567-89ab-cdef01234567"

struct fixture {
	struct row row;
	struct sock_info info;
	struct cgroup own;
	struct process process;
	struct owner owners[3];
	struct names names;
	struct buf out;
};

static int setup(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ .names = NAMES_INIT };
	fixture.row = (struct row){ .sock = make_listener(1, 80), .info = &fixture.info };
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	cgroup_fini(&fixture->own);
	cgroup_fini(&fixture->process.cgroup);
	buf_fini(&fixture->out);
	return 0;
}

/* Of the socket itself, and of its process; NULL: not known. */
static void set_cgroups(struct fixture *fixture, const char *own, const char *process)
{
	fixture->info.group = own != NULL ? &fixture->own : NULL;
	fixture->info.process = process != NULL ? &fixture->process : NULL;
	if (own != NULL)
		cgroup_read(&fixture->own, own);
	if (process != NULL)
		cgroup_read(&fixture->process.cgroup, process);
}

static void check_columns(struct fixture *fixture, const char *unit, const char *container, const char *cgroup)
{
	const struct column_context context = { .names = &fixture->names };

	columns[COLUMN_UNIT].text(&fixture->out, &fixture->row, &context);
	assert_text(&fixture->out, unit);
	columns[COLUMN_CONTAINER].text(&fixture->out, &fixture->row, &context);
	assert_text(&fixture->out, container);
	columns[COLUMN_CGROUP].text(&fixture->out, &fixture->row, &context);
	assert_text(&fixture->out, cgroup);
}

static void the_socket_s_own_cgroup_comes_first(void **state)
{
	struct fixture *fixture = *state;

	fixture->row.info = NULL;
	check_columns(fixture, "-", "-", "-");
	fixture->row.info = &fixture->info;
	check_columns(fixture, "-", "-", "-");
	set_cgroups(fixture, NULL, "/system.slice/process.service");
	check_columns(fixture, "process.service", "-", "/system.slice/process.service");
	set_cgroups(fixture, "/system.slice/own.service", "/system.slice/process.service");
	check_columns(fixture, "own.service", "-", "/system.slice/own.service");
	set_cgroups(fixture, "/system.slice/own.service", NULL);
	check_columns(fixture, "own.service", "-", "/system.slice/own.service");
}

/* On a host of the first version all sockets are in the root of the second. */
static void what_one_does_not_say_the_other_does(void **state)
{
	struct fixture *fixture = *state;

	set_cgroups(fixture, "/", "/docker/" ID);
	check_columns(fixture, ID, "3f4e5d6c7b8a", "/");
	set_cgroups(fixture, "/system.slice/containerd.service", "/lxc.payload.web");
	check_columns(fixture, "containerd.service", "web", "/system.slice/containerd.service");
	set_cgroups(fixture, CGROUP_DELETED, "/system.slice/process.service");
	check_columns(fixture, "process.service", "-", "(gone)");
	set_cgroups(fixture, "/a.service (deleted)", "/system.slice/process.service");
	check_columns(fixture, "a.service", "-", "/a.service(gone)");
}

static void check_filter(struct fixture *fixture, const char *text, enum truth expected)
{
	const struct column_context context = { .names = &fixture->names };
	struct filter filter = FILTER_INIT;

	set_filter(&filter, text);
	if (filter_judge(&filter, &fixture->row, &context, KNOWN_ALL) != expected)
		fail_msg("\"%s\" is %d, not %d", text, filter_judge(&filter, &fixture->row, &context, KNOWN_ALL), expected);
	filter_fini(&filter);
}

static void a_filter_knows_containers_by_name_and_id(void **state)
{
	struct fixture *fixture = *state;

	check_filter(fixture, "container web", TRUTH_UNKNOWN);
	set_cgroups(fixture, "/docker/" ID, NULL);
	check_filter(fixture, "container 3f4e5d6c7b8a", TRUTH_TRUE);
	check_filter(fixture, "container " ID, TRUTH_TRUE);
	check_filter(fixture, "container 3f4e", TRUTH_FALSE);
	check_filter(fixture, "container ~ '^3f4e'", TRUTH_TRUE);
	check_filter(fixture, "container web", TRUTH_FALSE);
	cgroup_set_name(&fixture->own, "web");
	check_filter(fixture, "container web", TRUTH_TRUE);
	check_filter(fixture, "container != web", TRUTH_FALSE);
	check_filter(fixture, "container " ID, TRUTH_TRUE);
	check_filter(fixture, "container ~ .", TRUTH_TRUE);
	set_cgroups(fixture, "/system.slice/a.service", NULL);
	check_filter(fixture, "container ~ .", TRUTH_FALSE);
	check_filter(fixture, "not container web", TRUTH_TRUE);
	check_filter(fixture, "unit a.service", TRUTH_TRUE);
}

/* Until owners were looked for, the first process may be in one. */
static void what_neither_cgroup_says_is_so_only_when_both_are_known(void **state)
{
	const struct column_context context = { .names = &((struct fixture *)*state)->names };
	struct fixture *fixture = *state;
	struct filter filter = FILTER_INIT;

	set_filter(&filter, "container web");
	set_cgroups(fixture, "/", NULL);
	assert_int_equal(filter_judge(&filter, &fixture->row, &context, KNOWN_ALL & ~(unsigned)KNOWN_OWNERS), TRUTH_UNKNOWN);
	fixture->row.owners_sought = true;
	assert_int_equal(filter_judge(&filter, &fixture->row, &context, KNOWN_ALL & ~(unsigned)KNOWN_OWNERS), TRUTH_FALSE);
	set_cgroups(fixture, CGROUP_DELETED, NULL);
	assert_int_equal(filter_judge(&filter, &fixture->row, &context, KNOWN_ALL), TRUTH_UNKNOWN);
	filter_fini(&filter);
}

static void exposure_is_one_of_some_words(void **state)
{
	struct fixture *fixture = *state;
	struct filter filter = FILTER_INIT;
	struct buf error = BUF_INIT;

	check_filter(fixture, "exposure everywhere", TRUTH_TRUE);
	check_filter(fixture, "exposure = loopback,everywhere", TRUTH_TRUE);
	check_filter(fixture, "exposure != loopback", TRUTH_TRUE);
	check_filter(fixture, "exposure none", TRUTH_FALSE);
	fixture->row.sock = make_sock(2, STATE_ESTABLISHED, "127.0.0.1:1", "127.0.0.1:2");
	check_filter(fixture, "exposure none", TRUTH_TRUE);
	assert_false(filter_parse(&filter, "exposure everwhere", &error));
	assert_text(&error, "column 10: \"everwhere\" is no exposure; the nearest is \"everywhere\"");
	buf_fini(&error);
}

static void check_words(struct fixture *fixture, const char *cgroup, const char *container)
{
	explain_cgroup(&fixture->out, &fixture->row);
	assert_text(&fixture->out, cgroup);
	explain_container(&fixture->out, &fixture->row);
	assert_text(&fixture->out, container);
}

static void words_say_whose_cgroup_it_is(void **state)
{
	struct fixture *fixture = *state;

	check_words(fixture, "", "");
	set_cgroups(fixture, "/a.service", NULL);
	check_words(fixture, "/a.service, where the socket was made.", "");
	set_cgroups(fixture, "/a.service (deleted)", NULL);
	check_words(fixture, "/a.service, which is gone; the socket was made there.", "");
	set_cgroups(fixture, CGROUP_DELETED, NULL);
	check_words(fixture, "one that is gone; the socket was made there.", "");
	set_cgroups(fixture, NULL, "/b\033.service");
	check_words(fixture, "/b\\x1b.service, that of its first process.", "");
	give_owners(&fixture->row, &(struct owner){ .pid = 5, .comm = "b" }, 1);
	check_words(fixture, "/b\\x1b.service, that of 5/b.", "");
}

static void words_say_what_container_it_is(void **state)
{
	struct fixture *fixture = *state;

	set_cgroups(fixture, "/docker/" ID, NULL);
	check_words(fixture, "/docker/" ID ", where the socket was made.", "docker container " ID ".");
	cgroup_set_name(&fixture->own, "web");
	check_words(fixture, "/docker/" ID ", where the socket was made.", "web: docker container " ID ".");
	set_cgroups(fixture, "/kubepods/burstable/pod" UID "/" ID, NULL);
	check_words(fixture, "/kubepods/burstable/pod" UID "/" ID ", where the socket was made.",
		    "container " ID ", of pod " UID " (burstable).");
	set_cgroups(fixture, "/kubepods/pod" UID, NULL);
	check_words(fixture, "/kubepods/pod" UID ", where the socket was made.", "pod " UID " (guaranteed).");
}

static void check_exposed(struct fixture *fixture, const char *local, const char *expected)
{
	fixture->row.sock = make_sock(1, STATE_UNCONN, local, NULL);
	fixture->row.sock.flags.known = FLAG_V6ONLY;
	explain_exposure(&fixture->out, &fixture->row);
	assert_text(&fixture->out, expected);
}

static void words_say_who_can_reach_it(void **state)
{
	struct fixture *fixture = *state;

	check_exposed(fixture, "127.0.0.1:1", "Nobody but this host, or its network namespace, can reach it.");
	check_exposed(fixture, "1.2.3.4:1", "This one address leads to it; firewalls are not looked at.");
	check_exposed(fixture, "10.0.0.1:1", "This one address leads to it, of a private network; firewalls are not looked at.");
	check_exposed(fixture, "[fe80::1]:1",
		      "This one address leads to it, which no router forwards to; firewalls are not looked at.");
	check_exposed(fixture, "224.0.0.1:1", "It takes what is sent to a group of hosts; firewalls are not looked at.");
	check_exposed(fixture, "0.0.0.0:1",
		      "On every device, all IPv4 addresses of this host lead to it; firewalls are not looked at.");
	check_exposed(fixture, "[::]:1",
		      "On every device, all IPv6 and IPv4 addresses of this host lead to it; firewalls are not looked at.");
	check_exposed(fixture, "0.0.0.0:0", "");
}

static void check_activation(struct fixture *fixture, const struct process *process, const char *expected)
{
	whose_explain_activation(&fixture->out, &fixture->row, process);
	assert_text(&fixture->out, expected);
}

static void socket_activation_is_called_that(void **state)
{
	struct fixture *fixture = *state;
	const struct process service = { .pid = 70, .cgroup = { .unit = (char[]){ "ssh.service" } } };

	check_activation(fixture, NULL, "");
	fixture->owners[0] = (struct owner){ .pid = 70, .comm = "sshd" };
	give_owners(&fixture->row, fixture->owners, 1);
	check_activation(fixture, &service, "");
	assert_null(whose_activator(&fixture->row));
	fixture->owners[1] = (struct owner){ .pid = 1, .comm = "systemd" };
	give_owners(&fixture->row, fixture->owners, 2);
	assert_ptr_equal(whose_activator(&fixture->row), &fixture->owners[1]);
	check_activation(fixture, NULL, "Socket activation: 1/systemd holds it for 70/sshd, and will hold it when that has ended.");
	check_activation(fixture, &service,
			 "Socket activation: 1/systemd holds it for ssh.service, and will hold it when that has ended.");
	set_cgroups(fixture, "/system.slice/ssh.socket", NULL);
	check_activation(fixture, &service,
			 "Socket activation: 1/systemd holds it for ssh.service, by ssh.socket, and will hold it when that has ended.");
}

static void systemd_alone_waits_for_who_needs_the_service(void **state)
{
	struct fixture *fixture = *state;

	give_owners(&fixture->row, &(struct owner){ .pid = 1, .comm = "systemd" }, 1);
	check_activation(fixture, NULL, "Socket activation: 1/systemd holds it for one of its units, which is started when it is needed.");
	set_cgroups(fixture, "/system.slice/ssh.socket", NULL);
	check_activation(fixture, NULL, "Socket activation: 1/systemd holds it for ssh.socket, which is started when it is needed.");
	fixture->row.owners_former = true;
	check_activation(fixture, NULL, "");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_socket_s_own_cgroup_comes_first),
		TEST(what_one_does_not_say_the_other_does),
		TEST(a_filter_knows_containers_by_name_and_id),
		TEST(what_neither_cgroup_says_is_so_only_when_both_are_known),
		TEST(exposure_is_one_of_some_words),
		TEST(words_say_whose_cgroup_it_is),
		TEST(words_say_what_container_it_is),
		TEST(words_say_who_can_reach_it),
		TEST(socket_activation_is_called_that),
		TEST(systemd_alone_waits_for_who_needs_the_service),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
