/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <string.h>

#include "model/column.h"
#include "model/listing.h"
#include "model/names.h"
#include "model/query.h"
#include "model/table.h"
#include "out/member.h"
#include "out/sink.h"
#include "out/template.h"

/* What two sockets, a listener of two processes and a connection nobody has accepted, become. */
static void check(const char *text, bool null, const char *expected, size_t length)
{
	struct owner owners[] = { { .pid = 7, .fd = 3, .comm = "ser\033ver" }, { .pid = 8, .fd = 4, .comm = "x" } };
	struct sock first = make_sock(1, STATE_LISTEN, "127.0.0.1:80", NULL);
	struct sock second = make_sock(2, STATE_ESTABLISHED, "[::1]:80", "[::2]:1024");
	struct names names = NAMES_INIT;
	struct column_context context = { .names = &names, .time = "2026-11-20T14:02:11.000Z" };
	struct template template;
	struct listing listing = { .rows = NULL };
	struct table table;
	struct query query;
	struct buf error = BUF_INIT, written = BUF_INIT;
	struct sink sink;

	assert_true(template_parse(&template, text, &error));
	second.inode = 0;
	second.flags = (struct sock_flags){ FLAG_V6ONLY, FLAG_V6ONLY };
	query_init(&query);
	table_init(&table);
	table_begin(&table, 1);
	table_see(&table, &first);
	table_see(&table, &second);
	give_owners(&table.rows[0], owners, 2);
	listing_make(&listing, &table, &query);
	sink_init(&sink, memory_file());
	template_write(&sink, &table, &listing, &(struct template_style){ &template, &context, null });
	assert_int_equal(sink_flush(&sink), 0);
	read_back(sink.fd, &written);
	assert_int_equal(written.length, length);
	assert_memory_equal(buf_str(&written), expected, length);
	table.rows[0].owner_count = 0;
	sink_fini(&sink);
	table_fini(&table);
	listing_fini(&listing);
	template_fini(&template);
	buf_fini(&written);
}

#define CHECK(text, expected) check(text, false, expected, strlen(expected))

static void names_are_filled_in_and_the_rest_stays(void **state)
{
	(void)state;
	CHECK("{local.port}", "80\n80\n");
	CHECK("<{state}\t{proto}/{family}>", "<LISTEN\ttcp/inet>\n<ESTABLISHED\ttcp/inet6>\n");
	CHECK("x", "x\nx\n");
	CHECK("{local.addr}|{remote.addr} {time}",
	      "127.0.0.1|0.0.0.0 2026-11-20T14:02:11.000Z\n::1|::2 2026-11-20T14:02:11.000Z\n");
}

static void lists_are_joined_and_texts_are_cleaned(void **state)
{
	(void)state;
	CHECK("{owners.pid} {owners.comm}", "7,8 ser\\x1bver,x\n- -\n");
}

static void what_is_not_known_is_a_dash(void **state)
{
	(void)state;
	CHECK("{local.dev} {options.v6only} {local.name} {rtt_us}", "- - - -\n- true - -\n");
}

static void doubled_braces_are_braces(void **state)
{
	(void)state;
	CHECK("{{{local.port}}}", "{80}\n{80}\n");
	CHECK("{{local.port}}", "{local.port}\n{local.port}\n");
	CHECK("}}{{", "}{\n}{\n");
}

static void lines_may_end_with_a_nul_byte(void **state)
{
	(void)state;
	check("{local.port}", true, "80\00080", 6);
}

static void check_fault(const char *text, const char *expected)
{
	struct template template;
	struct buf error = BUF_INIT;

	assert_false(template_parse(&template, text, &error));
	assert_text(&error, expected);
	template_fini(&template);
	buf_fini(&error);
}

static void faults_are_named_with_their_place(void **state)
{
	(void)state;
	check_fault("{local.prt}", "\"local.prt\" is no name at column 2 of the template; the nearest is \"local.port\"; "
				   "--format help lists them");
	check_fault("\xc3\xa9 {state}{Proto}", "\"Proto\" is no name at column 11 of the template; the nearest is \"proto\"; "
					    "--format help lists them");
	check_fault("{}", "\"\" is no name at column 2 of the template; the nearest is \"uid\"; --format help lists them");
	check_fault("{\033}", "\"\\x1b\" is no name at column 2 of the template; the nearest is \"uid\"; "
			      "--format help lists them");
	check_fault("a{state", "\"{\" at column 2 of the template: no } ends it; a brace is written {{");
	check_fault("{state}}", "\"}\" at column 8 of the template: no { begins it; a brace is written }}");
	check_fault("", "\"\" is no template; '{local.port} {owners.comm}' is one");
}

static void a_template_knows_what_it_needs(void **state)
{
	struct template template;
	struct buf error = BUF_INIT;

	(void)state;
	assert_true(template_parse(&template, "{state} {rtt_us}{options.reuseaddr}", &error));
	assert_int_equal(column_set_needs(template_columns(&template)), NEED_TCP | NEED_FLAGS);
	assert_false(template_columns(&template) & COLUMN_BIT(COLUMN_OWNERS));
	assert_false(template_has_time(&template));
	template_fini(&template);
	assert_true(template_parse(&template, "{owners.pid} {time}", &error));
	assert_true(template_columns(&template) & COLUMN_BIT(COLUMN_OWNERS));
	assert_true(template_has_time(&template));
	template_fini(&template);
}

/* So that none of what a column shows is missing from CSV. */
static void every_column_has_a_member(void **state)
{
	uint64_t all = 0;

	(void)state;
	for (const struct member *member = members; member->path != NULL; member++)
		all |= member->columns;
	assert_int_equal(all, COLUMN_BIT(COLUMN_COUNT) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_filled_in_and_the_rest_stays),
		cmocka_unit_test(lists_are_joined_and_texts_are_cleaned),
		cmocka_unit_test(what_is_not_known_is_a_dash),
		cmocka_unit_test(doubled_braces_are_braces),
		cmocka_unit_test(lines_may_end_with_a_nul_byte),
		cmocka_unit_test(faults_are_named_with_their_place),
		cmocka_unit_test(a_template_knows_what_it_needs),
		cmocka_unit_test(every_column_has_a_member),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
