/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <string.h>

#include "model/history.h"
#include "model/proto.h"
#include "model/query.h"
#include "model/table.h"
#include "model/unix_name.h"

static void every_kind_has_a_name_a_family_and_a_set_of_its_own(void **state)
{
	uint32_t set;
	struct buf error = BUF_INIT;

	(void)state;
	for (unsigned proto = 0; proto < PROTO_COUNT; proto++) {
		assert_true(proto_set_parse(&set, proto_name(proto), &error));
		assert_int_equal(set, UINT32_C(1) << proto);
		assert_non_null(proto_entries[proto].shown);
		assert_non_null(proto_entries[proto].member);
		assert_true(proto_entries[proto].families != 0);
	}
	buf_fini(&error);
}

static void words_make_sets(void **state)
{
	static const struct {
		const char *text;
		uint32_t set;
	} cases[] = {
		{ "all", PROTOS_ALL },
		{ "tcp,udp", PROTOS_USUAL },
		{ "TCP", 1u << PROTO_TCP },
		{ "u_dgr", 1u << PROTO_UNIX_DGRAM },
		{ "unix,!unix_dgram", PROTOS_UNIX & ~(1u << PROTO_UNIX_DGRAM) },
		{ "!unix", PROTOS_ALL & ~PROTOS_UNIX },
		{ "tcp,!tcp,raw", 1u << PROTO_RAW },
	};
	struct buf error = BUF_INIT;
	uint32_t set = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_true(proto_set_parse(&set, cases[i].text, &error));
		assert_int_equal(set, cases[i].set);
	}
	buf_fini(&error);
}

static void what_is_none_is_named(void **state)
{
	struct buf error = BUF_INIT;
	uint32_t set = 42;

	(void)state;
	assert_false(proto_set_parse(&set, "tcp,unx", &error));
	assert_text(&error, "\"unx\" is no proto; the nearest is \"unix\"");
	assert_false(proto_set_parse(&set, "tcp,", &error));
	assert_text(&error, "\"\" is no proto; the nearest is \"all\"");
	assert_false(proto_set_parse(&set, "tcp,!tcp\33", &error));
	buf_clear(&error);
	assert_false(proto_set_parse(&set, "!all", &error));
	assert_text(&error, "\"!all\" leaves no sockets");
	assert_int_equal(set, 42);
	buf_fini(&error);
}

/* What is written for any set is read as the same. */
static void sets_are_written_in_words(void **state)
{
	uint64_t random = 1;
	struct buf text = BUF_INIT, error = BUF_INIT;

	(void)state;
	proto_set_format(&text, PROTOS_UNIX | PROTOS_USUAL);
	assert_text(&text, "unix,tcp,udp");
	for (int i = 0; i < 1000; i++) {
		uint32_t set = 1 + (uint32_t)(next_random(&random) % PROTOS_ALL), again;

		buf_clear(&text);
		proto_set_format(&text, set);
		assert_true(proto_set_parse(&again, buf_str(&text), &error));
		assert_int_equal(again, set);
	}
	buf_fini(&text);
	buf_fini(&error);
}

static struct sock make_unix(uint64_t cookie, uint32_t inode, uint32_t peer)
{
	struct sock sock = {
		.cookie = cookie, .have = HAVE_COOKIE, .proto = PROTO_UNIX_STREAM, .family = FAMILY_UNIX, .state = STATE_ESTABLISHED,
		.inode = inode,
	};

	sock_end_set(sock.foreign, (struct sock_end){ .first = peer });
	return sock;
}

static void families_without_ports_are_no_matter_of_ports_or_addresses(void **state)
{
	const struct sock sock = make_unix(1, 10, 11);
	struct query query;

	(void)state;
	query_init(&query);
	assert_false(query_match(&query, &sock));
	query.protos = PROTOS_UNIX;
	query.families = 1u << FAMILY_INET6;
	assert_true(query_match(&query, &sock));
	portset_add(&query.ports, 0, 65535);
	assert_false(query_match(&query, &sock));
	assert_false(query_has_class(&query, PROTO_UNIX_STREAM, FAMILY_UNIX));
}

static void a_peer_is_found_wherever_its_row_went(void **state)
{
	const struct sock first = make_unix(1, 10, 20), second = make_unix(2, 20, 10), other = make_unix(3, 30, 0);
	const struct query nothing = { .protos = 1u << PROTO_UNIX_DGRAM };
	struct table table;

	(void)state;
	table_init(&table);
	table.linger_ns = 0;
	table_begin(&table, 1);
	table_see(&table, &other);
	table_see(&table, &first);
	table_see(&table, &second);
	table_end(&table);
	assert_int_equal(table_peer(&table, &first)->sock.cookie, 2);
	assert_null(table_peer(&table, &other));
	table_begin(&table, 2);
	table_see(&table, &first);
	table_see(&table, &second);
	table_end_class(&table, PROTO_UNIX_STREAM, FAMILY_UNIX);
	table_end(&table);
	assert_int_equal(table.count, 2);
	assert_int_equal(table_peer(&table, &first)->sock.cookie, 2);
	assert_int_equal(table_peer(&table, &second)->sock.cookie, 1);
	table_retain(&table, &nothing);
	assert_null(table_peer(&table, &first));
	table_fini(&table);
}

static void the_history_remembers_names(void **state)
{
	struct sock_info info = { .have = INFO_NAME, .name = "/run/x", .name_length = 6 };
	struct row row = { .sock = make_unix(1, 10, 0), .info = &info };
	struct history history;
	struct buf text = BUF_INIT;

	(void)state;
	history_init(&history, 2);
	for (int i = 0; i < 5; i++) {
		const struct history_entry entry = history_of_row(&row);

		history_add(&history, &entry);
	}
	info.name[5] = 'y';
	const struct row again = history_row(history_at(&history, 1));
	unix_name_format(&text, again.info);
	assert_text(&text, "/run/x");
	history_fini(&history);
	buf_fini(&text);
}

static void names_are_ordered_paths_first(void **state)
{
	const struct sock_info path = { .have = INFO_NAME, .name = "/b", .name_length = 2 };
	const struct sock_info longer = { .have = INFO_NAME, .name = "/b/c", .name_length = 4 };
	const struct sock_info abstract = { .have = INFO_NAME, .name = "/a", .name_length = 2, .is_abstract = true };

	(void)state;
	assert_true(unix_name_compare(&path, &longer) < 0);
	assert_true(unix_name_compare(&longer, &abstract) < 0);
	assert_true(unix_name_compare(&abstract, NULL) < 0);
	assert_int_equal(unix_name_compare(NULL, NULL), 0);
	assert_int_equal(unix_name_compare(&path, &path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_has_a_name_a_family_and_a_set_of_its_own),
		cmocka_unit_test(words_make_sets),
		cmocka_unit_test(what_is_none_is_named),
		cmocka_unit_test(sets_are_written_in_words),
		cmocka_unit_test(families_without_ports_are_no_matter_of_ports_or_addresses),
		cmocka_unit_test(a_peer_is_found_wherever_its_row_went),
		cmocka_unit_test(the_history_remembers_names),
		cmocka_unit_test(names_are_ordered_paths_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
