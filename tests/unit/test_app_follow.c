/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The row that is followed: what keeps the selection on it, and what ends that. */
#include "app_fixture.h"

#include <locale.h>
#include <string.h>

/* The selected row by its cookie; 0: a headline is, or nothing. */
static void check_selected(const struct app *app, uint64_t cookie)
{
	const struct row *row = app_selected(app);

	assert_int_equal(row != NULL ? row->sock.cookie : 0, cookie);
}

static void check_message(const struct app *app, const char *expected)
{
	assert_string_equal(buf_str(&app->message), expected);
}

/* The next snapshot has only those of the fixture's sockets. */
static void refresh(struct app *app, const char *cookies)
{
	struct sock socks[7];
	size_t count = 0;

	for (; *cookies != '\0'; cookies++)
		socks[count++] = app->table.rows[table_find(&app->table, 0, (uint64_t)(*cookies - '0'))].sock;
	snapshot(app, socks, count);
}

static void a_followed_row_keeps_the_selection(void **state)
{
	static const char *const keys[] = { "I", ">", "<", "v", "v", "v", "v", "\\22\r", "e", "I", "l", "l" };
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "F"); /* the first row, which is not held without that */
	check_message(app, "Followed until the selection is moved");
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		press(app, keys[i]);
		check_selected(app, 1);
		assert_true(app->follow.on);
	}
	refresh(app, "123");
	check_selected(app, 1);
}

static void what_the_filter_hides_is_selected_again_when_it_is_seen(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "jjF\\22\r");
	check_selected(app, 1);
	assert_true(app->follow.on);
	press(app, "a");
	check_selected(app, 3);
}

/* Its group may have been folded before it came into it. */
static void a_followed_row_is_not_folded_away_by_a_change_of_state(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "vvv*/:50000\r");
	check_selected(app, 5);
	press(app, "Fv");
	app->groups.by = GROUP_BY_STATE;
	app_relist(app);
	check_selected(app, 5);
	struct sock sock = app_selected(app)->sock;
	sock.state = STATE_TIME_WAIT;
	snapshot(app, &sock, 1);
	check_selected(app, 5);
	assert_true(app->follow.on);
}

static void moving_and_folding_end_it(void **state)
{
	static const char *const keys[] = { "j", "k", "G", "80\r", "/estab\r", " " };
	struct app *app = &((struct fixture *)*state)->app;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		press(app, "gjjF");
		assert_true(app->follow.on);
		press(app, keys[i]);
		assert_false(app->follow.on);
	}
	press(app, "gFk"); /* it cannot move */
	assert_true(app->follow.on);
	press(app, "F");
	assert_false(app->follow.on);
	check_message(app, "No longer followed");
	press(app, "vjjFz");
	assert_false(app->follow.on);
	check_selected(app, 0);
	press(app, "F");
	check_message(app, "Only a socket can be followed");
}

/* A group that is unfolded may bring another row to the very line that the followed one had. */
static void going_to_another_row_in_the_same_place_ends_it(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "/:50000\rvzjj");
	check_selected(app, 2);
	size_t line = app->view.at;
	press(app, "FN");
	check_selected(app, 5);
	assert_int_equal(app->view.at, line);
	assert_false(app->follow.on);
}

static void what_became_of_it_is_told(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "50000\rF");
	check_selected(app, 7);
	app->table.now_ns += UINT64_C(12000000000);
	refresh(app, "123456");
	assert_false(app->follow.on);
	check_message(app, "tcp 127.0.0.1:50000>127.0.0.1:22 is gone after 12 s; it was in ESTABLISHED");
	check_selected(app, 7); /* as long as it is shown */
	press(app, "F");
	check_message(app, "This socket is gone");
}

static void it_is_told_of_one_that_is_not_even_shown_as_gone(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	app->table.linger_ns = 0;
	press(app, "jF");
	refresh(app, "34");
	check_message(app, "tcp 0.0.0.0:80 is gone after 0 s; it was in LISTEN");
}

static void what_is_asked_for_no_more_is_not_called_gone(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "GFl");
	assert_false(app->follow.on);
	check_message(app, "tcp 127.0.0.1:50000>127.0.0.1:22 is left out now, and no longer followed");
}

static void the_followed_row_has_a_mark_and_is_in_the_title(void **state)
{
	struct fixture *fixture = *state;
	struct buf drawn = BUF_INIT;

	press(&fixture->app, "jF");
	app_draw(&fixture->app, &fixture->screen);
	screen_format(&drawn, &fixture->screen);
	assert_non_null(strstr(drawn.data, "  following tcp 0.0.0.0:80  "));
	assert_non_null(strstr(drawn.data, "\n@tcp"));
	buf_fini(&drawn);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, app_fixture_setup, app_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_followed_row_keeps_the_selection),
		TEST(what_the_filter_hides_is_selected_again_when_it_is_seen),
		TEST(a_followed_row_is_not_folded_away_by_a_change_of_state),
		TEST(moving_and_folding_end_it),
		TEST(going_to_another_row_in_the_same_place_ends_it),
		TEST(what_became_of_it_is_told),
		TEST(it_is_told_of_one_that_is_not_even_shown_as_gone),
		TEST(what_is_asked_for_no_more_is_not_called_gone),
		TEST(the_followed_row_has_a_mark_and_is_in_the_title),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
