/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <netdb.h>
#include <string.h>

#include "model/portset.h"

/* Parses into an empty set; the error, if there is one, is the text. */
static bool parse(struct portset *set, const char *text, struct buf *error)
{
	memset(set, 0, sizeof(*set));
	return portset_parse(set, text, error);
}

static void assert_same_ports(const struct portset *set, const struct portset *expected)
{
	assert_int_equal(set->count, expected->count);
	assert_memory_equal(set->bits, expected->bits, sizeof(set->bits));
}

static void check_reads_as(const char *text, const char *expected)
{
	struct buf out = BUF_INIT;
	struct portset set;

	if (!parse(&set, text, &out))
		fail_msg("\"%s\" is refused: %s", text, out.data);
	assert_int_equal(out.length, 0);
	portset_format(&out, &set);
	assert_text(&out, expected);
	buf_fini(&out);
}

static void ports_lists_and_ranges_are_read(void **state)
{
	static const struct {
		const char *text, *formatted;
	} cases[] = {
		{ "1", "1" },
		{ "80", "80" },
		{ "65535", "65535" },
		{ ":9999", "9999" },
		{ "00080", "80" },
		{ "80,443", "80,443" },
		{ "443,80,443", "80,443" },
		{ ":80,:443", "80,443" },
		{ "8000-8100", "8000-8100" },
		{ ":8000-8100", "8000-8100" },
		{ "80-80", "80" },
		{ "80-81", "80,81" },
		{ "80-82", "80-82" },
		{ "80,81,82", "80-82" },
		{ "1-65535", "1-65535" },
		{ "80,443,8000-8100", "80,443,8000-8100" },
		{ "8050-8200,8000-8100", "8000-8200" },
		{ "65534-65535,1-2", "1,2,65534,65535" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_reads_as(cases[i].text, cases[i].formatted);
}

#define NO_SERVICE "neither a port (1 to 65535), a range (8000-8100) nor a name in the services database (http)"
#define NO_RANGE "not a port or a range such as 8000-8100"
#define NO_PORT "not a port, which are 1 to 65535"
#define NO_PORTS "not a range of ports, which are 1 to 65535"
#define NOTHING "nothing where a port, a range or a service name should stand"

static const struct {
	const char *text, *error;
} bad[] = {
	{ "", "\"\": " NOTHING },
	{ ":", "\":\": " NOTHING },
	{ "80,", "\"80,\": " NOTHING },
	{ ",80", "\",80\": " NOTHING },
	{ "80,,443", "\"80,,443\": " NOTHING },
	{ "80,:", "\"80,:\": " NOTHING },
	{ "0", "\"0\": " NO_PORT },
	{ "65536", "\"65536\": " NO_PORT },
	{ "70000", "\"70000\": " NO_PORT },
	{ "4294967376", "\"4294967376\": " NO_PORT },
	{ "18446744073709551696", "\"18446744073709551696\": " NO_PORT },
	{ "80,70000", "\"70000\": " NO_PORT },
	{ "0-5", "\"0-5\": " NO_PORTS },
	{ "80-65536", "\"80-65536\": " NO_PORTS },
	{ "80-70", "\"80-70\": the range runs backwards, the lower port comes first" },
	{ "-80", "\"-80\": " NO_RANGE },
	{ "80-", "\"80-\": " NO_RANGE },
	{ "-", "\"-\": " NO_RANGE },
	{ "80-90-100", "\"80-90-100\": " NO_RANGE },
	{ "80x", "\"80x\": " NO_RANGE },
	{ "80 443", "\"80 443\": " NO_RANGE },
	{ "::80", "\":80\": " NO_SERVICE },
	{ " 80", "\" 80\": " NO_SERVICE },
	{ "+80", "\"+80\": " NO_SERVICE },
	{ "x y", "\"x y\": " NO_SERVICE },
	{ "no-such-service", "\"no-such-service\": " NO_SERVICE },
	{ "\033[2J", "\"\\x1b[2J\": " NO_SERVICE },
};

static void what_is_none_is_named_with_what_would_be_right(void **state)
{
	struct buf error = BUF_INIT;
	struct portset set;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_false(parse(&set, bad[i].text, &error));
		assert_text(&error, bad[i].error);
	}
	buf_fini(&error);
}

static void a_text_that_is_refused_changes_nothing(void **state)
{
	struct portset before = { .count = 0 }, set;
	struct buf error = BUF_INIT;

	(void)state;
	portset_add(&before, 22, 22);
	set = before;
	assert_false(portset_parse(&set, "80,1000-2000,70000", &error));
	assert_same_ports(&set, &before);
	buf_fini(&error);
}

static void a_second_text_adds_to_the_first(void **state)
{
	struct buf out = BUF_INIT;
	struct portset set;

	(void)state;
	assert_true(parse(&set, "80,443", &out));
	assert_true(portset_parse(&set, "79-81", &out));
	assert_int_equal(set.count, 4);
	portset_format(&out, &set);
	assert_text(&out, "79-81,443");
	buf_fini(&out);
}

static void a_set_has_its_ports_and_no_others(void **state)
{
	struct portset set = { .count = 0 };

	(void)state;
	portset_add(&set, 63, 65);
	portset_add(&set, 65535, 65535);
	portset_add(&set, 64, 66);
	assert_int_equal(set.count, 5);
	for (uint32_t port = 0; port <= 65535; port++)
		assert_int_equal(portset_has(&set, (uint16_t)port), (port >= 63 && port <= 66) || port == 65535);
	portset_add(&set, 0, 65535);
	assert_int_equal(set.count, 65536);
}

static void runs_come_from_low_to_high(void **state)
{
	struct portset set = { .count = 0 };
	struct port_range run;
	uint32_t from = 0;

	(void)state;
	assert_false(portset_next(&set, &from, &run));
	portset_add(&set, 0, 0);
	portset_add(&set, 127, 128);
	portset_add(&set, 65535, 65535);
	from = 0;
	assert_true(portset_next(&set, &from, &run));
	assert_true(run.low == 0 && run.high == 0);
	assert_true(portset_next(&set, &from, &run));
	assert_true(run.low == 127 && run.high == 128);
	assert_true(portset_next(&set, &from, &run));
	assert_true(run.low == 65535 && run.high == 65535);
	assert_false(portset_next(&set, &from, &run));
}

static void what_is_written_is_read_as_the_same_set(void **state)
{
	struct portset set, again;
	struct buf text = BUF_INIT;
	uint64_t random = 1;

	(void)state;
	for (unsigned round = 0; round < 300; round++) {
		memset(&set, 0, sizeof(set));
		for (uint64_t i = next_random(&random) % 50; i < 50; i++) {
			uint16_t low = (uint16_t)(1 + next_random(&random) % 65535);
			uint32_t high = low + next_random(&random) % (i % 2 == 0 ? 3 : 500);
			portset_add(&set, low, (uint16_t)(high < 65535 ? high : 65535));
		}
		portset_format(&text, &set);
		assert_true(parse(&again, buf_str(&text), &text));
		assert_same_ports(&again, &set);
		buf_clear(&text);
	}
	buf_fini(&text);
}

static void service_names_are_ports(void **state)
{
	(void)state;
	if (getservbyname("http", "tcp") == NULL)
		skip();
	check_reads_as("http", "80");
	check_reads_as(":http", "80");
	check_reads_as("22,http,443", "22,80,443");
}

static void a_name_with_a_dash_is_no_range(void **state)
{
	(void)state;
	if (getservbyname("http-alt", "tcp") == NULL)
		skip();
	check_reads_as("http-alt", "8080");
}

static void a_name_that_only_udp_has_is_a_port(void **state)
{
	(void)state;
	if (getservbyname("tftp", "tcp") != NULL || getservbyname("tftp", "udp") == NULL)
		skip();
	check_reads_as("tftp", "69");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_lists_and_ranges_are_read),
		cmocka_unit_test(what_is_none_is_named_with_what_would_be_right),
		cmocka_unit_test(a_text_that_is_refused_changes_nothing),
		cmocka_unit_test(a_second_text_adds_to_the_first),
		cmocka_unit_test(a_set_has_its_ports_and_no_others),
		cmocka_unit_test(runs_come_from_low_to_high),
		cmocka_unit_test(what_is_written_is_read_as_the_same_set),
		cmocka_unit_test(service_names_are_ports),
		cmocka_unit_test(a_name_with_a_dash_is_no_range),
		cmocka_unit_test(a_name_that_only_udp_has_is_a_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
