/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <stdlib.h>
#include <string.h>

#include "model/cgroup.h"
#include "model/column.h"
#include "model/group.h"
#include "model/listing.h"
#include "model/names.h"
#include "model/process.h"
#include "model/query.h"
#include "model/table.h"

struct fixture {
	struct table table;
	struct query query;
	struct listing listing;
	struct groups groups;
	struct names names;
};

/* Listed by port: 1 2 (LISTEN), 3 (UNCONN), and the connections 4 to 8. */
static const char *const ports[] = { "0.0.0.0:22", "0.0.0.0:80", "0.0.0.0:80" };

static int setup(void **state)
{
	static struct fixture fixture;
	struct sock socks[] = {
		make_sock(1, STATE_LISTEN, ports[0], NULL),
		make_sock(2, STATE_LISTEN, ports[1], NULL),
		make_sock(3, STATE_UNCONN, ports[2], NULL),
		make_sock(4, STATE_ESTABLISHED, "127.0.0.1:22", "127.0.0.1:1"),
		make_sock(5, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:2"),
		make_sock(6, STATE_TIME_WAIT, "127.0.0.1:80", "127.0.0.1:3"),
		make_sock(7, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:4"),
		make_sock(8, STATE_CLOSE_WAIT, "127.0.0.1:9999", "127.0.0.1:5"),
	};

	memset(&fixture, 0, sizeof(fixture));
	table_init(&fixture.table);
	query_init(&fixture.query);
	table_begin(&fixture.table, 1);
	for (size_t i = 0; i < ARRAY_SIZE(socks); i++) {
		socks[i].have |= HAVE_QUEUES;
		socks[i].recv_queue = (uint32_t)(1 + i);
		socks[i].send_queue = socks[i].state == STATE_LISTEN ? 128 : (uint32_t)(100 * (1 + i));
		table_see(&fixture.table, &socks[i]);
	}
	table_end(&fixture.table);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	table_fini(&fixture->table);
	listing_fini(&fixture->listing);
	groups_fini(&fixture->groups);
	names_fini(&fixture->names);
	return 0;
}

static void make(struct fixture *fixture, enum group_by by)
{
	fixture->groups.by = by;
	listing_make(&fixture->listing, &fixture->table, &fixture->query);
	groups_make(&fixture->groups, &fixture->listing, &fixture->table);
}

static const struct row *row_at(const struct fixture *fixture, size_t at)
{
	return &fixture->table.rows[groups_rows(&fixture->groups, &fixture->listing)[at]];
}

static struct row *row_of(struct fixture *fixture, uint64_t cookie)
{
	return &fixture->table.rows[table_find(&fixture->table, 0, cookie)];
}

/* The lines: a headline by what it has in common, in brackets and with a + if it is folded, a row by its cookie. */
static void check_lines(struct fixture *fixture, const char *expected)
{
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < fixture->groups.lines; i++) {
		struct line line = groups_line(&fixture->groups, i);
		const struct row *row = row_at(fixture, line.at);

		if (line.headline) {
			struct buf headline = BUF_INIT;

			groups_format(&headline, &fixture->groups, line.group, row, &fixture->names);
			*strstr(headline.data, "  ") = '\0';
			buf_printf(&out, "[%s%s]", headline.data, line.group->folded ? "+" : "");
			buf_fini(&headline);
		} else {
			buf_uint(&out, row->sock.cookie);
		}
	}
	assert_text(&out, expected);
	buf_fini(&out);
}

static void check_headline(struct fixture *fixture, size_t number, const char *expected)
{
	const struct group *group = &fixture->groups.all[number];
	struct buf out = BUF_INIT;

	groups_format(&out, &fixture->groups, group, row_at(fixture, group->first), &fixture->names);
	assert_text(&out, expected);
	buf_fini(&out);
}

static void own(struct fixture *fixture, uint64_t cookie, const struct owner *owners, size_t count)
{
	struct row *row = row_of(fixture, cookie);
	struct owner_scan scan = { .count = 0 };
	struct map wanted = MAP_INIT;

	map_put(&wanted, row->sock.inode, 0);
	for (size_t i = 0; i < count; i++)
		owner_scan_add(&scan, row->sock.inode, &owners[i]);
	owner_scan_sort(&scan);
	table_take_owners(&fixture->table, &wanted, &scan);
	owner_scan_fini(&scan);
	map_fini(&wanted);
}

static void without_groups_each_row_is_a_line(void **state)
{
	struct fixture *fixture = *state;

	make(fixture, GROUP_BY_NONE);
	check_lines(fixture, "12345678");
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(groups_line_of(&fixture->groups, i), i);
		assert_null(groups_of(&fixture->groups, i));
	}
}

static void an_empty_listing_has_no_lines(void **state)
{
	struct fixture *fixture = *state;

	make(fixture, GROUP_BY_PORT);
	portset_add(&fixture->query.ports, 1000, 1000);
	make(fixture, GROUP_BY_PORT);
	assert_int_equal(fixture->groups.lines, 0);
	assert_int_equal(fixture->groups.count, 0);
	assert_false(groups_line(&fixture->groups, 0).headline);
}

/* The group of the first row comes first, and its rows stay in their order. */
static void groups_stand_as_their_first_rows_do(void **state)
{
	struct fixture *fixture = *state;

	make(fixture, GROUP_BY_PORT);
	check_lines(fixture, "[port 22]14[port 80]23567[port 9999]8");
	make(fixture, GROUP_BY_STATE);
	check_lines(fixture, "[LISTEN]12[UNCONN]3[ESTABLISHED]457[TIME_WAIT]6[CLOSE_WAIT]8");
	fixture->listing.inverted = true;
	make(fixture, GROUP_BY_PORT);
	check_lines(fixture, "[port 9999]8[port 80]76532[port 22]41");
	fixture->listing.inverted = false;
	fixture->listing.sort = &columns[COLUMN_STATE];
	make(fixture, GROUP_BY_PORT);
	check_lines(fixture, "[port 22]14[port 80]23576[port 9999]8");
}

static void a_row_is_in_the_group_of_its_first_process(void **state)
{
	const struct owner shared[] = { { .pid = 5, .fd = 3, .comm = "a" }, { .pid = 9, .fd = 3, .comm = "b" } };
	struct fixture *fixture = *state;
	struct sock closed;

	own(fixture, 2, shared, 2);
	own(fixture, 5, shared, 1);
	own(fixture, 7, shared + 1, 1);
	own(fixture, 8, shared + 1, 1);
	closed = row_of(fixture, 7)->sock;
	closed.inode = 0;
	table_see(&fixture->table, &closed);
	make(fixture, GROUP_BY_PROCESS);
	check_lines(fixture, "[unknown process]134[5/a]25[no process]6[(9/b)]7[9/b]8");
}

/* A pid that was given away again names another process. */
static void a_process_is_more_than_its_number(void **state)
{
	const struct owner owners[] = { { .pid = 5, .start_ticks = 1, .comm = "old" }, { .pid = 5, .start_ticks = 2, .comm = "new" } };
	struct fixture *fixture = *state;

	portset_add(&fixture->query.ports, 22, 22);
	own(fixture, 1, owners, 1);
	own(fixture, 4, owners + 1, 1);
	make(fixture, GROUP_BY_PROCESS);
	check_lines(fixture, "[5/old]1[5/new]4");
}

/* The socket's own cgroup before that of its process. */
static void units_and_containers_are_those_of_cgroups(void **state)
{
	struct cgroup web = { .id = 7 }, pod = { .id = 8 };
	struct process process = { .pid = 5 };
	struct fixture *fixture = *state;
	struct sock_info infos[] = { { .group = &web, .process = &process }, { .process = &process }, { .group = &pod } };

	portset_add(&fixture->query.ports, 22, 22);
	portset_add(&fixture->query.ports, 9999, 9999);
	cgroup_read(&web, "/lxc.payload.web/system.slice/nginx.service");
	cgroup_read(&process.cgroup, "/system.slice/sshd.service");
	cgroup_read(&pod, "/kubepods/pod0123456789abcdef0123456789abcdef");
	for (uint64_t i = 0; i < ARRAY_SIZE(infos); i++) {
		struct row *row = row_of(fixture, i == 2 ? 8 : i == 1 ? 4 : 1);

		row->info = malloc(sizeof(*row->info));
		*row->info = infos[i];
	}
	make(fixture, GROUP_BY_UNIT);
	check_lines(fixture, "[nginx.service]1[sshd.service]4[pod0123456789abcdef0123456789abcdef]8");
	make(fixture, GROUP_BY_CONTAINER);
	check_lines(fixture, "[web]1[no container]4[pod/0123456789abcdef0123456789abcdef]8");
	cgroup_fini(&web);
	cgroup_fini(&pod);
	cgroup_fini(&process.cgroup);
}

static void a_headline_has_totals(void **state)
{
	struct fixture *fixture = *state;

	make(fixture, GROUP_BY_PORT);
	check_headline(fixture, 0, "port 22     2 sockets  LISTEN 1  ESTABLISHED 1  Recv-Q 4  Send-Q 400");
	check_headline(fixture, 1, "port 80     5 sockets  LISTEN 1  ESTABLISHED 2  TIME_WAIT 1  UNCONN 1  Recv-Q 21  Send-Q 2100");
	check_headline(fixture, 2, "port 9999   1 socket  other 1  Recv-Q 8  Send-Q 800");
	make(fixture, GROUP_BY_STATE);
	check_headline(fixture, 0, "LISTEN       2 sockets"); /* what waits there is no bytes */
	check_headline(fixture, 2, "ESTABLISHED  3 sockets  Recv-Q 16  Send-Q 1600");
}

static void queues_that_are_not_known_are_not_summed_up(void **state)
{
	struct fixture *fixture = *state;

	row_of(fixture, 8)->sock.have = 0;
	make(fixture, GROUP_BY_PORT);
	check_headline(fixture, 2, "port 9999   1 socket  other 1");
}

/* While a snapshot comes in, rows are as it says, and the groups still as they were. */
static void a_headline_says_what_its_rows_had_in_common(void **state)
{
	struct fixture *fixture = *state;

	make(fixture, GROUP_BY_STATE);
	row_of(fixture, 1)->sock.state = STATE_CLOSE;
	check_lines(fixture, "[LISTEN]12[UNCONN]3[ESTABLISHED]457[TIME_WAIT]6[CLOSE_WAIT]8");
	make(fixture, GROUP_BY_PORT);
	row_of(fixture, 8)->sock.local_port = 1;
	check_headline(fixture, 2, "port 9999   1 socket  other 1  Recv-Q 8  Send-Q 800");
}

static void what_is_new_gone_and_tagged_is_counted(void **state)
{
	struct fixture *fixture = *state;
	struct sock fresh = make_sock(9, STATE_SYN_SENT, "127.0.0.1:9999", "127.0.0.1:6");

	table_begin(&fixture->table, 2);
	table_see(&fixture->table, &fresh);
	table_end_class(&fixture->table, PROTO_TCP, FAMILY_INET);
	row_of(fixture, 9)->tagged = true;
	make(fixture, GROUP_BY_PORT);
	check_headline(fixture, 0, "port 22     0 sockets  2 gone");
	check_headline(fixture, 2, "port 9999   1 socket  other 1  1 new  1 gone  1 tagged  Recv-Q 0  Send-Q 0");
}

static void a_row_without_a_port_and_a_state_without_a_name(void **state)
{
	struct fixture *fixture = *state;

	row_of(fixture, 1)->sock.local_port = 0;
	row_of(fixture, 8)->sock.state = STATE_RAW + 20;
	make(fixture, GROUP_BY_PORT);
	check_headline(fixture, 0, "no port     1 socket  LISTEN 1");
	make(fixture, GROUP_BY_STATE);
	check_headline(fixture, 4, "20           1 socket  Recv-Q 8  Send-Q 800");
}

static void a_folded_group_is_a_headline(void **state)
{
	struct fixture *fixture = *state;

	make(fixture, GROUP_BY_PORT);
	groups_fold(&fixture->groups, fixture->groups.all[1].key, true);
	check_lines(fixture, "[port 22]14[port 80+][port 9999]8");
	groups_fold(&fixture->groups, fixture->groups.all[1].key, false);
	check_lines(fixture, "[port 22]14[port 80]23567[port 9999]8");
}

static void rows_and_lines_lead_to_each_other(void **state)
{
	struct fixture *fixture = *state;

	make(fixture, GROUP_BY_PORT);
	groups_fold(&fixture->groups, fixture->groups.all[1].key, true);
	for (size_t at = 0; at < fixture->listing.count; at++) {
		struct line line = groups_line(&fixture->groups, groups_line_of(&fixture->groups, at));
		const struct group *group = groups_of(&fixture->groups, at);

		assert_ptr_equal(line.group, group);
		assert_ptr_equal(groups_find(&fixture->groups, group->key), group);
		assert_true(line.headline == group->folded);
		assert_true(line.headline || line.at == at);
		assert_in_range(at, group->first, group->first + group->count - 1);
	}
	assert_null(groups_find(&fixture->groups, 12345));
}

/* And one that was away comes back as it was; what another key put together is folded for itself. */
static void folding_is_remembered_by_key(void **state)
{
	struct fixture *fixture = *state;

	make(fixture, GROUP_BY_PORT);
	groups_fold(&fixture->groups, fixture->groups.all[1].key, true);
	fixture->query.states = STATE_BIT(STATE_CLOSE_WAIT);
	make(fixture, GROUP_BY_PORT);
	check_lines(fixture, "[port 9999]8");
	fixture->query.states = STATES_ALL;
	fixture->listing.inverted = true;
	make(fixture, GROUP_BY_PORT);
	check_lines(fixture, "[port 9999]8[port 80+][port 22]41");
	make(fixture, GROUP_BY_STATE);
	check_lines(fixture, "[CLOSE_WAIT]8[ESTABLISHED]754[TIME_WAIT]6[UNCONN]3[LISTEN]21");
}

static void all_are_folded_and_so_are_those_to_come(void **state)
{
	struct fixture *fixture = *state;

	fixture->query.states = STATE_BIT(STATE_LISTEN);
	make(fixture, GROUP_BY_PORT);
	groups_fold(&fixture->groups, fixture->groups.all[0].key, true);
	groups_fold_all(&fixture->groups, true);
	check_lines(fixture, "[port 22+][port 80+]");
	groups_fold(&fixture->groups, fixture->groups.all[0].key, false);
	fixture->query.states = STATES_ALL;
	make(fixture, GROUP_BY_PORT);
	check_lines(fixture, "[port 22]14[port 80+][port 9999+]");
	groups_fold_all(&fixture->groups, false);
	check_lines(fixture, "[port 22]14[port 80]23567[port 9999]8");
}

static void made_again_of_the_same_listing_they_are_the_same(void **state)
{
	struct fixture *fixture = *state;

	make(fixture, GROUP_BY_STATE);
	groups_make(&fixture->groups, &fixture->listing, &fixture->table);
	check_lines(fixture, "[LISTEN]12[UNCONN]3[ESTABLISHED]457[TIME_WAIT]6[CLOSE_WAIT]8");
}

/* Against a plain way to find out the same, with many groups. */
static void many_groups_have_all_their_rows_once(void **state)
{
	enum { ROWS = 3000, PORTS = 400 };
	struct fixture *fixture = *state;
	uint64_t random = 7;
	size_t seen = 0;

	for (uint64_t i = 0; i < ROWS; i++) {
		struct sock sock = make_listener(100 + i, (uint16_t)(1 + next_random(&random) % PORTS));

		table_see(&fixture->table, &sock);
	}
	make(fixture, GROUP_BY_PORT);
	assert_int_equal(fixture->listing.count, 8 + ROWS);
	for (size_t line = 0; line < fixture->groups.lines; line++) {
		struct line found = groups_line(&fixture->groups, line);
		const struct row *row = row_at(fixture, found.at);
		const struct row *first = row_at(fixture, found.group->first);

		assert_int_equal(row->sock.local_port, first->sock.local_port);
		assert_true(found.headline == (line == found.group->line));
		if (!found.headline)
			assert_int_equal(found.at, seen++);
	}
	assert_int_equal(seen, 8 + ROWS);
	assert_int_equal(fixture->groups.lines, seen + fixture->groups.count);
}

static void namespaces_are_groups_by_name_or_number(void **state)
{
	struct fixture *fixture = *state;

	row_of(fixture, 2)->sock.netns = row_of(fixture, 8)->sock.netns = 4026532281;
	fixture->names.netns = 4026531840;
	name_learn(&fixture->names.of[NAME_NETNS], name_number(0), "own", true, 0);
	make(fixture, GROUP_BY_NETNS);
	assert_int_equal(fixture->groups.count, 2);
	check_headline(fixture, 0, "namespace own         6 sockets  LISTEN 1  ESTABLISHED 3  TIME_WAIT 1  UNCONN 1  Recv-Q 25  Send-Q 2500");
	check_headline(fixture, 1, "namespace 4026532281  2 sockets  LISTEN 1  other 1  Recv-Q 8  Send-Q 800");
}

static void keys_are_named_and_the_nearest_is_told(void **state)
{
	static const struct {
		const char *word, *error;
	} cases[] = {
		{ "prot", "\"prot\" is no group; the nearest is \"port\"" },
		{ "", "\"\" is no group; the nearest is \"none\"" },
		{ "processes", "\"processes\" is no group; the nearest is \"process\"" },
		{ "State", "\"State\" is no group; the nearest is \"state\"" },
		{ "\033", "\"\\x1b\" is no group; the nearest is \"none\"" },
	};
	struct buf error = BUF_INIT;
	enum group_by by = GROUP_BY_NONE;

	(void)state;
	for (enum group_by i = 0; i < GROUP_BY_COUNT; i++) {
		assert_true(group_by_parse(&by, group_by_name(i), &error));
		assert_int_equal(by, i);
	}
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_false(group_by_parse(&by, cases[i].word, &error));
		assert_text(&error, cases[i].error);
		assert_int_equal(by, GROUP_BY_COUNT - 1);
	}
	buf_fini(&error);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_groups_each_row_is_a_line),
		TEST(an_empty_listing_has_no_lines),
		TEST(groups_stand_as_their_first_rows_do),
		TEST(a_row_is_in_the_group_of_its_first_process),
		TEST(a_process_is_more_than_its_number),
		TEST(units_and_containers_are_those_of_cgroups),
		TEST(a_headline_has_totals),
		TEST(queues_that_are_not_known_are_not_summed_up),
		TEST(a_headline_says_what_its_rows_had_in_common),
		TEST(what_is_new_gone_and_tagged_is_counted),
		TEST(a_row_without_a_port_and_a_state_without_a_name),
		TEST(a_folded_group_is_a_headline),
		TEST(rows_and_lines_lead_to_each_other),
		TEST(folding_is_remembered_by_key),
		TEST(all_are_folded_and_so_are_those_to_come),
		TEST(made_again_of_the_same_listing_they_are_the_same),
		TEST(many_groups_have_all_their_rows_once),
		TEST(namespaces_are_groups_by_name_or_number),
		TEST(keys_are_named_and_the_nearest_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
