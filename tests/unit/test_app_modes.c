/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The help, the order of rows, and the pane below the table: what keys make of them. */
#include "app_fixture.h"

#include <locale.h>
#include <string.h>

#include "ui/input.h"

static void help_opens_and_closes(void **state)
{
	static const uint32_t leave[] = { 'q', INPUT_ESCAPE, INPUT_F1, '?' };
	struct app *app = &((struct fixture *)*state)->app;

	for (size_t i = 0; i < ARRAY_SIZE(leave); i++) {
		press(app, "j?");
		assert_int_equal(app->mode, MODE_HELP);
		app_key(app, leave[i]);
		assert_int_equal(app->mode, MODE_TABLE);
		assert_int_equal(app->view.at, i + 1);
		assert_int_equal(app->wishes, 0);
	}
	press(app, "?");
	app_key(app, INPUT_CTRL('C'));
	assert_int_equal(app->wishes, WISH_QUIT);
}

/* Draws, and returns which line of the help is the first one there. */
static size_t help_top(struct fixture *fixture)
{
	app_draw(&fixture->app, &fixture->screen);
	return fixture->app.help_top;
}

static void help_scrolls_within_its_text(void **state)
{
	struct fixture *fixture = *state;
	struct app *app = &fixture->app;

	press(app, "?kk");
	assert_int_equal(help_top(fixture), 0);
	press(app, "jjj");
	assert_int_equal(help_top(fixture), 3);
	press(app, "k");
	assert_int_equal(help_top(fixture), 2);
	for (int i = 0; i < 100; i++)
		app_key(app, INPUT_PAGE_DOWN);
	size_t last = help_top(fixture);
	assert_in_range(last, 3, 400);
	press(app, "j");
	assert_int_equal(help_top(fixture), last);
	press(app, "k");
	assert_int_equal(help_top(fixture), last - 1);
	for (int i = 0; i < 100; i++)
		app_key(app, INPUT_PAGE_UP);
	assert_int_equal(help_top(fixture), 0);
}

static void a_higher_screen_shows_more_of_the_help(void **state)
{
	struct fixture *fixture = *state;

	press(&fixture->app, "?");
	for (int i = 0; i < 100; i++)
		app_key(&fixture->app, INPUT_PAGE_DOWN);
	size_t last = help_top(fixture);
	screen_resize(&fixture->screen, 80, 30);
	assert_int_equal(help_top(fixture), last - 6);
	screen_resize(&fixture->screen, 80, 500);
	assert_int_equal(help_top(fixture), 0);
}

static void help_opens_at_its_beginning(void **state)
{
	struct fixture *fixture = *state;

	press(&fixture->app, "?jjjq?");
	assert_int_equal(help_top(fixture), 0);
}

/* The cookies of the rows in their order. */
static void check_order(const struct app *app, const char *expected)
{
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < app->listing.count; i++)
		buf_uint(&out, app->table.rows[app->listing.rows[i]].sock.cookie);
	assert_text(&out, expected);
	buf_fini(&out);
}

static void rows_are_sorted_by_one_column_after_the_other(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	check_order(app, "1234567");
	press(app, "<");
	assert_ptr_equal(app->listing.sort, &columns[COLUMN_OWNERS]);
	assert_string_equal(buf_str(&app->message), "Sorted by PID/Program");
	press(app, ">");
	assert_null(app->listing.sort);
	assert_string_equal(buf_str(&app->message), "Sorted by state and port");
	press(app, ">");
	assert_ptr_equal(app->listing.sort, &columns[COLUMN_PROTO]);
	press(app, ">>>>");
	assert_ptr_equal(app->listing.sort, &columns[COLUMN_FOREIGN]);
	check_order(app, "1234675");
}

static void every_column_that_is_shown_has_its_turn(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	for (unsigned round = 0; round < 2; round++) {
		for (size_t i = 0; i < app->columns.count; i++) {
			press(app, ">");
			assert_ptr_equal(app->listing.sort, app->columns.all[i]);
		}
		press(app, ">");
		assert_null(app->listing.sort);
		press(app, "e"); /* and once more with the extended ones */
	}
}

static void columns_are_chosen_and_one_always_stays(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	app_key(app, INPUT_F1 + 1);
	assert_int_equal(app->mode, MODE_COLUMNS);
	while (app->columns.count > 1)
		press(app, "x");
	press(app, "xx");
	assert_int_equal(app->columns.count, 1);
	press(app, "<>"); /* there is no place to go */
	assert_ptr_equal(app->columns.all[0], &columns[COLUMN_OWNERS]);
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		press(app, "j"); /* to the end, and no further */
	assert_int_equal(app->chooser_at, COLUMN_COUNT - 1);
	press(app, "x");
	assert_int_equal(app->columns.count, 2);
	press(app, "q");
	assert_int_equal(app->mode, MODE_TABLE);
}

static void a_column_is_asked_for_only_while_it_is_shown(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;
	size_t rtt = app->columns.count + (COLUMN_RTT - COLUMN_INODE); /* behind the shown ones the others stand in order */

	app_key(app, INPUT_F1 + 1);
	for (size_t i = 0; i < rtt; i++)
		press(app, "j");
	press(app, "x");
	assert_ptr_equal(app->columns.all[app->columns.count - 1], &columns[COLUMN_RTT]);
	assert_int_equal(app->query.needs, NEED_TCP | NEED_FLAGS);
	assert_true(app->wishes & WISH_REFRESH);
	while (app->chooser_at >= app->columns.count)
		press(app, "k");
	press(app, "x");
	assert_int_equal(app->query.needs, NEED_FLAGS);
}

static void what_was_chosen_stays_when_inode_and_cookie_come_and_go(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;
	size_t usual = app->columns.count;

	app_key(app, INPUT_F1 + 1);
	press(app, "jxqe"); /* without Recv-Q */
	assert_int_equal(app->columns.count, usual + 1);
	assert_true(column_list_has(&app->columns, &columns[COLUMN_COOKIE]));
		while (app->listing.sort != &columns[COLUMN_INODE])
		press(app, ">");
	press(app, "e");
	assert_int_equal(app->columns.count, usual - 1);
	assert_false(column_list_has(&app->columns, &columns[COLUMN_RECV_QUEUE]));
	assert_false(column_list_has(&app->columns, &columns[COLUMN_INODE]));
	assert_null(app->listing.sort);
}

static void who_sorted_by_a_column_that_goes_has_the_usual_order(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, ">");
	assert_ptr_equal(app->listing.sort, &columns[COLUMN_PROTO]);
	app_key(app, INPUT_F1 + 1);
	press(app, "x");
	assert_null(app->listing.sort);
}

static void the_order_may_be_inverted(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "jI");
	check_order(app, "7654321");
	assert_int_equal(app_selected(app)->sock.cookie, 2);
	press(app, "I");
	check_order(app, "1234567");
}

static void tab_opens_the_pane_and_escape_backs_out(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	app_key(app, INPUT_TAB);
	assert_int_equal(app->pane.pane, PANE_NONE + 1);
	assert_false(app->pane.focused);
	press(app, "o");
	assert_true(app->pane.focused);
	app_key(app, INPUT_ESCAPE);
	assert_false(app->pane.focused);
	assert_int_equal(app->pane.pane, PANE_NONE + 1);
	app_key(app, INPUT_ESCAPE);
	assert_int_equal(app->pane.pane, PANE_NONE);
}

static void after_the_last_pane_comes_none(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "o");
	assert_true(app->pane.focused);
	for (int i = PANE_NONE + 1; i < PANE_PLAY; i++) { /* there is nothing to play with here */
		assert_int_equal(app->pane.pane, i);
		app_key(app, INPUT_TAB);
	}
	assert_int_equal(app->pane.pane, PANE_NONE);
	assert_false(app->pane.focused);
}

static void open_history(struct app *app)
{
	while (app->pane.pane != PANE_HISTORY)
		app_key(app, INPUT_TAB);
}

static void keys_that_move_move_what_has_the_focus(void **state)
{
	struct fixture *fixture = *state;
	struct app *app = &fixture->app;

	for (uint64_t i = 0; i < 90; i++)
		app_lost_events(app);
	open_history(app);
	app_draw(app, &fixture->screen);
	press(app, "j");
	assert_int_equal(app->view.at, 1);
	assert_int_equal(app->pane.top, 0);
	press(app, "ojjj");
	assert_int_equal(app->view.at, 1);
	assert_int_equal(app->pane.top, 3);
	press(app, "k");
	assert_int_equal(app->pane.top, 2);
	press(app, "G");
	app_draw(app, &fixture->screen);
	assert_int_equal(app->pane.top, 90 - app->pane.height);
	press(app, "g");
	assert_int_equal(app->pane.top, 0);
}

/* Who has scrolled away from the latest entries goes on reading the same ones. */
static void what_is_read_in_the_history_stays(void **state)
{
	struct fixture *fixture = *state;
	struct app *app = &fixture->app;

	for (uint64_t i = 0; i < 50; i++)
		app_lost_events(app);
	open_history(app);
	press(app, "ojj");
	app_draw(app, &fixture->screen);
	assert_int_equal(app->pane.top, 2);
	app_lost_events(app);
	app_draw(app, &fixture->screen);
	assert_int_equal(app->pane.top, 3);
	press(app, "g");
	app_lost_events(app);
	app_draw(app, &fixture->screen);
	assert_int_equal(app->pane.top, 0);
}

static bool is_drawn(struct fixture *fixture, const char *text)
{
	struct buf drawn = BUF_INIT;

	app_draw(&fixture->app, &fixture->screen);
	screen_format(&drawn, &fixture->screen);
	bool is = strstr(drawn.data, text) != NULL;
	buf_fini(&drawn);
	return is;
}

static void the_filter_is_the_history_s_too(void **state)
{
	struct fixture *fixture = *state;
	struct app *app = &fixture->app;
	const struct sock http = make_sock(98, STATE_CLOSE, "127.0.0.1:8081", "127.0.0.1:1"),
			  ssh = make_sock(99, STATE_CLOSE, "127.0.0.1:23", "127.0.0.1:2");

	app_destroyed(app, &http);
	app_destroyed(app, &ssh);
	open_history(app);
	assert_true(is_drawn(fixture, "127.0.0.1:8081") && is_drawn(fixture, "127.0.0.1:23"));
	press(app, "\\8081");
	assert_true(is_drawn(fixture, "127.0.0.1:8081") && !is_drawn(fixture, "127.0.0.1:23"));
	press(app, " 5");
	assert_true(is_drawn(fixture, "Nothing that matches has happened yet."));
	press(app, "\033");
	assert_true(is_drawn(fixture, "127.0.0.1:8081") && is_drawn(fixture, "127.0.0.1:23"));
}

static void names_that_come_are_found_in_the_history(void **state)
{
	struct fixture *fixture = *state;
	struct app *app = &fixture->app;
	const struct sock sock = make_sock(98, STATE_CLOSE, "127.0.0.1:8081", "127.0.0.1:1");

	app->names.resolve = true;
	app_destroyed(app, &sock);
	open_history(app);
	press(app, "\\tproxy\r");
	assert_false(is_drawn(fixture, "+-closed"));
	name_learn(&app->names.of[NAME_SERVICE], name_service(PROTO_TCP, 8081), "tproxy", true, 0);
	app_take_names(app);
	assert_true(is_drawn(fixture, "+-closed"));
	press(app, "r");
	assert_false(is_drawn(fixture, "+-closed"));
}

/* What is not shown pushes nothing away. */
static void what_is_read_stays_while_others_are_left_out(void **state)
{
	struct fixture *fixture = *state;
	struct app *app = &fixture->app;
	struct sock sock = make_listener(99, 22);

	press(app, "\\99\r");
	for (uint64_t i = 0; i < 50; i++)
		app_lost_events(app);
	open_history(app);
	press(app, "ojj");
	app_draw(app, &fixture->screen);
	app_destroyed(app, &sock);
	app_draw(app, &fixture->screen);
	assert_int_equal(app->pane.top, 2);
	press(app, "a");
	app_draw(app, &fixture->screen);
	assert_int_equal(app->pane.top, 0);
}

static void a_pane_that_has_no_room_says_so(void **state)
{
	struct fixture *fixture = *state;
	struct app *app = &fixture->app;

	screen_resize(&fixture->screen, 80, 8);
	app_draw(app, &fixture->screen);
	press(app, "\t");
	assert_true(is_drawn(fixture, "-- Detail"));
	assert_int_equal(app->message.length, 0);
	press(app, "\033");
	screen_resize(&fixture->screen, 80, 7);
	app_draw(app, &fixture->screen);
	press(app, "\t");
	assert_true(is_drawn(fixture, "The screen is too low for a pane"));
	assert_false(is_drawn(fixture, "-- Detail"));
}

static void closings_and_losses_are_counted_in_the_title_of_the_history(void **state)
{
	struct fixture *fixture = *state;
	struct app *app = &fixture->app;
	const struct sock sock = make_listener(99, 22);

	open_history(app);
	assert_true(is_drawn(fixture, " 0 closings, events are not heard --\n"));
	app->hears_closings = true;
	app_destroyed(app, &sock);
	assert_true(is_drawn(fixture, " 1 closing, events lost 0 times --\n"));
	app_lost_events(app);
	app_destroyed(app, &sock);
	assert_true(is_drawn(fixture, " 2 closings, events lost 1 time --\n"));
	screen_resize(&fixture->screen, 40, 24);
	assert_false(is_drawn(fixture, "closings,")); /* no room */
}

static void a_closing_that_no_snapshot_saw_is_in_the_history(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;
	const struct sock seen = make_listener(1, 22), unseen = make_listener(99, 22), others = make_listener(98, 23);

	portset_add(&app->query.ports, 22, 22);
	app_destroyed(app, &unseen);
	assert_int_equal(app->history.count, 1);
	assert_true(history_at(&app->history, 0)->unseen);
	app_destroyed(app, &others);
	assert_int_equal(app->history.count, 1);
	app_destroyed(app, &seen);
	assert_int_equal(app->history.count, 2);
	assert_false(history_at(&app->history, 0)->unseen);

	/* Nobody looked at connections: it may have been there for long. */
	app->query.states = STATES_LISTENING;
	app_destroyed(app, &unseen);
	assert_int_equal(app->history.count, 3);
	assert_false(history_at(&app->history, 0)->unseen);
}

static void data_comes_in_every_mode(void **state)
{
	static const char *const modes[] = { "", "8", "\r/x", "\r\\x", "\033?" };
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		const struct sock sock = make_listener(100 + i, (uint16_t)(40000 + i));

		press(&fixture->app, modes[i]);
		table_begin(&fixture->app.table, 2 + i);
		table_see(&fixture->app.table, &sock);
		table_end(&fixture->app.table);
		app_relist(&fixture->app);
		app_draw(&fixture->app, &fixture->screen);
		assert_int_equal(fixture->app.table.count, 8 + i);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, app_fixture_setup, app_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(help_opens_and_closes),
		TEST(help_scrolls_within_its_text),
		TEST(a_higher_screen_shows_more_of_the_help),
		TEST(help_opens_at_its_beginning),
		TEST(rows_are_sorted_by_one_column_after_the_other),
		TEST(every_column_that_is_shown_has_its_turn),
		TEST(columns_are_chosen_and_one_always_stays),
		TEST(a_column_is_asked_for_only_while_it_is_shown),
		TEST(what_was_chosen_stays_when_inode_and_cookie_come_and_go),
		TEST(who_sorted_by_a_column_that_goes_has_the_usual_order),
		TEST(the_order_may_be_inverted),
		TEST(tab_opens_the_pane_and_escape_backs_out),
		TEST(after_the_last_pane_comes_none),
		TEST(keys_that_move_move_what_has_the_focus),
		TEST(what_is_read_in_the_history_stays),
		TEST(the_filter_is_the_history_s_too),
		TEST(names_that_come_are_found_in_the_history),
		TEST(what_is_read_stays_while_others_are_left_out),
		TEST(a_pane_that_has_no_room_says_so),
		TEST(closings_and_losses_are_counted_in_the_title_of_the_history),
		TEST(a_closing_that_no_snapshot_saw_is_in_the_history),
		TEST(data_comes_in_every_mode),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
