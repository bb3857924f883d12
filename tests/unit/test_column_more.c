/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The columns that are shown only when they are named, beside what TCP has measured: texts and orders. */
#include "helpers.h"

#include <locale.h>

#include "model/column.h"
#include "model/names.h"
#include "model/process.h"
#include "model/table.h"

struct fixture {
	struct row row;
	struct sock_info info;
	struct process process;
	struct names names;
	struct buf out;
};

static int setup(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){
		.row = { .sock = make_listener(1, 80), .info = &fixture.info },
		.names = NAMES_INIT,
	};
	name_learn(&fixture.names.of[NAME_DEVICE], name_number(1), "lo", true, 0);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	cgroup_fini(&fixture->process.cgroup);
	names_fini(&fixture->names);
	buf_fini(&fixture->out);
	return 0;
}

static void check_text(struct fixture *fixture, enum column_id column, const char *expected)
{
	const struct column_context context = { .names = &fixture->names };

	columns[column].text(&fixture->out, &fixture->row, &context);
	assert_text(&fixture->out, expected);
}

static void the_device_is_named(void **state)
{
	struct fixture *fixture = *state;

	check_text(fixture, COLUMN_DEVICE, "-");
	fixture->row.sock.ifindex = 1;
	check_text(fixture, COLUMN_DEVICE, "lo");
	fixture->row.sock.ifindex = 2;
	check_text(fixture, COLUMN_DEVICE, "2");
}

static void a_device_is_one_of_its_namespace(void **state)
{
	struct fixture *fixture = *state;

	fixture->row.sock.ifindex = 1;
	fixture->row.sock.netns = 4026532281;
	check_text(fixture, COLUMN_DEVICE, "1");
	check_text(fixture, COLUMN_LOCAL, "0.0.0.0%1:80");
	name_learn(&fixture->names.of[NAME_DEVICE], name_device(4026532281, 1), "red0", true, 0);
	check_text(fixture, COLUMN_DEVICE, "red0");
	check_text(fixture, COLUMN_LOCAL, "0.0.0.0%red0:80");
}

static void a_namespace_is_called_by_name_or_number(void **state)
{
	struct fixture *fixture = *state;
	const struct column_context context = { .names = &fixture->names };

	name_learn(&fixture->names.of[NAME_NETNS], name_number(0), "own", true, 0);
	check_text(fixture, COLUMN_NETNS, "-"); /* nobody asked for others */
	in_netns_text(&fixture->out, &fixture->row, &context);
	assert_text(&fixture->out, "");
	fixture->names.netns = 4026531840;
	check_text(fixture, COLUMN_NETNS, "own");
	fixture->row.sock.netns = 4026532281;
	check_text(fixture, COLUMN_NETNS, "4026532281");
	name_learn(&fixture->names.of[NAME_NETNS], name_number(4026532281), "r\033d", true, 0);
	check_text(fixture, COLUMN_NETNS, "r\\x1bd");
	in_netns_text(&fixture->out, &fixture->row, &context);
	assert_text(&fixture->out, " in r\\x1bd");
}

static void the_backlog_is_a_listeners(void **state)
{
	struct fixture *fixture = *state;

	fixture->row.sock.recv_queue = 3;
	fixture->row.sock.send_queue = 128;
	check_text(fixture, COLUMN_BACKLOG, "3/128");
	fixture->row.sock.state = STATE_ESTABLISHED;
	check_text(fixture, COLUMN_BACKLOG, "-");
	fixture->row.sock.state = STATE_LISTEN;
	fixture->row.sock.have = 0;
	check_text(fixture, COLUMN_BACKLOG, "-");
}

static void rates_and_drops_are_numbers_where_they_are_known(void **state)
{
	struct fixture *fixture = *state;

	fixture->info = (struct sock_info){ .in_rate = 1234567, .out_rate = 0, .drops = 7 };
	check_text(fixture, COLUMN_IN_RATE, "-");
	check_text(fixture, COLUMN_OUT_RATE, "-");
	check_text(fixture, COLUMN_DROPS, "-");
	fixture->info.have = INFO_RATES | INFO_DROPS;
	check_text(fixture, COLUMN_IN_RATE, "1.23M");
	check_text(fixture, COLUMN_OUT_RATE, "0");
	check_text(fixture, COLUMN_DROPS, "7");
	fixture->row.info = NULL;
	check_text(fixture, COLUMN_IN_RATE, "-");
	check_text(fixture, COLUMN_OUT_RATE, "-");
	check_text(fixture, COLUMN_DROPS, "-");
}

static void set_process(struct fixture *fixture, char *command, const char *cgroup)
{
	cgroup_fini(&fixture->process.cgroup);
	fixture->process = (struct process){ .pid = 5, .comm = "na\033me", .command_line = command };
	if (cgroup != NULL)
		cgroup_read(&fixture->process.cgroup, cgroup);
	fixture->info.process = &fixture->process;
}

static void the_command_is_the_first_owners(void **state)
{
	char command[] = "/usr/bin/server --port\t80", empty[] = "";
	struct fixture *fixture = *state;

	check_text(fixture, COLUMN_COMMAND, "-");
	set_process(fixture, command, NULL);
	check_text(fixture, COLUMN_COMMAND, "/usr/bin/server --port\\x0980");
	fixture->row.owners_former = true;
	check_text(fixture, COLUMN_COMMAND, "(/usr/bin/server --port\\x0980)");
	fixture->row.owners_former = false;
	set_process(fixture, empty, NULL);
	check_text(fixture, COLUMN_COMMAND, "[na\\x1bme]");
	set_process(fixture, NULL, NULL);
	check_text(fixture, COLUMN_COMMAND, "[na\\x1bme]");
	fixture->row.info = NULL;
	check_text(fixture, COLUMN_COMMAND, "-");
}

static void the_unit_is_the_first_owners(void **state)
{
	struct fixture *fixture = *state;

	check_text(fixture, COLUMN_UNIT, "-");
	set_process(fixture, NULL, "/system.slice/nginx.service");
	check_text(fixture, COLUMN_UNIT, "nginx.service");
	set_process(fixture, NULL, "/");
	check_text(fixture, COLUMN_UNIT, "-");
	set_process(fixture, NULL, "/kubepods/pod1/\xff" "abc");
	check_text(fixture, COLUMN_UNIT, "\\xffabc");
	set_process(fixture, NULL, NULL);
	check_text(fixture, COLUMN_UNIT, "-");
}

/* A cut command says how it begins. */
static void a_long_command_is_cut_at_its_end(void **state)
{
	struct fixture *fixture = *state;

	column_cut(&fixture->out, &columns[COLUMN_COMMAND], "/usr/bin/server --port 80", 10);
	assert_text(&fixture->out, "/usr/bin/\u2026");
}

/* The first comes before the second, and not the other way round, although its cookie is the larger one. */
static void check_before(enum column_id column, struct row first, struct row second)
{
	first.sock.cookie = 2;
	second.sock.cookie = 1;
	if (columns[column].compare(&first, &second) >= 0 || columns[column].compare(&second, &first) <= 0)
		fail_msg("%s has another order", columns[column].id);
}

static void what_is_bound_to_a_device_comes_before_what_is_not(void **state)
{
	struct row rows[3] = { { .sock.ifindex = 1 }, { .sock.ifindex = 2 }, { .sock.ifindex = 0 } };

	(void)state;
	check_before(COLUMN_DEVICE, rows[0], rows[1]);
	check_before(COLUMN_DEVICE, rows[1], rows[2]);
}

static struct row waiting(uint32_t waiting, uint32_t limit)
{
	struct row row = { .sock = make_listener(1, 80) };

	row.sock.recv_queue = waiting;
	row.sock.send_queue = limit;
	return row;
}

static void the_fullest_queue_comes_first(void **state)
{
	(void)state;
	check_before(COLUMN_BACKLOG, waiting(2, 1), waiting(99, 100));
	check_before(COLUMN_BACKLOG, waiting(1, 1), waiting(49, 100));
	check_before(COLUMN_BACKLOG, waiting(1, 0), waiting(4095, 4096));
	check_before(COLUMN_BACKLOG, waiting(4000000000, 4000000000), waiting(3999999999, 4000000000));
	check_before(COLUMN_BACKLOG, waiting(0, 128), (struct row){ .sock.state = STATE_ESTABLISHED });
}

static void the_largest_rate_comes_first_and_the_unknown_last(void **state)
{
	static const enum column_id ids[] = { COLUMN_IN_RATE, COLUMN_OUT_RATE, COLUMN_DROPS };
	struct sock_info fast = { .have = INFO_RATES | INFO_DROPS, .in_rate = 2, .out_rate = 2, .drops = 2 };
	struct sock_info slow = { .have = INFO_RATES | INFO_DROPS }, unknown = { .in_rate = 9, .out_rate = 9, .drops = 9 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		check_before(ids[i], (struct row){ .info = &fast }, (struct row){ .info = &slow });
		check_before(ids[i], (struct row){ .info = &slow }, (struct row){ .info = &unknown });
		check_before(ids[i], (struct row){ .info = &slow }, (struct row){ .info = NULL });
	}
}

static void commands_and_units_come_by_their_letters(void **state)
{
	static const enum column_id ids[] = { COLUMN_COMMAND, COLUMN_UNIT };
	char a[] = "a", b[] = "b", unit_a[] = "a.service", unit_b[] = "b.service", unit_ab[] = "a.service.service";
	struct process processes[] = {
		{ .command_line = a, .cgroup = { .unit = unit_a } },
		{ .command_line = b, .cgroup = { .unit = unit_b } },
		{ .comm = "a", .cgroup = { .unit = unit_ab } },
	};
	struct sock_info infos[] = {
		{ .process = &processes[0] }, { .process = &processes[1] }, { .process = &processes[2] }, { .process = NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		check_before(ids[i], (struct row){ .info = &infos[0] }, (struct row){ .info = &infos[1] });
		check_before(ids[i], (struct row){ .info = &infos[2] }, (struct row){ .info = &infos[1] });
		check_before(ids[i], (struct row){ .info = &infos[1] }, (struct row){ .info = &infos[3] });
		check_before(ids[i], (struct row){ .info = &infos[1] }, (struct row){ .info = NULL });
	}
	check_before(COLUMN_UNIT, (struct row){ .info = &infos[0] }, (struct row){ .info = &infos[2] });
}

static void only_who_shows_what_owners_run_asks_for_it(void **state)
{
	struct column_list list;

	(void)state;
	column_list_usual(&list, VIEW_EXTENDED);
	assert_int_equal(column_list_needs(&list) & NEED_PROCESS, 0);
	column_list_add(&list, &columns[COLUMN_UNIT]);
	assert_true(column_list_needs(&list) & NEED_PROCESS);
	assert_int_equal(NEED_INFO & NEED_PROCESS, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_device_is_named),
		TEST(a_device_is_one_of_its_namespace),
		TEST(a_namespace_is_called_by_name_or_number),
		TEST(the_backlog_is_a_listeners),
		TEST(rates_and_drops_are_numbers_where_they_are_known),
		TEST(the_command_is_the_first_owners),
		TEST(the_unit_is_the_first_owners),
		TEST(a_long_command_is_cut_at_its_end),
		TEST(what_is_bound_to_a_device_comes_before_what_is_not),
		TEST(the_fullest_queue_comes_first),
		TEST(the_largest_rate_comes_first_and_the_unknown_last),
		TEST(commands_and_units_come_by_their_letters),
		TEST(only_who_shows_what_owners_run_asks_for_it),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
