/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include "model/column.h"
#include "model/listing.h"
#include "model/names.h"
#include "model/query.h"
#include "model/table.h"
#include "out/csv.h"
#include "out/sink.h"
#include "out/summary.h"

static void check_field(const char *text, const char *expected)
{
	struct buf out = BUF_INIT;

	csv_text(&out, text);
	assert_text(&out, expected);
	buf_fini(&out);
}

static void only_what_must_be_quoted_is(void **state)
{
	(void)state;
	check_field("server", "server");
	check_field("a b;c'd", "a b;c'd");
	check_field("\x1b[31m\xff", "\x1b[31m\xff");
	check_field("a,b", "\"a,b\"");
	check_field("say \"x\"", "\"say \"\"x\"\"\"");
	check_field("a\nb", "\"a\nb\"");
	check_field("a\rb", "\"a\rb\"");
	check_field(" a", "\" a\"");
	check_field("a ", "\"a \"");
	check_field("", "\"\"");
}

/* One socket, in a table and a listing. */
struct fixture {
	struct table table;
	struct listing listing;
	struct names names;
	struct column_list columns;
	struct column_context context;
	struct csv_style style;
	struct owner owners[2];
	struct sock_info info;
};

static int setup(void **state)
{
	static struct fixture fixture;
	struct sock sock = make_sock(1, STATE_LISTEN, "127.0.0.1:80", NULL);
	struct query query;

	fixture = (struct fixture){ .names = NAMES_INIT, .context = { .names = &fixture.names } };
	fixture.style = (struct csv_style){ .columns = &fixture.columns, .context = &fixture.context };
	fixture.owners[0] = (struct owner){ .pid = 7, .fd = 3, .comm = "a,\"b\"\n" };
	fixture.owners[1] = (struct owner){ .pid = 8, .fd = 4, .comm = "" };
	query_init(&query);
	table_init(&fixture.table);
	table_begin(&fixture.table, 1);
	table_see(&fixture.table, &sock);
	listing_make(&fixture.listing, &fixture.table, &query);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	fixture->table.rows[0].owner_count = 0; /* the test's own */
	fixture->table.rows[0].info = NULL;
	table_fini(&fixture->table);
	listing_fini(&fixture->listing);
	names_fini(&fixture->names);
	return 0;
}

static void check(struct fixture *fixture, const char *ids, const char *expected)
{
	struct buf error = BUF_INIT, written = BUF_INIT;
	struct sink sink;

	assert_true(column_list_parse(&fixture->columns, ids, &error));
	fixture->context.shown = column_list_set(&fixture->columns);
	sink_init(&sink, memory_file());
	csv_write(&sink, &fixture->table, &fixture->listing, &fixture->style);
	assert_int_equal(sink_flush(&sink), 0);
	sink_fini(&sink);
	read_back(sink.fd, &written);
	assert_text(&written, expected);
	buf_fini(&written);
}

static void columns_become_their_members_each_once(void **state)
{
	struct fixture *fixture = *state;

	fixture->style.header = true;
	check(fixture, "state,local,device,proto,recvq,backlog",
	      "state,local.addr,local.port,local.dev,proto,family,recvq,sendq\r\nLISTEN,127.0.0.1,80,,tcp,inet,0,0\r\n");
}

static void a_list_is_a_record_in_a_field(void **state)
{
	struct fixture *fixture = *state;

	give_owners(&fixture->table.rows[0], fixture->owners, 2);
	check(fixture, "owners", "\"7,8\",\"3,4\",\"\"\"a,\"\"\"\"b\"\"\"\"\n\"\",\"\"\"\"\",false\r\n");
	fixture->style.clean = true;
	check(fixture, "owners", "\"7,8\",\"3,4\",\"\"\"a,\"\"\"\"b\"\"\"\"\\x0a\"\",\"\"\"\"\",false\r\n");
	fixture->table.rows[0].owner_count = 0;
}

static void unknown_owners_are_nothing_and_none_are_a_pair_of_quotes(void **state)
{
	struct fixture *fixture = *state;

	check(fixture, "owners", ",,,false\r\n");
	fixture->table.rows[0].sock.inode = 0;
	check(fixture, "owners", "\"\",\"\",\"\",false\r\n");
}

static void flags_are_true_false_or_not_known(void **state)
{
	struct fixture *fixture = *state;

	fixture->table.rows[0].sock.flags = (struct sock_flags){ FLAG_REUSEADDR | FLAG_REUSEPORT, FLAG_REUSEPORT };
	check(fixture, "flags", "false,true,,,,\r\n");
}

static void numbers_are_whole_and_in_small_units(void **state)
{
	struct fixture *fixture = *state;

	fixture->info = (struct sock_info){ .have = INFO_TCP | INFO_RATES, .rtt_us = 1234567, .in_rate = 1500000 };
	fixture->table.rows[0].info = &fixture->info;
	fixture->context.now_ns = 2500000001;
	check(fixture, "rtt,in-rate,in,age", "1234567,1500000,,2500\r\n");
}

static void a_record_without_anything_is_no_empty_line(void **state)
{
	check(*state, "cong", "\"\"\r\n");
}

static void each_line_of_a_repeated_one_tells_the_time(void **state)
{
	struct fixture *fixture = *state;

	fixture->style.header = true;
	fixture->context.time = "2026-11-20T14:02:11.000Z";
	check(fixture, "state", "state\r\nLISTEN\r\n");
	fixture->context.timed = true;
	check(fixture, "state", "time,state\r\n2026-11-20T14:02:11.000Z,LISTEN\r\n");
}

static void names_of_hosts_have_fields_where_they_are_shown(void **state)
{
	struct fixture *fixture = *state;

	fixture->style.header = true;
	fixture->names.resolve = true;
	name_learn(&fixture->names.of[NAME_HOST], name_address(FAMILY_INET, fixture->table.rows[0].sock.local), "here", true, 0);
	check(fixture, "local", "local.addr,local.port,local.dev,local.name\r\n127.0.0.1,80,,here\r\n");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_must_be_quoted_is),
		TEST(columns_become_their_members_each_once),
		TEST(a_list_is_a_record_in_a_field),
		TEST(unknown_owners_are_nothing_and_none_are_a_pair_of_quotes),
		TEST(flags_are_true_false_or_not_known),
		TEST(numbers_are_whole_and_in_small_units),
		TEST(a_record_without_anything_is_no_empty_line),
		TEST(each_line_of_a_repeated_one_tells_the_time),
		TEST(names_of_hosts_have_fields_where_they_are_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
