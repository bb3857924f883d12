/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <locale.h>
#include <netdb.h>
#include <string.h>

#include "base/clock.h"
#include "cli.h"
#include "model/history.h"
#include "model/sock.h"
#include "model/table.h"
#include "ui/app.h"

enum { WORDS_MAX = 16 };

/* A command line: words with single blanks between them. */
static bool parse(struct settings *settings, const char *line, struct buf *error)
{
	char copy[200] = "ports ", *words[WORDS_MAX + 1];
	int count = 0;

	assert_true(strlen(copy) + strlen(line) < sizeof(copy));
	strcat(copy, line);
	for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
		assert_true(count < WORDS_MAX);
		words[count++] = word;
	}
	words[count] = NULL;
	return cli_parse(settings, count, words, error);
}

static void add_word(struct buf *out, bool is_so, const char *word)
{
	if (!is_so)
		return;
	if (out->length > 0)
		buf_putc(out, ' ');
	buf_puts(out, word);
}

static void add_number(struct buf *out, const char *word, uint64_t value, uint64_t usual)
{
	add_word(out, value != usual, word);
	if (value != usual)
		buf_printf(out, " %lu", (unsigned long)value);
}

static void add_text(struct buf *out, const char *word, const char *text)
{
	add_word(out, text != NULL, word);
	if (text != NULL)
		buf_printf(out, " %s", text);
}

/* The settings in words: the query as options, then whatever else is not as it is without any option. */
static void describe(struct buf *out, const struct settings *settings)
{
	query_describe(out, &settings->query);
	add_word(out, settings->task == TASK_HELP, "help");
	add_word(out, settings->task == TASK_VERSION, "version");
	add_word(out, settings->format == FORMAT_JSON, "json");
	add_word(out, settings->format == FORMAT_NDJSON, "ndjson");
	add_word(out, settings->once, "once");
	add_word(out, settings->no_header, "no_header");
	add_word(out, settings->wide, "wide");
	add_word(out, settings->extended, "extended");
	add_word(out, settings->no_color, "no_color");
	add_word(out, settings->no_owners, "no_owners");
	add_word(out, settings->resolve, "resolve");
	add_word(out, settings->readonly, "readonly");
	add_word(out, settings->sort != NULL || settings->inverted, settings->inverted ? "sorted -" : "sorted ");
	if (settings->sort != NULL)
		buf_puts(out, settings->sort->id);
	add_word(out, settings->pane != PANE_NONE, "pane");
	add_word(out, settings->theme != THEME_AUTO, theme_name(settings->theme));
	add_word(out, settings->save_view, "save_view");
	add_word(out, settings->no_config, "no_config");
	add_word(out, settings->group_by != GROUP_BY_NONE, "group");
	add_word(out, settings->group_by != GROUP_BY_NONE, group_by_name(settings->group_by));
	add_text(out, "record", settings->record);
	add_text(out, "replay", settings->replay);
	add_text(out, "script", settings->script);
	add_number(out, "made_up", settings->made_up, 0);
	add_number(out, "churn", settings->churn, 0);
	add_number(out, "width", settings->width, 0);
	add_number(out, "height", settings->height, 0);
	add_number(out, "clock", settings->clock_ns / NS_PER_S, 0);
	add_number(out, "every", settings->interval_ms, 0);
	add_number(out, "linger", settings->linger_ns / NS_PER_MS, TABLE_LINGER_NS / NS_PER_MS);
	add_number(out, "history", settings->history_size, HISTORY_SIZE);
}

struct meaning {
	const char *line, *text;
};

static void check_meanings(const struct meaning *cases, size_t count)
{
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < count; i++) {
		struct settings settings;

		if (!parse(&settings, cases[i].line, &out))
			fail_msg("\"%s\" is refused: %s", cases[i].line, out.data);
		assert_int_equal(out.length, 0);
		describe(&out, &settings);
		cli_fini(&settings);
		if (strcmp(buf_str(&out), cases[i].text) != 0)
			fail_msg("\"%s\" means \"%s\"", cases[i].line, buf_str(&out));
		buf_clear(&out);
	}
	buf_fini(&out);
}

static void every_option_means_something(void **state)
{
	static const struct meaning cases[] = {
		{ "", "" },
		{ "-t", "-t" }, { "--tcp", "-t" },
		{ "-u", "-u" }, { "--udp", "-u" },
		{ "-t -u", "" }, { "--tcp --udp", "" },
		{ "-4", "-4" }, { "--ipv4", "-4" },
		{ "-6", "-6" }, { "--ipv6", "-6" },
		{ "-46", "" },
		{ "-l", "-l" }, { "--listening", "-l" },
		{ "-a", "" }, { "--all", "" }, { "-l -a", "" }, { "-a -l", "-l" },
		{ "-e", "extended" }, { "--extended", "extended" },
		{ "-1", "once" }, { "--once", "once" },
		{ "-H", "no_header" }, { "--no-header", "no_header" },
		{ "-W", "wide" }, { "--wide", "wide" },
		{ "-C", "no_color" }, { "--no-color", "no_color" },
		{ "-r", "resolve" }, { "--resolve", "resolve" }, { "-r -n", "" }, { "-nr", "resolve" },
		{ "-n", "" }, { "--numeric", "" }, { "-o", "" }, { "--timers", "" }, { "--processes", "" },
		{ "--json", "json" }, { "--ndjson", "ndjson" },
		{ "--no-owners", "no_owners" }, { "--readonly", "readonly" },
		{ "-V", "version" }, { "--version", "version" },
		{ "-h", "help" }, { "--help", "help" },
		{ "-c 2", "every 2000" }, { "-c2", "every 2000" }, { "--interval=0.5", "every 500" },
		{ "--interval 0.1", "every 100" }, { "-c 3600", "every 3600000" }, { "-c 250ms", "every 250" }, { "-c 1m", "every 60000" },
		{ "--port=80", "-p 80" }, { "--port 80", "-p 80" },
		{ "--sort local", "sorted local" }, { "--sort=-local", "sorted -local" }, { "--sort -usual", "sorted -" },
		{ "--sort -proto", "sorted -proto" }, { "--so -proto -t", "-t sorted -proto" }, { "--sort usual", "" },
		{ "--sort=-local --sort local", "sorted local" },
		{ "--pane=history", "pane" }, { "--pane none", "" },
		{ "--theme dark", "dark" }, { "--theme auto", "" }, { "--save-view", "save_view" }, { "--no-config", "no_config" },
		{ "-N red", "-N red" }, { "-tNred,4242", "-N red,4242 -t" }, { "--netns red -N blue", "-N red,blue" },
		{ "-N red --netns=all -p 80", "-p 80 -N all" }, { "-N /run/a,b", "-N /run/a,b" },
		{ "--group netns", "group netns" }, { "--group port", "group port" }, { "--group=state --group none", "" },
		{ "--linger=0", "linger 0" }, { "--linger 1.5", "linger 1500" }, { "--linger=3600", "linger 3600000" },
		{ "--history=1", "history 1" }, { "--history 10000000", "history 10000000" },
		{ "--record=x", "record x" }, { "--replay x", "replay x" }, { "--record x --record y", "record y" },
		{ "--synthetic=5", "made_up 5" }, { "--synthetic 5,7", "made_up 5 churn 7" },
		{ "--headless 80x24", "width 80 height 24" },
		{ "--headless=80x24 --script - --clock 5", "script - width 80 height 24 clock 5" },
		{ "--headless 80x24 --clock 2026-11-20T14:02:11Z", "width 80 height 24 clock 1795183331" },
		{ "-tl4 -1HW", "-t -4 -l once no_header wide" },
	};

	(void)state;
	check_meanings(cases, ARRAY_SIZE(cases));
}

/* DESIGN, 6: -p takes an argument only if it looks like ports, else it is netstat's flag. */
static void p_takes_ports_or_nothing(void **state)
{
	static const struct meaning cases[] = {
		{ "-p 9999", "-p 9999" },
		{ "-p9999", "-p 9999" },
		{ "-p :9999", "-p 9999" },
		{ "-p:9999", "-p 9999" },
		{ "-p 80,443,8000-8100", "-p 80,443,8000-8100" },
		{ "-p80,443,8000-8100", "-p 80,443,8000-8100" },
		{ "-p 80 -p 443", "-p 80,443" },
		{ "-tulpn", "-l" },
		{ "-tlpn", "-t -l" },
		{ "-anp", "" },
		{ "-anp 9999", "-p 9999" },
		{ "-tp 22 -l", "-p 22 -t -l" },
		{ "-p", "" },
		{ "-t -p", "-t" },
		{ "-p -l", "-l" },
		{ "-p -p 22", "-p 22" },
		{ "-pp 22", "-p 22" },
		{ "-pnp", "" },
		{ "-pl 22", "-p 22 -l" },
		{ "-lp9999", "-p 9999 -l" },
		{ "-pc 5", "every 5000" },
		{ "-pc5", "every 5000" },
		{ "-p --json", "json" },
	};

	(void)state;
	check_meanings(cases, ARRAY_SIZE(cases));
}

static void words_are_ports(void **state)
{
	static const struct meaning cases[] = {
		{ "9999", "-p 9999" },
		{ ":9999", "-p 9999" },
		{ "9990-9999", "-p 9990-9999" },
		{ "80 443", "-p 80,443" },
		{ "-p 80 443", "-p 80,443" },
		{ "80 -t", "-p 80 -t" },
		{ "-- 80", "-p 80" },
		{ "-l -- 80 81", "-p 80,81 -l" },
		{ "--", "" },
	};

	(void)state;
	check_meanings(cases, ARRAY_SIZE(cases));
}

static void services_are_ports(void **state)
{
	static const struct meaning cases[] = {
		{ "-phttp", "-p 80" },
		{ "-p http", "-p 80" },
		{ "-tp http", "-p 80 -t" },
		{ "http", "-p 80" },
		{ "-p22,http", "-p 22,80" },
		{ "-- http", "-p 80" },
	};

	(void)state;
	if (getservbyname("http", "tcp") == NULL)
		skip();
	check_meanings(cases, ARRAY_SIZE(cases));
}

#define NO_SERVICE "neither a port (1 to 65535), a range (8000-8100) nor a name in the services database (http)"
#define NO_RANGE "not a port or a range such as 8000-8100"
#define NO_PORT "not a port, which are 1 to 65535"
#define NOTHING "nothing where a port, a range or a service name should stand"
#define NOT_P "\": behind -p stand neither ports (-p9999, -phttp) nor letters of options (-pn)"
#define LISTED "\"; ports --help lists them"
#define SECONDS ": not a number of seconds from 0.1 to 3600"

/* Ports that stand first are those of -p, unless an operator joins them to what follows; all else is the filter. */
static void words_are_ports_and_then_a_filter(void **state)
{
	static const struct meaning cases[] = {
		{ "80 443", "-p 80,443" }, { "80,443 8000-8100 :22", "-p 22,80,443,8000-8100" }, { "-p 1 80", "-p 1,80" },
		{ "nginx", "nginx" }, { "80 nginx", "-p 80 nginx" }, { "80 443 state listening", "-p 80,443 state listening" },
		{ "nginx 80", "nginx 80" }, { "80 or dport = :443", "80 or dport = :443" }, { "80 and nginx", "80 and nginx" },
		{ "state listening -t sport = :80", "-t state listening sport = :80" }, { "-l not sport :80", "-l not sport :80" },
		{ "--filter=nginx", "nginx" }, { "--filter=nginx --filter x", "x" }, { "--filter=nginx 80", "-p 80 nginx" },
		{ "--filter=nginx state listening", "(nginx) and (state listening)" }, { "--filter=", "" }, { "-p nginx", "nginx" },
		{ "80 443 and nginx", "80,443 and nginx" }, { "8000-8100 :22 or x", "8000-8100,:22 or x" }, { "! 80", "! 80" }, { "-- -t", "-t" },
	};
	static const struct meaning services[] = { { "http", "-p 80" }, { "http and nginx", ":http and nginx" },
						   { "http 22 or x", ":http,22 or x" }, { "22 http or x", "22,http or x" } };

	(void)state;
	check_meanings(cases, ARRAY_SIZE(cases));
	if (getservbyname("http", "tcp") != NULL)
		check_meanings(services, ARRAY_SIZE(services));
}

static void what_the_filter_needs_is_asked_for(void **state)
{
	struct buf error = BUF_INIT;
	struct settings settings;

	(void)state;
	assert_true(parse(&settings, "rtt > 5ms", &error));
	assert_int_equal(settings.query.needs, NEED_TCP);
	cli_fini(&settings);
	assert_true(parse(&settings, "proto udplite", &error));
	assert_int_equal(settings.query.protos, PROTOS_USUAL | 1u << PROTO_UDPLITE);
	cli_fini(&settings);
	assert_true(parse(&settings, "-t proto udplite", &error));
	assert_int_equal(settings.query.protos, 1u << PROTO_TCP);
	cli_fini(&settings);
}

static void what_is_wrong_is_named(void **state)
{
	static const struct meaning cases[] = {
		{ "-Z", "unknown option \"-Z" LISTED },
		{ "-tZ", "unknown option \"-Z" LISTED },
		{ "-t\033", "unknown option \"-\\x1b" LISTED },
		{ "--nosuch", "unknown option \"--nosuch\"; the nearest is --vsock, and ports --help lists them" },
		{ "-l --nosuch=1 -t", "unknown option \"--nosuch=1\"; the nearest is --vsock, and ports --help lists them" },
		{ "-c", "option --interval needs SECONDS" },
		{ "-tc", "option --interval needs SECONDS" },
		{ "--interval", "option --interval needs SECONDS" },
		{ "--port", "option --port needs PORTS" },
		{ "--tcp=1", "option --tcp takes no argument" },
		{ "--json=", "option --json takes no argument" },
		{ "-c 0", "--interval: \"0\"" SECONDS },
		{ "-c 3601", "--interval: \"3601\"" SECONDS },
		{ "-c -5", "--interval: \"-5\"" SECONDS },
		{ "-c 1x", "--interval: \"1x\"" SECONDS },
		{ "-c nan", "--interval: \"nan\"" SECONDS },
		{ "-c 0x1", "--interval: \"0x1\"" SECONDS },
		{ "-c 1.2.3", "--interval: \"1.2.3\"" SECONDS },
		{ "--interval=", "--interval: \"\"" SECONDS },
		{ "-p 70000", "--port: \"70000\": " NO_PORT },
		{ "-p 99999", "--port: \"99999\": " NO_PORT },
		{ "-p70000", "--port: \"70000\": " NO_PORT },
		{ "-p 0", "--port: \"0\": " NO_PORT },
		{ "-p 80,70000", "--port: \"70000\": " NO_PORT },
		{ "-p 80-70", "--port: \"80-70\": the range runs backwards, the lower port comes first" },
		{ "-p 80x", "--port: \"80x\": " NO_RANGE },
		{ "-p :", "--port: \":\": " NOTHING },
		{ "--group prot", "--group: \"prot\" is no group; the nearest is \"port\"" },
		{ "--linger=x", "--linger: \"x\": not a number of seconds from 0 to 3600" },
		{ "--linger 3601", "--linger: \"3601\": not a number of seconds from 0 to 3600" },
		{ "--sort=", "--sort: \"\" is no column; the nearest is \"in\"" },
		{ "--sort=-", "--sort: \"\" is no column; the nearest is \"in\"" },
		{ "--theme", "option --theme needs THEME" },
		{ "--theme drak", "--theme: \"drak\" is no theme; the nearest is \"dark\"" },
		{ "--pane -p", "--pane: \"-p\" is no pane; the nearest is \"why\"" },
		{ "--bind -p", "--bind: \"-p\" is no key; the nearest is \"Up\"" },
		{ "--themes=dark", "unknown option \"--themes=dark\"; the nearest is --theme, and ports --help lists them" },
		{ "--history=0", "--history: \"0\": not a number of entries from 1 to 10000000" },
		{ "--history=1.5", "--history: \"1.5\": not a number of entries from 1 to 10000000" },
		{ "--port=nosuch", "--port: \"nosuch\": " NO_SERVICE },
		{ "-phttpz", "\"-phttpz" NOT_P },
		{ "-pnz", "\"-pnz" NOT_P },
		{ "-tp=80", "\"-tp=80" NOT_P },
		{ "70000", "filter \"70000\", column 1: \"70000\": " NO_PORT },
		{ "80-70", "filter \"80-70\", column 1: \"80-70\": the range runs backwards, the lower port comes first" },
		{ "80 443 state foo", "filter \"state foo\", column 7: \"foo\" is no state; the nearest is \"all\"" },
		{ "state listening sport =", "filter \"state listening sport =\", column 24: the filter ends where there should be a value "
					     "for sport: a port such as :80, :http or 8000-8100" },
		{ "--filter (", "--filter: column 2: the filter ends where there should be a condition such as sport = :80, a port or a text" },
		{ "--no-owners pid 1", "the filter \"pid 1\" asks who holds the sockets, and --no-owners does not look for them" },
	};
	struct buf error = BUF_INIT;
	struct settings settings;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (parse(&settings, cases[i].line, &error))
			fail_msg("\"%s\" is accepted", cases[i].line);
		cli_fini(&settings);
		assert_text(&error, cases[i].text);
	}
	buf_fini(&error);
}

static void words_may_be_empty_or_have_blanks(void **state)
{
	static const struct {
		const char *first, *second, *error;
	} cases[] = {
		{ "-p", "", "--port: \"\": " NOTHING },
		{ "-t", "", "\"\" stands where a port or a filter should" },
		{ "80", "-", "\"-\" stands where a port or a filter should" },
		{ "-t", "x (", "filter \"x (\", column 4: the filter ends where there should be a condition such as sport = :80, a port or "
			       "a text" },
		{ "-p", "80 443", "--port: \"80 443\": " NO_RANGE },
		{ "-px y", "80", "\"-px y" NOT_P },
	};
	struct buf error = BUF_INIT;
	struct settings settings;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char name[] = "ports", first[8], second[8];
		char *words[] = { name, first, second, NULL };

		strcpy(first, cases[i].first);
		strcpy(second, cases[i].second);
		assert_false(cli_parse(&settings, 3, words, &error));
		assert_text(&error, cases[i].error);
	}
	buf_fini(&error);
}

/* As a login shell's does. */
static void the_programs_name_may_begin_with_a_dash(void **state)
{
	char name[] = "-x", port[] = "80", *words[] = { name, port, NULL };
	struct buf error = BUF_INIT;
	struct settings settings;

	(void)state;
	assert_true(cli_parse(&settings, 2, words, &error));
	assert_true(portset_has(&settings.query.ports, 80));
	buf_fini(&error);
}

static void of_ports_that_are_refused_none_is_taken(void **state)
{
	struct buf error = BUF_INIT;
	struct settings settings;

	(void)state;
	assert_false(parse(&settings, "-p 22 -p 80,443,70000", &error));
	assert_int_equal(settings.query.ports.count, 1);
	assert_true(portset_has(&settings.query.ports, 22));
	buf_fini(&error);
}

static void a_second_command_line_knows_nothing_of_the_first(void **state)
{
	static const struct meaning cases[] = {
		{ "-tl4 -p 22 -1HWeC --json --no-owners -c 5",
		  "-p 22 -t -4 -l json once no_header wide extended no_color no_owners every 5000" },
		{ "-u", "-u" },
		{ "80", "-p 80" },
	};
	struct buf error = BUF_INIT;
	struct settings settings;

	(void)state;
	check_meanings(cases, ARRAY_SIZE(cases));
	assert_false(parse(&settings, "-tZ", &error));
	check_meanings(cases, ARRAY_SIZE(cases));
	buf_fini(&error);
}

static void help_has_every_option_on_a_line(void **state)
{
	struct buf help = BUF_INIT, line = BUF_INIT;

	(void)state;
	cli_help(&help);
	assert_non_null(strstr(help.data, "\n  ports why        would this bind work"));
	for (const struct option_entry *entry = cli_options; entry->name != NULL; entry++) {
		if (entry->letter != 0)
			buf_printf(&line, "\n  -%c, --%s", entry->letter, entry->name);
		else
			buf_printf(&line, "\n      --%s", entry->name);
		if (entry->argument != NULL)
			buf_printf(&line, "=%s", entry->argument);
		buf_putc(&line, ' ');
		const char *at = strstr(help.data, line.data);
		if (at == NULL)
			fail_msg("--help lacks --%s", entry->name);
		const char *text = strstr(at, entry->help);
		assert_non_null(text);
		assert_ptr_equal(text + strlen(entry->help), strchr(at + 1, '\n'));
		buf_clear(&line);
	}
	buf_fini(&help);
	buf_fini(&line);
}

static void options_are_unique(void **state)
{
	(void)state;
	for (const struct option_entry *entry = cli_options; entry->name != NULL; entry++) {
		assert_int_not_equal(entry->help[strlen(entry->help) - 1], '.');
		for (const struct option_entry *other = cli_options; other != entry; other++) {
			assert_string_not_equal(other->name, entry->name);
			assert_true(entry->letter == 0 || other->letter != entry->letter);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_option_means_something),
		cmocka_unit_test(p_takes_ports_or_nothing),
		cmocka_unit_test(words_are_ports),
		cmocka_unit_test(services_are_ports),
		cmocka_unit_test(words_are_ports_and_then_a_filter),
		cmocka_unit_test(what_the_filter_needs_is_asked_for),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(words_may_be_empty_or_have_blanks),
		cmocka_unit_test(the_programs_name_may_begin_with_a_dash),
		cmocka_unit_test(of_ports_that_are_refused_none_is_taken),
		cmocka_unit_test(a_second_command_line_knows_nothing_of_the_first),
		cmocka_unit_test(help_has_every_option_on_a_line),
		cmocka_unit_test(options_are_unique),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
