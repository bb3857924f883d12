/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The view that is written into the configuration file, and read again. */
#include "helpers.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli.h"
#include "cli_save.h"
#include "cli_view.h"
#include "ui/app.h"
#include "ui/ui.h"

struct fixture {
	struct app app;
	char directory[32];
	struct buf path; /* of the file */
	struct buf text;
};

static void remove_all(const char *directory)
{
	struct dirent *entry;
	DIR *dir = opendir(directory);

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		struct buf path = BUF_INIT;

		buf_printf(&path, "%s/%s", directory, entry->d_name);
		if (entry->d_name[0] != '.' && unlink(path.data) != 0)
			remove_all(path.data);
		buf_fini(&path);
	}
	closedir(dir);
	rmdir(directory);
}

/* As if it had just been started without options. */
static void begin(struct app *app)
{
	struct query query;

	query_init(&query);
	app_init(app, &query, 10);
	app->interval_ms = UI_INTERVAL_MS;
	app->table.linger_ns = TABLE_LINGER_NS;
}

static int setup(void **state)
{
	static struct fixture fixture;

	memset(&fixture, 0, sizeof(fixture));
	begin(&fixture.app);
	strcpy(fixture.directory, "/tmp/ports-view-XXXXXX");
	assert_non_null(mkdtemp(fixture.directory));
	buf_printf(&fixture.path, "%s/ports/config", fixture.directory);
	setenv("XDG_CONFIG_HOME", fixture.directory, 1);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	app_fini(&fixture->app);
	remove_all(fixture->directory);
	buf_fini(&fixture->path);
	buf_fini(&fixture->text);
	return 0;
}

static void write_config(const struct fixture *fixture, const char *text)
{
	*strrchr(fixture->path.data, '/') = '\0';
	mkdir(fixture->path.data, 0700);
	fixture->path.data[strlen(fixture->path.data)] = '/';
	FILE *file = fopen(fixture->path.data, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void check_config(struct fixture *fixture, const char *expected)
{
	int file = open(fixture->path.data, O_RDONLY);

	assert_true(file >= 0);
	buf_clear(&fixture->text);
	read_back(file, &fixture->text);
	assert_text(&fixture->text, expected);
}

static void save(struct fixture *fixture)
{
	struct buf expected = BUF_INIT;

	buf_printf(&expected, "The view is saved in %s", fixture->path.data);
	buf_clear(&fixture->text);
	assert_true(view_save(&fixture->app, &fixture->text));
	assert_text(&fixture->text, expected.data);
	buf_fini(&expected);
}

/* False, with a message that begins with the path. */
static void fail_to_save(struct fixture *fixture, const char *reason)
{
	struct buf expected = BUF_INIT;

	buf_printf(&expected, "%s cannot be written, the view is not saved: %s", fixture->path.data, reason);
	buf_clear(&fixture->text);
	assert_false(view_save(&fixture->app, &fixture->text));
	assert_text(&fixture->text, expected.data);
	buf_fini(&expected);
}

static void the_usual_view_has_no_lines(void **state)
{
	struct fixture *fixture = *state;

	view_format(&fixture->text, &fixture->app);
	assert_text(&fixture->text, "");
}

static void every_part_of_a_view_has_its_line(void **state)
{
	struct fixture *fixture = *state;
	struct app *app = &fixture->app;

	app->query.protos = 1u << PROTO_TCP;
	app->query.families = 1u << FAMILY_INET6;
	app->query.states = STATES_LISTENING;
	app->columns.all[2] = &columns[COLUMN_RTT];
	app->columns.count = 3;
	app->listing.sort = &columns[COLUMN_RTT];
	app->listing.inverted = true;
	app->groups.by = GROUP_BY_STATE;
	app->pane.pane = PANE_HISTORY;
	app->interval_ms = 250;
	app->table.linger_ns = 0;
	app->theme = THEME_LIGHT;
	app->names.resolve = true;
	view_format(&fixture->text, app);
	assert_text(&fixture->text, "tcp\nipv6\nlistening\ncolumns=proto,recvq,rtt\nsort=-rtt\ngroup=state\npane=history\n"
				    "interval=0.25\nlinger=0\ntheme=light\nresolve\n");
}

static void the_column_that_comes_with_other_namespaces_is_no_part_of_a_view(void **state)
{
	struct fixture *fixture = *state;
	struct app *app = &fixture->app;

	app->tours = true;
	column_list_add(&app->columns, &columns[COLUMN_NETNS]);
	view_format(&fixture->text, app);
	assert_text(&fixture->text, "");
	column_list_add(&app->columns, &columns[COLUMN_AGE]);
	view_format(&fixture->text, app);
	assert_text(&fixture->text, "columns=proto,recvq,sendq,local,foreign,state,timer,flags,user,age,owners\n");
	app->tours = false; /* but one that was chosen is */
	view_format(&fixture->text, app);
	assert_text(&fixture->text, "columns=proto,recvq,sendq,local,foreign,state,timer,flags,user,netns,age,owners\n");
}

static void the_extended_columns_are_one_word(void **state)
{
	struct fixture *fixture = *state;

	fixture->app.extended = true;
	column_list_usual(&fixture->app.columns, VIEW_EXTENDED);
	view_format(&fixture->text, &fixture->app);
	assert_text(&fixture->text, "extended\n");
	fixture->app.columns.count = 2;
	view_format(&fixture->text, &fixture->app);
	assert_text(&fixture->text, "extended\ncolumns=proto,recvq\n");
}

static void what_is_no_part_of_a_view_is_left_alone(void **state)
{
	static const char *const others[] = { "port", "bind", "save-view", "readonly", "no-color", "history", "once", "" };

	(void)state;
	assert_true(view_has("tcp") && view_has("columns") && view_has("theme") && view_has("numeric"));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		assert_false(view_has(others[i]));
}

static void other_lines_stay_and_the_views_are_replaced(void **state)
{
	static const struct {
		const char *before, *lines, *after;
	} cases[] = {
		{ "", "tcp\n", "tcp\n" },
		{ "", "", "" },
		{ "readonly", "tcp\n", "readonly\ntcp\n" },
		{ "readonly", "", "readonly" },
		{ "# tcp\n\n  tcp\r\nbind=q none\n sort = age\n# end", "udp\npane=detail\n", "# tcp\n\nudp\npane=detail\nbind=q none\n# end" },
		{ "info\nmemory\nall\nport=80\n", "columns=rtt\n", "columns=rtt\nport=80\n" },
		{ "tcp\nport=80\nudp", "", "port=80\n" },
		{ "sorts=1\nbad line\n=\n\n", "tcp\n", "sorts=1\nbad line\n=\n\ntcp\n" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		view_rewrite(&fixture->text, cases[i].before, strlen(cases[i].before), cases[i].lines);
		assert_text(&fixture->text, cases[i].after);
	}
	view_rewrite(&fixture->text, "a\0b\ntcp\n", 8, "udp\n");
	assert_int_equal(fixture->text.length, 8);
	assert_memory_equal(fixture->text.data, "a\0b\nudp\n", 8);
}

/* A view that is made of random choices. */
static void choose(struct app *app, uint64_t *random)
{
	struct column_list *list = &app->columns;

	app->extended = next_random(random) % 2 == 0;
	column_list_usual(list, app->extended ? VIEW_EXTENDED : VIEW_LIVE);
	for (unsigned drop = next_random(random) % 4; drop > 0; drop--)
		list->count--;
	list->all[next_random(random) % list->count] = &columns[COLUMN_RTT];
	app->query.protos = 1 + (uint32_t)(next_random(random) % PROTOS_ALL);
	app->query.families = 1 + (uint32_t)(next_random(random) % FAMILIES_INET);
	app->query.states = next_random(random) % 2 == 0 ? STATES_ALL : STATES_LISTENING;
	app->listing.sort = next_random(random) % 3 == 0 ? NULL : &columns[next_random(random) % COLUMN_COUNT];
	app->listing.inverted = next_random(random) % 2 == 0;
	app->groups.by = (enum group_by)(next_random(random) % GROUP_BY_COUNT);
	app->pane.pane = (enum pane)(next_random(random) % PANE_COUNT);
	app->interval_ms = 100 + (uint32_t)(next_random(random) % 5000);
	app->table.linger_ns = next_random(random) % 5000 * NS_PER_MS;
	app->theme = (enum theme)(next_random(random) % THEME_COUNT);
	app->names.resolve = next_random(random) % 2 == 0;
}

static void check_read_again(struct fixture *fixture)
{
	char name[] = "ports", *words[] = { name, NULL };
	const struct app *app = &fixture->app;
	struct settings settings;

	buf_clear(&fixture->text);
	if (!cli_parse(&settings, 1, words, &fixture->text))
		fail_msg("%s", fixture->text.data);
	assert_int_equal(settings.query.protos, app->query.protos);
	assert_int_equal(settings.query.families, app->query.families);
	assert_int_equal(settings.query.states, app->query.states);
	assert_int_equal(settings.extended, app->extended);
	column_list_enliven(&settings.columns);
	assert_int_equal(settings.columns.count, app->columns.count);
	for (size_t i = 0; i < app->columns.count; i++)
		assert_ptr_equal(settings.columns.all[i], app->columns.all[i]);
	assert_ptr_equal(settings.sort, app->listing.sort);
	assert_int_equal(settings.inverted, app->listing.inverted);
	assert_int_equal(settings.group_by, app->groups.by);
	assert_int_equal(settings.pane, app->pane.pane);
	assert_int_equal(settings.interval_ms > 0 ? settings.interval_ms : UI_INTERVAL_MS, app->interval_ms);
	assert_int_equal(settings.linger_ns, app->table.linger_ns);
	assert_int_equal(settings.theme, app->theme);
	assert_int_equal(settings.resolve, app->names.resolve);
	assert_true(settings.readonly);
}

static void what_is_saved_is_what_the_next_run_begins_with(void **state)
{
	struct fixture *fixture = *state;
	uint64_t random = 9;

	write_config(fixture, "# mine\nreadonly\n");
	for (int i = 0; i < 300; i++) {
		choose(&fixture->app, &random);
		save(fixture);
		check_read_again(fixture);
	}
	app_fini(&fixture->app);
	begin(&fixture->app);
	save(fixture);
	check_config(fixture, "# mine\nreadonly\n");
}

static void directories_and_file_are_made(void **state)
{
	struct fixture *fixture = *state;
	struct buf deep = BUF_INIT;

	buf_printf(&deep, "%s/a/b", fixture->directory);
	setenv("XDG_CONFIG_HOME", deep.data, 1);
	buf_clear(&fixture->path);
	buf_printf(&fixture->path, "%s/ports/config", deep.data);
	fixture->app.pane.pane = PANE_DETAIL;
	save(fixture);
	check_config(fixture, "pane=detail\n");
	buf_fini(&deep);
}

static void a_link_stays_one_and_the_mode_is_kept(void **state)
{
	struct fixture *fixture = *state;
	struct buf target = BUF_INIT;
	struct stat stat;

	write_config(fixture, "");
	buf_printf(&target, "%s/elsewhere", fixture->directory);
	assert_int_equal(rename(fixture->path.data, target.data), 0);
	assert_int_equal(symlink("../elsewhere", fixture->path.data), 0);
	assert_int_equal(chmod(target.data, 0640), 0);
	fixture->app.theme = THEME_DARK;
	save(fixture);
	check_config(fixture, "theme=dark\n");
	assert_int_equal(lstat(fixture->path.data, &stat), 0);
	assert_true(S_ISLNK(stat.st_mode));
	assert_int_equal(lstat(target.data, &stat), 0);
	assert_int_equal(stat.st_mode & 07777, 0640);
	assert_int_equal(unlink(target.data), 0); /* a link to nothing makes what it leads to */
	save(fixture);
	assert_int_equal(access(target.data, F_OK), 0);
	check_config(fixture, "theme=dark\n");
	buf_fini(&target);
}

static void what_cannot_be_written_is_told_and_nothing_is_lost(void **state)
{
	struct fixture *fixture = *state;

	setenv("XDG_CONFIG_HOME", "/dev/null", 1);
	buf_clear(&fixture->path);
	buf_puts(&fixture->path, "/dev/null/ports/config");
	fail_to_save(fixture, "Not a directory");
	buf_clear(&fixture->path);
	buf_printf(&fixture->path, "%s/ports/config", fixture->directory);
	setenv("XDG_CONFIG_HOME", fixture->directory, 1);
	write_config(fixture, "");
	assert_int_equal(unlink(fixture->path.data), 0);
	assert_int_equal(symlink("/dev/null", fixture->path.data), 0);
	fail_to_save(fixture, "it is no regular file");
	assert_int_equal(unlink(fixture->path.data), 0);
	assert_int_equal(mkdir(fixture->path.data, 0700), 0);
	fail_to_save(fixture, "Is a directory");
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("HOME");
	assert_false(view_save(&fixture->app, &fixture->text));
	assert_text(&fixture->text, "The view is not saved: neither XDG_CONFIG_HOME nor HOME says where to");
	assert_false(view_refuse(&fixture->app, &fixture->text));
	assert_text(&fixture->text, "The view is not saved: --no-config leaves its file alone");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_usual_view_has_no_lines),
		TEST(every_part_of_a_view_has_its_line),
		TEST(the_column_that_comes_with_other_namespaces_is_no_part_of_a_view),
		TEST(the_extended_columns_are_one_word),
		TEST(what_is_no_part_of_a_view_is_left_alone),
		TEST(other_lines_stay_and_the_views_are_replaced),
		TEST(what_is_saved_is_what_the_next_run_begins_with),
		TEST(directories_and_file_are_made),
		TEST(a_link_stays_one_and_the_mode_is_kept),
		TEST(what_cannot_be_written_is_told_and_nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
