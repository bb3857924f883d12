/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration file, and the command line that has the last word. */
#include "helpers.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cli.h"
#include "ui/action.h"
#include "ui/input.h"

struct fixture {
	char directory[32];
	struct buf path; /* of the file */
	struct buf error;
};

static int setup(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ .directory = "/tmp/ports-config-XXXXXX" };
	assert_non_null(mkdtemp(fixture.directory));
	buf_printf(&fixture.path, "%s/ports", fixture.directory);
	assert_int_equal(mkdir(fixture.path.data, 0700), 0);
	buf_puts(&fixture.path, "/config");
	setenv("XDG_CONFIG_HOME", fixture.directory, 1);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	unlink(fixture->path.data);
	*strrchr(fixture->path.data, '/') = '\0';
	rmdir(fixture->path.data);
	rmdir(fixture->directory);
	buf_fini(&fixture->path);
	buf_fini(&fixture->error);
	return 0;
}

static void write_config(const struct fixture *fixture, const char *text)
{
	FILE *file = fopen(fixture->path.data, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* The words are separated by single blanks. */
static bool parse(struct fixture *fixture, struct settings *settings, const char *line)
{
	char copy[128], *words[16] = { copy }, *rest = copy;
	int count = 0;

	snprintf(copy, sizeof(copy), "ports %s", line);
	while (rest != NULL && *rest != '\0')
		words[count++] = strsep(&rest, " ");
	buf_clear(&fixture->error);
	return cli_parse(settings, count, words, &fixture->error);
}

static void without_a_file_all_is_as_always(void **state)
{
	struct settings settings;

	assert_true(parse(*state, &settings, ""));
	assert_int_equal(settings.interval_ms, 0);
	assert_false(settings.extended);
}

static void options_are_read_with_blanks_and_comments_around_them(void **state)
{
	struct settings settings;

	write_config(*state, "# a comment\n\n\textended \n  interval = 0.5  \r\ngroup=process\nport=80,443");
	assert_true(parse(*state, &settings, ""));
	assert_true(settings.extended);
	assert_int_equal(settings.interval_ms, 500);
	assert_int_equal(settings.group_by, GROUP_BY_PROCESS);
	assert_int_equal(settings.query.ports.count, 2);
}

static void the_command_line_has_the_last_word(void **state)
{
	struct settings settings;

	write_config(*state, "interval=5\ntcp\nport=80\nipv4\n");
	assert_true(parse(*state, &settings, "-u -p 443 -c 2"));
	assert_int_equal(settings.interval_ms, 2000);
	assert_int_equal(settings.query.protos, 1u << PROTO_UDP);
	assert_true(settings.repeats);
	assert_true(portset_has(&settings.query.ports, 443) && !portset_has(&settings.query.ports, 80));
	assert_int_equal(settings.query.families, 1u << FAMILY_INET); /* of that it said nothing */
	assert_true(parse(*state, &settings, "--no-config"));
	assert_int_equal(settings.interval_ms, 0);
	assert_int_equal(settings.query.ports.count, 0);
}

static void namespaces_of_the_file_give_way(void **state)
{
	struct settings settings;

	write_config(*state, "netns=red,blue\n");
	assert_true(parse(*state, &settings, ""));
	assert_ptr_equal(settings.query.netns, &settings.netns);
	assert_int_equal(settings.netns.count, 2);
	cli_fini(&settings);
	assert_true(parse(*state, &settings, "-N all"));
	assert_true(settings.netns.all);
	assert_int_equal(settings.netns.count, 0);
	cli_fini(&settings);
	assert_true(parse(*state, &settings, "--synthetic 5")); /* where there are none */
	assert_null(settings.query.netns);
	cli_fini(&settings);
	assert_false(parse(*state, &settings, "--synthetic 5 -N all"));
	cli_fini(&settings);
}

static void what_stands_behind_a_nul_is_not_dropped(void **state)
{
	static const char text[] = "tcp\nextended\0=1\n";
	struct fixture *fixture = *state;
	struct settings settings;
	FILE *file = fopen(fixture->path.data, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, sizeof(text) - 1, file), sizeof(text) - 1);
	assert_int_equal(fclose(file), 0);
	assert_false(parse(fixture, &settings, ""));
	assert_non_null(strstr(fixture->error.data, "ports/config:2: a NUL byte is in it, which no option has"));
}

/* Else a list in a pipe would never end. */
static void the_interval_of_the_file_is_for_the_live_table(void **state)
{
	struct settings settings;

	write_config(*state, "interval=5\n");
	assert_true(parse(*state, &settings, ""));
	assert_int_equal(settings.interval_ms, 5000);
	assert_false(settings.repeats);
}

static void keys_are_bound_line_by_line_and_then_by_the_command_line(void **state)
{
	struct settings settings;

	write_config(*state, "bind=F5 pause\nbind == tag\nbind = q  none\nbind=F7 tcp\nbind=F7 udp\n");
	assert_true(parse(*state, &settings, "--bind=F5\ttag"));
	assert_string_equal(keymap_find(&settings.keymap, MODE_TABLE, INPUT_F1 + 4)->name, "tag");
	assert_string_equal(keymap_find(&settings.keymap, MODE_TABLE, '=')->name, "tag");
	assert_string_equal(keymap_find(&settings.keymap, MODE_TABLE, INPUT_F1 + 6)->name, "udp");
	assert_null(keymap_find(&settings.keymap, MODE_TABLE, 'q'));
}

static void the_view_of_the_file_gives_way_to_the_command_line(void **state)
{
	struct settings settings;

	write_config(*state, "sort=-age\npane=detail\ntheme=light\n");
	assert_true(parse(*state, &settings, "--theme=mono"));
	assert_ptr_equal(settings.sort, &columns[COLUMN_AGE]);
	assert_true(settings.inverted);
	assert_int_equal(settings.pane, PANE_DETAIL);
	assert_int_equal(settings.theme, THEME_MONO);
	assert_true(parse(*state, &settings, "--sort usual --pane=none"));
	assert_null(settings.sort);
	assert_false(settings.inverted);
	assert_int_equal(settings.pane, PANE_NONE);
	assert_int_equal(settings.theme, THEME_LIGHT);
}

static void saving_the_view_is_refused_only_to_who_asks_for_it_now(void **state)
{
	struct fixture *fixture = *state;
	struct settings settings;

	write_config(fixture, "save-view\n");
	assert_true(parse(fixture, &settings, ""));
	assert_true(settings.save_view && !settings.save_view_asked);
	assert_true(parse(fixture, &settings, "--readonly"));
	assert_true(parse(fixture, &settings, "--no-config"));
	assert_false(settings.save_view);
	assert_true(parse(fixture, &settings, "--save-view"));
	assert_true(settings.save_view && settings.save_view_asked);
	assert_false(parse(fixture, &settings, "--save-view --readonly"));
	assert_text(&fixture->error, "option --save-view does not go with --readonly");
	assert_false(parse(fixture, &settings, "--no-config --save-view"));
	assert_text(&fixture->error, "option --save-view does not go with --no-config");
}

static const struct {
	const char *text, *fault;
} bad[] = {
	{ "intervall=2\n", ":1: \"intervall\" is no option; the nearest is \"interval\"" },
	{ "\n#\nextend\n", ":3: \"extend\" is no option; the nearest is \"extended\"" },
	{ "interval\n", ":1: \"interval\" needs a value: interval=SECONDS" },
	{ "tcp=1\n", ":1: \"tcp\" takes no value" },
	{ "tcp\nport=70000\n", ":2: --port: \"70000\": not a port, which are 1 to 65535" },
	{ "theme=drak\n", ":1: --theme: \"drak\" is no theme; the nearest is \"dark\"" },
	{ "pane=histroy\n", ":1: --pane: \"histroy\" is no pane; the nearest is \"history\"" },
	{ "sort=-prot\n", ":1: --sort: \"prot\" is no column; the nearest is \"proto\"" },
	{ "\ncolumns=local,sate\n", ":2: --columns: \"sate\" is no column; the nearest is \"state\"" },
	{ "bind=F55 pause\n", ":1: --bind: \"F55\" is no key; the nearest is \"F5\"" },
	{ "bind=F5 paus\n", ":1: --bind: \"paus\" is no action; the nearest is \"pause\"" },
	{ "bind=^C none\n", ":1: --bind: \"^C\" cannot be bound; " },
	{ "\033[2J\n", ":1: \"\\x1b[2J\" is no option; the nearest is " },
};

static void a_line_that_is_not_right_is_named(void **state)
{
	struct fixture *fixture = *state;
	struct settings settings;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		write_config(fixture, bad[i].text);
		assert_false(parse(fixture, &settings, ""));
		assert_int_equal(strncmp(fixture->error.data, fixture->path.data, fixture->path.length), 0);
		const char *fault = fixture->error.data + fixture->path.length;
		if (strncmp(fault, bad[i].fault, strlen(bad[i].fault)) != 0)
			fail_msg("%s", fault);
		assert_true(parse(fixture, &settings, "--no-config"));
	}
}

static const char *fruit(size_t i)
{
	static const char *const names[] = { "apple", "pear", "plum", NULL };

	return names[i];
}

static void the_nearest_name_is_told(void **state)
{
	struct buf error = BUF_INIT;

	(void)state;
	assert_string_equal(text_nearest("plumb", fruit), "plum");
	assert_string_equal(text_nearest("", fruit), "pear");
	assert_false(text_fail_nearest(&error, "aple\n", "fruit", fruit));
	assert_text(&error, "\"aple\\x0a\" is no fruit; the nearest is \"apple\"");
	assert_false(text_fail_nearest(&error, "appleappleappleappleappleappleappleappleapple", "fruit", fruit));
	assert_text(&error, "\"appleappleappleappleappleappleappleappl\u2026\" is no fruit; the nearest is \"apple\"");
	buf_fini(&error);
}

static void distances_are_those_of_levenshtein(void **state)
{
	(void)state;
	assert_int_equal(text_distance("", ""), 0);
	assert_int_equal(text_distance("abc", ""), 3);
	assert_int_equal(text_distance("", "abc"), 3);
	assert_int_equal(text_distance("kitten", "sitting"), 3);
	assert_int_equal(text_distance("flaw", "lawn"), 2);
	assert_int_equal(text_distance("same", "same"), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_file_all_is_as_always),
		TEST(options_are_read_with_blanks_and_comments_around_them),
		TEST(the_command_line_has_the_last_word),
		TEST(a_line_that_is_not_right_is_named),
		TEST(namespaces_of_the_file_give_way),
		TEST(what_stands_behind_a_nul_is_not_dropped),
		TEST(the_interval_of_the_file_is_for_the_live_table),
		TEST(keys_are_bound_line_by_line_and_then_by_the_command_line),
		TEST(the_view_of_the_file_gives_way_to_the_command_line),
		TEST(saving_the_view_is_refused_only_to_who_asks_for_it_now),
		cmocka_unit_test(the_nearest_name_is_told),
		cmocka_unit_test(distances_are_those_of_levenshtein),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
