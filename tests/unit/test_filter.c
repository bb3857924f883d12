/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <locale.h>
#include <netdb.h>

#include "model/column.h"
#include "model/filter.h"
#include "model/names.h"
#include "model/table.h"

static struct owner server = { .pid = 4242, .fd = 3, .comm = "Server" };

/* A connection of 4242/Server, owned by root; on the device lo. */
static struct row make_row(void)
{
	struct row row = {
		.sock = make_sock(7, STATE_ESTABLISHED, "127.0.0.1:9999", "10.0.0.1:51240"),
		.owners = &server,
		.owner_count = 1,
	};

	row.sock.ifindex = 1;
	return row;
}

static bool matches(const char *text)
{
	const struct row row = make_row();
	struct names names = NAMES_INIT;
	const struct column_context context = { .names = &names };
	struct filter filter = { .count = 0 };

	name_learn(&names.of[NAME_USER], name_number(0), "root", true, 0);
	name_learn(&names.of[NAME_DEVICE], name_number(1), "lo", true, 0);
	assert_true(filter_parse(&filter, text));
	bool result = filter_match(&filter, &row, &context);
	filter_fini(&filter);
	names_fini(&names);
	return result;
}

static void words_match_what_columns_say(void **state)
{
	static const struct {
		const char *text;
		bool matches;
	} cases[] = {
		{ "", true },
		{ "   ", true },
		{ "server", true },
		{ "SERV", true },
		{ "estab", true },
		{ "root", true },
		{ "127.0.0", true },
		{ "%lo", true },
		{ "4242/", true },
		{ "tcp", true },
		{ "udp", false },
		{ "listen", false },
		{ "nginx", false },
		{ "tcp root server", true },
		{ "  tcp   root ", true },
		{ "tcp root nginx", false },
		{ "nginx tcp", false },
		{ "tcp root", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (matches(cases[i].text) != cases[i].matches)
			fail_msg("\"%s\" is wrong", cases[i].text);
	}
}

/* A number is a port, and no part of anything else. */
static void words_of_ports_match_ports(void **state)
{
	static const struct {
		const char *text;
		bool matches;
	} cases[] = {
		{ "9999", true },
		{ ":9999", true },
		{ "51240", true },
		{ "999", false },
		{ "4242", false },
		{ "127", false },
		{ "9990-9999", true },
		{ "80,51240", true },
		{ "80,443", false },
		{ "9999 51240", true },
		{ "9999 80", false },
		{ "9999 estab", true },
		{ "9999 listen", false },
		{ "70000", false },
		{ "9999x", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (matches(cases[i].text) != cases[i].matches)
			fail_msg("\"%s\" is wrong", cases[i].text);
	}
}

static void a_service_is_a_port_only_behind_a_colon(void **state)
{
	struct filter filter = { .count = 0 };

	(void)state;
	if (getservbyname("http", "tcp") == NULL)
		skip();
	assert_true(filter_parse(&filter, "http :http"));
	assert_null(filter.words[0].ports);
	assert_non_null(filter.words[1].ports);
	assert_true(portset_has(filter.words[1].ports, 80));
	filter_fini(&filter);
}

static void a_second_text_replaces_the_first(void **state)
{
	struct filter filter = { .count = 0 };

	(void)state;
	assert_true(filter_parse(&filter, "one 80 three"));
	assert_int_equal(filter.count, 3);
	assert_true(filter_parse(&filter, "four"));
	assert_int_equal(filter.count, 1);
	assert_string_equal(filter.words[0].text, "four");
	assert_true(filter_parse(&filter, ""));
	assert_int_equal(filter.count, 0);
	filter_fini(&filter);
}

static void more_words_than_it_has_room_for_are_not_taken(void **state)
{
	struct filter filter = { .count = 0 };

	(void)state;
	assert_true(filter_parse(&filter, "1 2 3 4 5 6 7 8 "));
	assert_int_equal(filter.count, FILTER_WORDS_MAX);
	assert_false(filter_parse(&filter, "1 2 3 4 5 6 7 8 9"));
	assert_int_equal(filter.count, FILTER_WORDS_MAX);
	filter_fini(&filter);
}

/* It is what the screen shows that is searched: the escapes of a hostile name, and no bytes of it. */
static void what_is_found_is_what_is_shown(void **state)
{
	struct owner evil = { .pid = 1, .comm = "a\033[2J" };
	struct row row = make_row();
	struct names names = NAMES_INIT;
	const struct column_context context = { .names = &names };

	(void)state;
	row.owners = &evil;
	assert_true(filter_finds("\\X1B[2j", &row, &context));
	assert_false(filter_finds("\033", &row, &context));
	assert_true(filter_finds("", &row, &context));
}

/* Who sees "localhost:http" looks for that, and who knows that it is 127.0.0.1 for that. */
static void names_are_found_while_they_are_shown_and_numbers_always(void **state)
{
	struct row row = { .sock = make_sock(1, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.2:5") };
	struct names names = NAMES_INIT;
	const struct column_context context = { .names = &names };

	(void)state;
	name_learn(&names.of[NAME_HOST], name_address(FAMILY_INET, row.sock.local), "localhost", true, 0);
	assert_false(filter_finds("localhost", &row, &context));
	assert_true(filter_finds("127.0.0.1:80", &row, &context));
	names.resolve = true;
	assert_true(filter_finds("localhost:80", &row, &context));
	assert_true(filter_finds("127.0.0.1:80", &row, &context));
	names_fini(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_match_what_columns_say),
		cmocka_unit_test(words_of_ports_match_ports),
		cmocka_unit_test(a_service_is_a_port_only_behind_a_colon),
		cmocka_unit_test(a_second_text_replaces_the_first),
		cmocka_unit_test(more_words_than_it_has_room_for_are_not_taken),
		cmocka_unit_test(what_is_found_is_what_is_shown),
		cmocka_unit_test(names_are_found_while_they_are_shown_and_numbers_always),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
