/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The columns that are named on the command line, and those that need more of the kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "model/column.h"
#include "model/table.h"

static void check_ids(const struct column_list *list, const char *expected)
{
	struct buf ids = BUF_INIT;

	for (size_t i = 0; i < list->count; i++)
		buf_printf(&ids, "%s%s", i > 0 ? "," : "", list->all[i]->id);
	assert_string_equal(buf_str(&ids), expected);
	buf_fini(&ids);
}

#define USUAL "proto,recvq,sendq,local,foreign,state,timer,user,owners"

static void named_columns_stand_in_the_order_of_their_names(void **state)
{
	struct column_list list;
	struct buf error = BUF_INIT;

	(void)state;
	column_list_usual(&list, VIEW_LIST);
	check_ids(&list, USUAL);
	assert_true(column_list_parse(&list, "state,local,rtt", &error));
	check_ids(&list, "state,local,rtt");
	assert_true(column_list_parse(&list, "+owners", &error));
	check_ids(&list, "state,local,rtt,owners");
	assert_int_equal(error.length, 0);
	buf_fini(&error);
}

static void a_word_that_is_no_column_is_named_and_nothing_changes(void **state)
{
	static const char *const bad[] = { "", "state,", ",state", "stat", "state,state", "+state", "local,x\033y" };
	static const char *const words[] = { "\"\"", "\"\"", "\"\"", "\"stat\"", "\"state\"", "\"state\"", "\"x\\x1by\"" };
	struct column_list list;
	struct buf error = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		column_list_usual(&list, VIEW_LIST);
		buf_clear(&error);
		assert_false(column_list_parse(&list, bad[i], &error));
		assert_int_equal(strncmp(error.data, words[i], strlen(words[i])), 0);
		check_ids(&list, USUAL);
	}
	buf_fini(&error);
}

static void what_is_added_stands_before_the_last_one_and_once(void **state)
{
	struct column_list list;

	(void)state;
	column_list_usual(&list, VIEW_LIST);
	column_list_add(&list, &columns[COLUMN_RTT]);
	column_list_add(&list, &columns[COLUMN_MEMORY]);
	column_list_add(&list, &columns[COLUMN_RTT]);
	column_list_add(&list, &columns[COLUMN_OWNERS]);
	check_ids(&list, "proto,recvq,sendq,local,foreign,state,timer,user,rtt,mem,owners");
}

static void the_live_table_has_flags_unless_all_columns_were_named(void **state)
{
	struct column_list list;
	struct buf error = BUF_INIT;

	(void)state;
	column_list_usual(&list, VIEW_LIST);
	assert_true(column_list_parse(&list, "+rtt", &error));
	column_list_enliven(&list);
	check_ids(&list, "proto,recvq,sendq,local,foreign,state,timer,flags,user,owners,rtt");
	column_list_enliven(&list);
	check_ids(&list, "proto,recvq,sendq,local,foreign,state,timer,flags,user,owners,rtt");
	column_list_usual(&list, VIEW_LIVE);
	check_ids(&list, "proto,recvq,sendq,local,foreign,state,timer,flags,user,owners");
	assert_true(column_list_parse(&list, "local,state", &error));
	assert_true(column_list_parse(&list, "+owners", &error));
	column_list_enliven(&list);
	check_ids(&list, "local,state,owners");
	buf_fini(&error);
}

static void only_what_is_shown_is_asked_for(void **state)
{
	struct column_list list;

	(void)state;
	column_list_usual(&list, VIEW_EXTENDED);
	assert_int_equal(column_list_needs(&list), NEED_FLAGS);
	column_list_usual(&list, VIEW_LIST);
	assert_int_equal(column_list_needs(&list), 0);
	column_list_add(&list, &columns[COLUMN_CONGESTION]);
	assert_int_equal(column_list_needs(&list), NEED_CONGESTION);
	column_list_add(&list, &columns[COLUMN_RTT]);
	column_list_add(&list, &columns[COLUMN_MEMORY]);
	assert_int_equal(column_list_needs(&list), NEED_CONGESTION | NEED_TCP | NEED_MEMORY);
}

static void check_text(enum column_id id, const struct row *row, const char *expected)
{
	const struct column_context context = { .now_ns = 65000000000 };
	struct buf text = BUF_INIT;

	columns[id].text(&text, row, &context);
	assert_string_equal(buf_str(&text), expected);
	buf_fini(&text);
}

static const enum column_id measured[] = { COLUMN_RTT,       COLUMN_WINDOW,     COLUMN_RETRANS, COLUMN_BYTES_IN,
					   COLUMN_BYTES_OUT, COLUMN_CONGESTION, COLUMN_MEMORY };

static void what_was_not_asked_for_is_unknown(void **state)
{
	struct sock_info nothing = { .have = 0, .rtt_us = 7, .memory_bytes = 7 };
	const struct row without = { .info = NULL }, empty = { .info = &nothing };

	(void)state;
	for (size_t i = 0; i < sizeof(measured) / sizeof(measured[0]); i++) {
		check_text(measured[i], &without, COLUMN_UNKNOWN);
		check_text(measured[i], &empty, COLUMN_UNKNOWN);
	}
}

static void what_was_measured_is_shown(void **state)
{
	struct sock_info info = {
		.have = INFO_TCP | INFO_BYTES | INFO_CONGESTION | INFO_MEMORY,
		.rtt_us = 12034,
		.congestion_window = 10,
		.retransmitted = 3,
		.received_bytes = 5000000000,
		.acked_bytes = 42,
		.memory_bytes = 0,
		.congestion = "cubic",
	};
	static const char *const texts[] = { "12.034", "10", "3", "5000000000", "42", "cubic", "0" };
	const struct row row = { .info = &info, .first_ns = 5000000000 };

	(void)state;
	for (size_t i = 0; i < sizeof(measured) / sizeof(measured[0]); i++)
		check_text(measured[i], &row, texts[i]);
	check_text(COLUMN_AGE, &row, "01:00");
}

static void the_unknown_comes_last_in_every_order(void **state)
{
	struct sock_info info = { .have = INFO_TCP | INFO_BYTES | INFO_CONGESTION | INFO_MEMORY };
	const struct row known = { .info = &info, .sock.cookie = 2 }, unknown = { .info = NULL, .sock.cookie = 1 };

	(void)state;
	for (size_t i = 0; i < sizeof(measured) / sizeof(measured[0]); i++) {
		assert_true(columns[measured[i]].compare(&known, &unknown) < 0);
		assert_true(columns[measured[i]].compare(&unknown, &known) > 0);
		assert_true(columns[measured[i]].compare(&known, &known) == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(named_columns_stand_in_the_order_of_their_names),
		cmocka_unit_test(a_word_that_is_no_column_is_named_and_nothing_changes),
		cmocka_unit_test(what_is_added_stands_before_the_last_one_and_once),
		cmocka_unit_test(the_live_table_has_flags_unless_all_columns_were_named),
		cmocka_unit_test(only_what_is_shown_is_asked_for),
		cmocka_unit_test(what_was_not_asked_for_is_unknown),
		cmocka_unit_test(what_was_measured_is_shown),
		cmocka_unit_test(the_unknown_comes_last_in_every_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
