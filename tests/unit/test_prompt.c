/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is typed below the table: a port, a text to search for, a filter. */
#include "app_fixture.h"

#include <locale.h>
#include <string.h>

#include "ui/input.h"

static uint64_t selected(const struct app *app)
{
	const struct row *row = app_selected(app);

	return row != NULL ? row->sock.cookie : 0;
}

static void each_digit_goes_to_the_first_socket_with_that_port(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "8");
	assert_int_equal(app->mode, MODE_JUMP);
	assert_int_equal(selected(app), 6); /* where it is the foreign port */
	press(app, "0");
	assert_int_equal(selected(app), 2);
	press(app, "8");
	assert_int_equal(selected(app), 1); /* none has 808: where it was */
	press(app, "0");
	assert_int_equal(selected(app), 4);
	assert_string_equal(buf_str(&app->entry), "8080");
}

static void a_local_port_is_preferred_to_a_foreign_one(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "50000\r");
	assert_int_equal(selected(app), 7);
	press(app, "22\r");
	assert_int_equal(selected(app), 1);
}

static void enter_stays_there(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "80\r");
	assert_int_equal(app->mode, MODE_TABLE);
	assert_int_equal(selected(app), 2);
	assert_string_equal(buf_str(&app->message), "");
}

static void escape_goes_back(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "jj80\033");
	assert_int_equal(app->mode, MODE_TABLE);
	assert_int_equal(selected(app), 3);
}

static void a_port_that_nobody_has_is_named(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "j9999\r");
	assert_int_equal(app->mode, MODE_TABLE);
	assert_int_equal(selected(app), 2);
	assert_string_equal(buf_str(&app->message), "No socket here has port 9999");
}

/* Listeners have no foreign port; that is not port 0. */
static void nobody_has_port_0(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "jjjj0");
	assert_int_equal(selected(app), 5);
	press(app, "\r");
	assert_string_equal(buf_str(&app->message), "No socket here has port 0");
}

static void more_digits_than_a_port_has_are_not_taken(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "5000012");
	assert_string_equal(buf_str(&app->entry), "50000");
	assert_int_equal(selected(app), 7);
	press(app, "\r99999\r");
	assert_string_equal(buf_str(&app->message), "No socket here has port 99999");
}

static void backspace_takes_digits_back_and_then_leaves(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "j800");
	assert_int_equal(selected(app), 3);
	app_key(app, INPUT_BACKSPACE);
	assert_string_equal(buf_str(&app->entry), "80");
	assert_int_equal(selected(app), 2);
	app_key(app, INPUT_BACKSPACE);
	assert_int_equal(selected(app), 6);
	app_key(app, INPUT_BACKSPACE);
	assert_int_equal(selected(app), 2);
	app_key(app, INPUT_BACKSPACE);
	assert_int_equal(app->mode, MODE_TABLE);
	assert_int_equal(selected(app), 2);
}

static void no_port_typed_is_no_port_missed(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "8");
	app_key(app, INPUT_BACKSPACE);
	app_key(app, INPUT_ENTER);
	assert_int_equal(app->mode, MODE_TABLE);
	assert_string_equal(buf_str(&app->message), "");
}

static void another_key_accepts_and_means_what_it_means(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "80j");
	assert_int_equal(app->mode, MODE_TABLE);
	assert_int_equal(selected(app), 3);
	press(app, "80q");
	assert_int_equal(app->wishes, WISH_QUIT);
	press(app, "80?");
	assert_int_equal(app->mode, MODE_HELP);
}

static void a_second_jump_begins_anew(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "80\r22\r");
	assert_string_equal(buf_str(&app->entry), "22");
	assert_int_equal(selected(app), 1);
}

static void a_search_goes_to_the_next_row_that_says_so(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "/e");
	assert_int_equal(app->mode, MODE_SEARCH);
	press(app, "stab");
	assert_int_equal(selected(app), 5);
	press(app, "\rn");
	assert_int_equal(selected(app), 6);
	press(app, "nn");
	assert_int_equal(selected(app), 5);
	press(app, "NN");
	assert_int_equal(selected(app), 6);
	assert_int_equal(app->mode, MODE_TABLE);
}

static void a_search_begins_where_it_is(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "jjj/listen");
	assert_int_equal(selected(app), 4);
	press(app, "\rn");
	assert_int_equal(selected(app), 1);
}

/* What was typed too much is taken back, and the search with it. */
static void a_search_follows_what_is_typed(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "j/0:80");
	assert_int_equal(selected(app), 2);
	press(app, "80");
	assert_int_equal(selected(app), 4);
	press(app, "x");
	assert_int_equal(selected(app), 2); /* none has that: where it was */
	app_key(app, INPUT_BACKSPACE);
	assert_int_equal(selected(app), 4);
	press(app, "\033");
	assert_int_equal(selected(app), 2);
	assert_int_equal(app->mode, MODE_TABLE);
}

static void a_search_that_finds_nothing_says_so(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "j/nginx\r");
	assert_int_equal(selected(app), 2);
	assert_string_equal(buf_str(&app->message), "No row has nginx");
	press(app, "n");
	assert_int_equal(selected(app), 2);
	assert_string_equal(buf_str(&app->message), "No row has nginx");
}

static void without_a_search_there_is_no_next(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "n");
	assert_string_equal(buf_str(&app->message), "Nothing is searched for; F3 begins a search");
	press(app, "80\rN");
	assert_string_equal(buf_str(&app->message), "Nothing is searched for; F3 begins a search");
}

static void in_an_empty_table_nothing_is_found(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "/estab\r");
	app->query.protos = 1u << PROTO_UDP;
	app_requery(app);
	assert_int_equal(app->listing.count, 0);
	press(app, "n");
	assert_string_equal(buf_str(&app->message), "No row has estab");
	press(app, "N");
	assert_string_equal(buf_str(&app->message), "No row has estab");
	press(app, "/x\r");
	assert_string_equal(buf_str(&app->message), "No row has x");
}

static void a_filter_leaves_only_rows_that_match(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "\\22");
	assert_int_equal(app->mode, MODE_FILTER);
	assert_int_equal(app->listing.count, 3);
	press(app, " estab");
	assert_int_equal(app->listing.count, 2);
	press(app, "\r");
	assert_int_equal(app->mode, MODE_TABLE);
	assert_int_equal(app->listing.count, 2);
	assert_string_equal(buf_str(&app->filter_text), "22 estab");
	assert_int_equal(app->table.count, 7);
	assert_int_equal(app->wishes, 0);
}

static void a_filter_is_changed_and_not_typed_anew(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "\\22\r\\");
	assert_string_equal(buf_str(&app->entry), "22");
	press(app, " listen\033");
	assert_int_equal(app->listing.count, 3);
	assert_string_equal(buf_str(&app->filter_text), "22");
	press(app, "\\");
	app_key(app, INPUT_BACKSPACE);
	app_key(app, INPUT_BACKSPACE);
	press(app, "\r");
	assert_int_equal(app->listing.count, 7);
}

static void all_undoes_the_filter(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "\\nginx\r");
	assert_int_equal(app->listing.count, 0);
	assert_null(app_selected(app));
	press(app, "a");
	assert_int_equal(app->listing.count, 7);
	assert_string_equal(buf_str(&app->filter_text), "");
}

/* Whether that line of the screen has the text, as it was drawn last. */
static bool is_on_line(const struct fixture *fixture, unsigned y, const char *text)
{
	struct buf drawn = BUF_INIT;

	screen_format(&drawn, &fixture->screen);
	char *line = drawn.data;
	for (; y > 0; y--)
		line = strchr(line, '\n') + 1;
	line[strcspn(line, "\n")] = '\0';
	bool is = strstr(line, text) != NULL;
	buf_fini(&drawn);
	return is;
}

/* The last one that was right holds, also when it cannot be accepted; Esc goes back to the one before. */
static void a_filter_that_is_not_right_says_so_and_changes_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct app *app = &fixture->app;

	press(app, "\\state listening");
	assert_string_equal(buf_str(&app->message), "");
	assert_int_equal(app->listing.count, 4);
	press(app, " spor");
	assert_string_equal(buf_str(&app->message), "");
	assert_int_equal(app->listing.count, 0); /* a text so far */
	press(app, "t");
	assert_string_equal(buf_str(&app->message), "column 22: the filter ends where there should be a value for sport: a port such as "
						    ":80, :http or 8000-8100");
	assert_int_equal(app->listing.count, 0);
	app_draw(app, &fixture->screen);
	assert_true(is_on_line(fixture, 0, "filter: state listening spor "));
	assert_true(is_on_line(fixture, 22, "Filter: state listening sport_"));
	assert_true(is_on_line(fixture, 23, "column 22: the filter ends"));
	press(app, " < 100");
	assert_string_equal(buf_str(&app->message), "");
	assert_int_equal(app->listing.count, 2);
	press(app, " (\r");
	assert_int_equal(app->mode, MODE_FILTER);
	assert_int_equal(app->listing.count, 2);
	press(app, "\033");
	assert_int_equal(app->mode, MODE_TABLE);
	assert_int_equal(app->listing.count, 7);
}

static void what_a_filter_needs_is_asked_for_while_it_does(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	app_recolumn(app);
	app->wishes = 0;
	uint32_t before = app->query.needs;
	press(app, "\\rtt > 5ms\r");
	assert_int_equal(app->query.needs, before | NEED_TCP);
	assert_int_equal(app->wishes, WISH_REFRESH);
	app->wishes = 0;
	press(app, "\\ or flags A\r");
	assert_int_equal(app->query.needs, before | NEED_TCP | NEED_FLAGS);
	assert_string_equal(buf_str(&app->message), "Processes are not looked for (--no-owners): nothing is known of them");
	press(app, "a");
	assert_int_equal(app->query.needs, before);
}

/* Kinds of sockets that a filter names are asked for with it, and those that were chosen stay. */
static void a_filter_asks_for_the_kinds_that_it_names(void **state)
{
	struct fixture *fixture = *state;
	struct app *app = &fixture->app;

	press(app, "\\proto raw or src unix:/x");
	assert_int_equal(app->query.protos, PROTOS_USUAL | 1u << PROTO_RAW | PROTOS_UNIX);
	for (int i = 0; i < 40; i++)
		press(app, "\177");
	assert_int_equal(app->query.protos, PROTOS_USUAL);
	press(app, "proto tcp\r");
	assert_int_equal(app->query.protos, PROTOS_USUAL);
	assert_int_equal(app->widened, 0);
}

static void a_filter_of_the_command_line_is_named_and_undone_by_all(void **state)
{
	struct fixture *fixture = *state;
	struct app *app = &fixture->app;
	struct filter filter = FILTER_INIT;

	set_filter(&filter, "sport < 1000");
	app->query.filter = &filter;
	app_requery(app);
	assert_int_equal(app->table.count, 4); /* the others are not known any more */
	assert_int_equal(app->listing.count, 4);
	press(app, "\\22\r");
	app_draw(app, &fixture->screen);
	assert_true(is_on_line(fixture, 0, "ports  sport < 1000  filter: 22 "));
	assert_true(is_on_line(fixture, 1, "2 of 4 sockets"));
	press(app, "a");
	assert_null(app->query.filter);
	filter_fini(&filter);
}

static void what_is_typed_may_be_any_text(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "/q? ");
	app_key(app, 0xe9);
	app_key(app, 0x4e2d);
	assert_string_equal(buf_str(&app->entry), "q? \u00e9\u4e2d");
	app_key(app, INPUT_BACKSPACE);
	app_key(app, INPUT_BACKSPACE);
	assert_string_equal(buf_str(&app->entry), "q? ");
	app_key(app, 0x202e);
	app_key(app, INPUT_F1);
	app_key(app, INPUT_UP);
	assert_string_equal(buf_str(&app->entry), "q? ");
	for (int i = 0; i < 1000; i++)
		app_key(app, 'x');
	assert_in_range(app->entry.length, 100, 1000);
	assert_int_equal(app->mode, MODE_SEARCH);
	assert_int_equal(app->wishes, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, app_fixture_setup, app_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_digit_goes_to_the_first_socket_with_that_port),
		TEST(a_local_port_is_preferred_to_a_foreign_one),
		TEST(enter_stays_there),
		TEST(escape_goes_back),
		TEST(a_port_that_nobody_has_is_named),
		TEST(nobody_has_port_0),
		TEST(more_digits_than_a_port_has_are_not_taken),
		TEST(backspace_takes_digits_back_and_then_leaves),
		TEST(no_port_typed_is_no_port_missed),
		TEST(another_key_accepts_and_means_what_it_means),
		TEST(a_second_jump_begins_anew),
		TEST(a_search_goes_to_the_next_row_that_says_so),
		TEST(a_search_begins_where_it_is),
		TEST(a_search_follows_what_is_typed),
		TEST(a_search_that_finds_nothing_says_so),
		TEST(without_a_search_there_is_no_next),
		TEST(in_an_empty_table_nothing_is_found),
		TEST(a_filter_leaves_only_rows_that_match),
		TEST(a_filter_asks_for_the_kinds_that_it_names),
		TEST(a_filter_is_changed_and_not_typed_anew),
		TEST(all_undoes_the_filter),
		TEST(a_filter_that_is_not_right_says_so_and_changes_nothing),
		TEST(what_a_filter_needs_is_asked_for_while_it_does),
		TEST(a_filter_of_the_command_line_is_named_and_undone_by_all),
		TEST(what_is_typed_may_be_any_text),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
