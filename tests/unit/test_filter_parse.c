/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is no filter, and that nothing that is written can do harm. */
#include "helpers.h"

#include <locale.h>
#include <string.h>

#include "model/column.h"
#include "model/filter.h"
#include "model/names.h"
#include "model/table.h"

#define CONDITION "a condition such as sport = :80, a port or a text"
#define HOST ": an address such as 10.0.0.0/8, [::1]:443, :http or unix:/run/x; names of hosts are not looked up"
#define PORT "a port such as :80, :http or 8000-8100"
#define NO_SERVICE "neither a port (1 to 65535), a range (8000-8100) nor a name in the services database (http)"

static void errors_name_the_column_the_word_and_what_would_be_right(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "(", "column 2: the filter ends where there should be " CONDITION },
		{ "sport = :80 and", "column 16: the filter ends where there should be " CONDITION },
		{ "or sport = :80", "column 1: \"or\" stands where there should be " CONDITION },
		{ "sport = :80 or and x", "column 16: \"and\" stands where there should be " CONDITION },
		{ "()", "column 2: \")\" stands where there should be " CONDITION },
		{ "not", "column 4: the filter ends where there should be " CONDITION },
		{ "a )", "column 3: \")\" stands where there should be the end: no \"(\" is open" },
		{ "( a ( b )", "column 10: the filter ends where there should be a \")\" for the \"(\" in column 1" },
		{ "= :80", "column 1: \"=\" stands where there should be " CONDITION },
		{ "a \"b c", "column 3: the quotation that begins here does not end" },
		{ "a 'b\\'", "column 3: the quotation that begins here does not end" },
		{ "recq > 0", "column 1: \"recq\" is no field; the nearest is \"recvq\"" },
		{ "\xc3\xa4 sprt = 80", "column 3: \"sprt\" is no field; the nearest is \"sport\"" },
		{ "sport", "column 6: the filter ends where there should be a value for sport: " PORT },
		{ "sport = ", "column 9: the filter ends where there should be a value for sport: " PORT },
		{ "sport = and", "column 9: \"and\" stands where there should be a value for sport: " PORT },
		{ "sport ~ 80", "column 7: \"~\" stands where there should be an operator for sport: = < <= > >= !=" },
		{ "comm < x", "column 6: \"<\" stands where there should be an operator for comm: = ~ != !~" },
		{ "age = 5m", "column 5: \"=\" stands where there should be an operator for age: < <= > >=" },
		{ "age 5m", "column 5: \"5m\" stands where there should be an operator for age: < <= > >=" },
		{ "age", "column 4: the filter ends where there should be an operator for age: < <= > >=" },
		{ "autobound = 1", "column 11: \"=\" stands where there should be " CONDITION },
		{ "state listenin", "column 7: \"listenin\" is no state; the nearest is \"listening\"" },
		{ "state listening,foo", "column 7: \"foo\" is no state; the nearest is \"all\"" },
		{ "exclude tme-wait", "column 9: \"tme-wait\" is no state; the nearest is \"time-wait\"" },
		{ "state", "column 6: the filter ends where there should be a value for state: a state such as listening, or all, connected, "
			   "synchronized, bucket, big" },
		{ "proto tpc", "column 7: \"tpc\" is no proto; the nearest is \"tipc\"" },
		{ "family inet7", "column 8: \"inet7\" is no family; the nearest is \"inet\"" },
		{ "timer kepalive", "column 7: \"kepalive\" is no timer; the nearest is \"keepalive\"" },
		{ "owner nobody", "column 7: \"nobody\" is no owner; the nearest is \"none\"" },
		{ "flags AX", "column 7: \"AX\" is no value for flags: letters such as A or AP, of A P 6 F T N" },
		{ "flags \"\"", "column 7: \"\" is no value for flags: letters such as A or AP, of A P 6 F T N" },
		{ "sport = :nosuch", "column 9: \"nosuch\": " NO_SERVICE },
		{ "sport = 70000", "column 9: \"70000\": not a port, which are 1 to 65535" },
		{ "sport > 80,90", "column 9: \"80,90\" is no value for sport: one port can be less or more, and not several" },
		{ "sport > :*", "column 9: \":*\" is no value for sport: one port can be less or more, and not several" },
		{ "sport = inet:", "column 9: \"inet:\" is no value for sport: " PORT },
		{ "sport = inet::nosuch", "column 9: \"nosuch\": " NO_SERVICE },
		{ "sport = link:80", "column 9: \"link:80\": " NO_SERVICE },
		{ "port 90-80", "column 6: \"90-80\": the range runs backwards, the lower port comes first" },
		{ "sport = :", "column 9: \":\" is no value for sport: " PORT },
		{ ":", "column 1: \":\" is no value for port: " PORT },
		{ "0", "column 1: \"0\": not a port, which are 1 to 65535" },
		{ "70000", "column 1: \"70000\": not a port, which are 1 to 65535" },
		{ ":nosuch", "column 1: \"nosuch\": " NO_SERVICE },
		{ "dst localhost", "column 5: \"localhost\" is no value for dst" HOST },
		{ "dst 10.1", "column 5: \"10.1\" is no value for dst" HOST },
		{ "dst 10.0.0.1/33", "column 5: \"10.0.0.1/33\" is no value for dst" HOST },
		{ "dst 10.0.0.1/", "column 5: \"10.0.0.1/\" is no value for dst" HOST },
		{ "dst 10.0.0.1/-1", "column 5: \"10.0.0.1/-1\" is no value for dst" HOST },
		{ "dst [::1", "column 5: \"[::1\" is no value for dst" HOST },
		{ "dst [::1]80", "column 5: \"[::1]80\" is no value for dst" HOST },
		{ "dst inet:[::1]", "column 5: \"[::1]\" is no value for dst" HOST },
		{ "dst link:x", "column 5: \"link:x\" is no value for dst" HOST },
		{ "dst 10.0.0.1:nosuch", "column 5: \"nosuch\": " NO_SERVICE },
		{ "pid x", "column 5: \"x\" is no value for pid: a process id such as 4242" },
		{ "pid -1", "column 5: \"-1\" is no value for pid: a process id such as 4242" },
		{ "inode = 99999999999999999999", "column 9: \"99999999999999999999\" is no value for inode: a number such as 3" },
		{ "rtt > 100", "column 7: \"100\" is no value for rtt: a time with its unit, such as 100ms or 1.5s" },
		{ "rtt > 1.2.3s", "column 7: \"1.2.3s\" is no value for rtt: a time with its unit, such as 100ms or 1.5s" },
		{ "age > 5 m", "column 7: \"5\" is no value for age: a time with its unit, such as 90s, 5m, 2h or 1d" },
		{ "recvq > 5x", "column 9: \"5x\" is no value for recvq: a number of bytes such as 0 or 64k" },
		{ "fwmark 0x", "column 8: \"0x\" is no value for fwmark: a mark such as 0x1, or with a mask 0x1/0x3" },
		{ "fwmark 1/", "column 8: \"1/\" is no value for fwmark: a mark such as 0x1, or with a mask 0x1/0x3" },
		{ "comm ~ (x)\\1", "column 8: \"(x)\\1\" is no regular expression: it refers back to what was found" },
		{ "comm ~ ((x{99}){99}){99}", "column 8: \"((x{99}){99}){99}\" is no regular expression: it repeats more than a thousand times" },
		{ "comm ~ x+++++++++++", "column 8: \"x+++++++++++\" is no regular expression: it repeats more than a thousand times" },
		{ "comm ~ ((((((((((x)+)+)+)+)+)+)+)+)+)+",
		  "column 8: \"((((((((((x)+)+)+)+)+)+)+)+)+)+\" is no regular expression: it repeats more than a thousand times" },
		{ "a \033[2J = 1", "column 3: \"\\x1b[2J\" is no field; the nearest is \"src\"" },
	};
	struct filter filter = FILTER_INIT;
	struct buf error = BUF_INIT;

	(void)state;
	set_filter(&filter, "before");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (filter_parse(&filter, cases[i].text, &error))
			fail_msg("\"%s\" is accepted", cases[i].text);
		assert_text(&error, cases[i].error);
		assert_string_equal(filter.text, "before");
	}
	filter_fini(&filter);
	buf_fini(&error);
}

/* As often as the text says. */
static void repeat(struct buf *out, const char *text, unsigned times)
{
	while (times-- > 0)
		buf_puts(out, text);
}

static void what_is_nested_or_long_has_bounds(void **state)
{
	static const struct {
		const char *before, *after;
		unsigned times;
		const char *error;
	} cases[] = {
		{ "(", ")", FILTER_DEPTH_MAX - 1, NULL },
		{ "(", ")", FILTER_DEPTH_MAX, "column 65: nested too deep; 64 are the most" },
		{ "(", "", 100000, "column 65: nested too deep; 64 are the most" },
		{ "!", "", FILTER_DEPTH_MAX - 1, NULL },
		{ "not ", "", 100000, "column 257: nested too deep; 64 are the most" },
		{ "x ", "", FILTER_CONDITIONS_MAX - 1, NULL },
		{ "x ", "", FILTER_CONDITIONS_MAX, "column 513: too many conditions; 256 are the most" },
		{ "x or ", "", 100000, "column 1281: too many conditions; 256 are the most" },
	};
	const struct row row = { .sock = make_listener(1, 80) };
	struct names names = NAMES_INIT;
	const struct column_context context = { .names = &names };
	struct filter filter = FILTER_INIT;
	struct buf text = BUF_INIT, error = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		buf_clear(&text);
		repeat(&text, cases[i].before, cases[i].times);
		buf_putc(&text, 'x');
		repeat(&text, cases[i].after, cases[i].times);
		assert_int_equal(filter_parse(&filter, text.data, &error), cases[i].error == NULL);
		assert_text(&error, cases[i].error != NULL ? cases[i].error : "");
		filter_match(&filter, &row, &context);
	}
	filter_fini(&filter);
	buf_fini(&text);
	buf_fini(&error);
}

/* Words that mean something, put together at random, and bytes that mean nothing. */
static void add_random(struct buf *text, uint64_t *random)
{
	static const char *const words[] = {
		"(", ")", "not", "!", "and", "or", "&&", "|", "=", "!=", "~", "!~", "<", ">=", "eq", "state", "exclude", "listening", "sport",
		"dst", "src", ":80", "80,443", "10.0.0.0/8", "[::1]:443", "::1", "*", "port", "dev", "lo", "fwmark", "1/3", "comm", "^a(b|c)*$",
		"x{3}", "pid", "user", "root", "owner", "none", "flags", "A", "age", "5m", "rtt", "1.5s", "recvq", "64k", "\"", "'", "\\", "in",
		"autobound", "proto", "tcp", "family", "inet:", "timer", "unit", "cong", "cookie", "18446744073709551615",
	};

	if (next_random(random) % 8 == 0)
		buf_putc(text, (char)(1 + next_random(random) % 255));
	else
		buf_puts(text, words[next_random(random) % ARRAY_SIZE(words)]);
	if (next_random(random) % 4 > 0)
		buf_putc(text, ' ');
}

/* Each is either a filter, which can be judged, or has an error, of one line. */
static void random_texts_do_no_harm(void **state)
{
	const struct row row = { .sock = make_sock(1, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:4000") };
	struct names names = NAMES_INIT;
	const struct column_context context = { .names = &names };
	struct filter filter = FILTER_INIT;
	struct buf text = BUF_INIT, error = BUF_INIT;
	unsigned accepted = 0;
	uint64_t random = 7;

	(void)state;
	for (unsigned round = 0; round < 100000; round++) {
		buf_clear(&text);
		buf_clear(&error);
		buf_puts(&text, "");
		for (uint64_t count = next_random(&random) % 12; count > 0; count--)
			add_random(&text, &random);
		bool good = filter_parse(&filter, buf_str(&text), &error);
		accepted += good ? 1 : 0;
		if (good == (error.length > 0) || strchr(buf_str(&error), '\n') != NULL)
			fail_msg("\"%s\": \"%s\"", text.data, buf_str(&error));
		filter_match(&filter, &row, &context);
		filter_admits(&filter, &row.sock, KNOWN_ALL);
	}
	assert_in_range(accepted, 5000, 95000);
	filter_fini(&filter);
	buf_fini(&text);
	buf_fini(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_name_the_column_the_word_and_what_would_be_right),
		cmocka_unit_test(what_is_nested_or_long_has_bounds),
		cmocka_unit_test(random_texts_do_no_harm),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
