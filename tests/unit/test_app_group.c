/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headlines among the rows: what keys and the mouse make of them. */
#include "app_fixture.h"

#include <locale.h>
#include <string.h>

#include "ui/input.h"
#include "ui/mouse.h"

/* The fixture by port: [22] 1 5 [80] 2 [800] 3 [8080] 4 [40000] 6 [50000] 7. */

/* The selected row by its cookie, a headline by its port in brackets. */
static void check_selected(const struct app *app, const char *expected)
{
	const struct group *group = app_selected_group(app);
	const struct row *row = app_selected(app);
	struct buf out = BUF_INIT;

	if (group != NULL) {
		assert_null(row);
		row = app_row(app, group->first);
		buf_printf(&out, "[%u%s]", (unsigned)row->sock.local_port, group->folded ? "+" : "");
	} else if (row != NULL) {
		buf_uint(&out, row->sock.cookie);
	}
	assert_text(&out, expected);
	buf_fini(&out);
}

static void check_message(const struct app *app, const char *expected)
{
	assert_string_equal(buf_str(&app->message), expected);
}

/* The sockets of app_fixture_setup that have one of these cookies, and a listener on 21 with cookie 8. */
static void refresh(struct app *app, const char *cookies)
{
	struct sock socks[8];
	size_t count = 0;

	for (; *cookies != '\0'; cookies++) {
		uint32_t at = table_find(&app->table, 0, (uint64_t)(*cookies - '0'));

		socks[count++] = at != MAP_NONE ? app->table.rows[at].sock : make_listener(8, 21);
	}
	snapshot(app, socks, count);
}

static void own(struct app *app, uint64_t cookie, const char *comm)
{
	struct sock *sock = &app->table.rows[table_find(&app->table, 0, cookie)].sock;
	struct owner owner = { .pid = (int32_t)(100 + cookie), .fd = 3 };
	struct owner_scan scan = { .count = 0 };
	struct map wanted = MAP_INIT;

	strncpy(owner.comm, comm, sizeof(owner.comm) - 1);
	owner_scan_add(&scan, sock->inode, &owner);
	owner_scan_sort(&scan);
	map_put(&wanted, sock->inode, 0);
	table_take_owners(&app->table, &wanted, &scan);
	owner_scan_fini(&scan);
	map_fini(&wanted);
}

static void one_key_goes_through_what_rows_are_grouped_by(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	assert_int_equal(app->groups.lines, 7);
	press(app, "v");
	check_message(app, "Grouped by port");
	assert_int_equal(app->groups.lines, 13);
	press(app, "v");
	check_message(app, "Grouped by process");
	press(app, "v");
	check_message(app, "Grouped by state");
	assert_int_equal(app->wishes, 0);
	press(app, "v");
	check_message(app, "Grouped by unit");
	press(app, "v");
	check_message(app, "Grouped by container");
	press(app, "v");
	check_message(app, "Not grouped");
	assert_int_equal(app->groups.lines, 7);
}

static void units_and_containers_are_asked_for_while_rows_are_grouped_by_them(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	assert_int_equal(app->query.needs & NEED_WHOSE, 0);
	press(app, "vvvv");
	assert_int_equal(app->query.needs & NEED_WHOSE, NEED_WHOSE);
	assert_true(app->wishes & WISH_REFRESH);
	press(app, "v");
	assert_int_equal(app->query.needs & NEED_WHOSE, NEED_WHOSE);
	press(app, "v");
	assert_int_equal(app->query.needs & NEED_WHOSE, 0);
}

static void the_selection_stays_on_its_row_when_it_is_grouped(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "jj");
	check_selected(app, "3");
	do {
		press(app, "v");
		check_selected(app, "3");
	} while (app->groups.by != GROUP_BY_NONE);
	assert_int_equal(app->view.at, 2);
}

static void rows_of_one_namespace_are_not_grouped_by_it(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "vvvvv");
	assert_int_equal(app->groups.by, GROUP_BY_CONTAINER);
	press(app, "v");
	assert_int_equal(app->groups.by, GROUP_BY_NONE);
	app->tours = true;
	press(app, "vvvvvv");
	assert_int_equal(app->groups.by, GROUP_BY_NETNS);
	press(app, "v");
	assert_int_equal(app->groups.by, GROUP_BY_NONE);
}

static void headlines_are_lines_that_are_passed_one_by_one(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "v");
	check_selected(app, "[22]");
	press(app, "jj");
	check_selected(app, "5");
	press(app, "j");
	check_selected(app, "[80]");
	press(app, "G");
	check_selected(app, "7");
	press(app, "g");
	check_selected(app, "[22]");
}

static void a_group_is_folded_by_several_keys(void **state)
{
	static const uint32_t keys[] = { 'z', INPUT_ENTER, INPUT_LEFT };
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "v");
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		app_key(app, keys[i]);
		check_selected(app, "[22+]");
		assert_int_equal(app->groups.lines, 11);
		assert_int_equal(app->pane.pane, PANE_NONE);
		app_key(app, i == 2 ? INPUT_RIGHT : keys[i]);
		check_selected(app, "[22]");
		assert_int_equal(app->groups.lines, 13);
	}
}

static void who_folds_on_a_row_is_on_its_headline_then(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "vjjz");
	check_selected(app, "[22+]");
	press(app, "j");
	check_selected(app, "[80]");
}

static void left_and_right_go_as_in_a_tree(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "vjj");
	app_key(app, INPUT_LEFT);
	check_selected(app, "[22]");
	app_key(app, INPUT_LEFT);
	app_key(app, INPUT_LEFT);
	check_selected(app, "[22+]");
	app_key(app, INPUT_RIGHT);
	check_selected(app, "[22]");
	app_key(app, INPUT_RIGHT);
	check_selected(app, "1");
	app_key(app, INPUT_RIGHT);
	check_selected(app, "1");
}

static void all_groups_are_folded_and_unfolded(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "8080\rv*");
	check_selected(app, "[8080+]");
	assert_int_equal(app->groups.lines, 6);
	press(app, "gz*"); /* one is open: all are folded */
	check_selected(app, "[22+]");
	assert_int_equal(app->groups.lines, 6);
	press(app, "*");
	assert_int_equal(app->groups.lines, 13);
}

static void where_nothing_is_grouped_nothing_is_folded(void **state)
{
	static const uint32_t keys[] = { 'z', '*', INPUT_LEFT, INPUT_RIGHT };
	struct app *app = &((struct fixture *)*state)->app;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		app_key(app, keys[i]);
		check_message(app, "Rows are not grouped; v groups them");
		assert_int_equal(app->groups.lines, 7);
	}
}

static void a_headline_stays_selected_while_groups_come_and_go(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	app->table.linger_ns = 0;
	press(app, "vjjjz");
	check_selected(app, "[80+]");
	refresh(app, "12345678");
	check_selected(app, "[80+]");
	assert_int_equal(app->view.at, 5);
	refresh(app, "234567");
	check_selected(app, "[80+]");
	refresh(app, "34567");
	check_selected(app, "[800]"); /* what came to stand there */
}

static void ungrouped_the_first_row_of_the_headline_is_selected(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "vG");
	app_key(app, INPUT_LEFT);
	check_selected(app, "[50000]");
	press(app, "vvv");
	check_selected(app, "7");
}

static void a_search_unfolds_what_it_found_once_it_is_accepted(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "v*/0:80");
	check_selected(app, "[80+]");
	press(app, "80");
	check_selected(app, "[8080+]");
	press(app, "\033");
	check_selected(app, "[22+]");
	assert_int_equal(app->groups.lines, 6);
	press(app, "/0:80\r");
	check_selected(app, "2");
	press(app, "n");
	check_selected(app, "3");
	press(app, "NN");
	check_selected(app, "4");
	assert_int_equal(app->groups.lines, 9);
}

/* It stands before its first row and behind the last one of the group above. */
static void from_a_headline_the_next_row_is_the_one_below(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "/:\rvg");
	check_selected(app, "[22]");
	press(app, "n");
	check_selected(app, "1");
	press(app, "jjN");
	check_selected(app, "5");
}

static void a_port_is_found_in_a_folded_group(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "v*8");
	check_selected(app, "[40000+]");
	press(app, "0");
	check_selected(app, "[80+]");
	press(app, "\r");
	check_selected(app, "2");
	press(app, "800j"); /* another key accepts, too */
	check_selected(app, "[8080+]");
	press(app, "k");
	check_selected(app, "3");
	press(app, "9999\r");
	check_message(app, "No socket here has port 9999");
}

static void a_headline_tags_all_its_rows(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;
	const struct row *rows = app->table.rows;

	press(app, "vj ");
	check_selected(app, "5");
	assert_true(rows[0].tagged && !rows[4].tagged);
	press(app, "g ");
	check_selected(app, "[80]");
	assert_true(rows[0].tagged && rows[4].tagged && !rows[1].tagged);
	assert_int_equal(app->groups.all[0].tagged, 2);
	press(app, "g ");
	assert_false(rows[0].tagged || rows[4].tagged);
	press(app, "gz ");
	check_selected(app, "[80]");
	assert_true(rows[0].tagged && rows[4].tagged);
	press(app, "U");
	assert_int_equal(app->groups.all[0].tagged, 0);
}

static void a_headline_means_all_its_rows_when_it_asks_whom_to_hit(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;
	struct buf question = BUF_INIT;

	own(app, 1, "server");
	own(app, 5, "worker");
	own(app, 2, "other");
	press(app, "vzK");
	assert_int_equal(app->mode, MODE_KILL);
	hit_ask(&question, app);
	assert_text(&question, "Kill 1:101/server 2:105/worker? y TERM all, f KILL all, 0-9 only that one, n no");
	press(app, "nx");
	assert_int_equal(app->mode, MODE_DESTROY);
	hit_ask(&question, app);
	assert_text(&question, "Destroy 0.0.0.0:22 127.0.0.1:22>127.0.0.1:50000? y yes, n no");
	press(app, "n8080\r gK"); /* what is tagged comes first */
	check_message(app, "No process is known that holds this socket; x destroys the socket itself");
	buf_fini(&question);
}

static void who_cannot_be_seen_is_not_called_nobody(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;
	struct map wanted = MAP_INIT;

	table_want_owners(&app->table, true, &wanted);
	table_take_owners(&app->table, &wanted, &(struct owner_scan){ .count = 0 });
	press(app, "K");
	check_message(app, "Who holds this socket cannot be seen by this user (man ports, Permissions); x destroys the socket itself");
	own(app, 1, "server");
	press(app, "K9");
	check_message(app, "There is no number 9");
	assert_int_equal(app->mode, MODE_KILL);
	map_fini(&wanted);
}

/* More sockets than a question can name, and one process. */
static void a_headline_of_many_sockets_names_all_its_processes(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;
	struct sock socks[HIT_MAX + 8];
	struct buf question = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(socks); i++)
		socks[i] = make_listener(100 + i, 21);
	snapshot(app, socks, ARRAY_SIZE(socks));
	own(app, 100 + ARRAY_SIZE(socks) - 1, "last");
	press(app, "vK");
	check_selected(app, "[21]");
	hit_ask(&question, app);
	assert_text(&question, "Kill 239/last? y TERM, f KILL, n no");
	press(app, "nx");
	hit_ask(&question, app);
	assert_non_null(strstr(question.data, " (of more)?"));
	buf_fini(&question);
}

static void a_click_selects_a_headline_and_on_its_mark_folds_it(void **state)
{
	struct fixture *fixture = *state;
	struct app *app = &fixture->app;

	press(app, "v");
	app_draw(app, &fixture->screen);
	const struct mouse beside = { .x = 10, .y = app->view.place.y + 4 }, mark = { .y = beside.y };
	mouse_act(app, &beside);
	check_selected(app, "[80]");
	mouse_act(app, &mark);
	check_selected(app, "[80+]");
	mouse_act(app, &mark);
	check_selected(app, "[80]");
	mouse_act(app, &(struct mouse){ .y = mark.y + 1 });
	check_selected(app, "2");
	assert_int_equal(app->groups.lines, 13);
	mouse_act(app, &(struct mouse){ .y = app->view.place.y + 14 }); /* below the last line */
	check_selected(app, "2");
}

static void a_headline_has_no_detail(void **state)
{
	struct fixture *fixture = *state;
	struct buf drawn = BUF_INIT;

	app_key(&fixture->app, INPUT_TAB);
	press(&fixture->app, "v");
	app_draw(&fixture->app, &fixture->screen);
	screen_format(&drawn, &fixture->screen);
	assert_non_null(strstr(drawn.data, "A headline is selected: the sockets below it have details."));
	buf_fini(&drawn);
}

static void in_an_empty_table_there_is_no_headline(void **state)
{
	struct fixture *fixture = *state;
	struct app *app = &fixture->app;

	app->table.linger_ns = 0;
	press(app, "v");
	snapshot(app, NULL, 0);
	press(app, "z*jkGg \rKxF");
	app_key(app, INPUT_ESCAPE);
	press(app, "/x\rn80\rF");
	check_message(app, "Only a socket can be followed");
	check_selected(app, "");
	app_draw(app, &fixture->screen);
	refresh(app, "8");
	check_selected(app, "[21]");
}

static void the_line_that_is_selected_is_always_drawn(void **state)
{
	static const char *const keys[] = { "v", "G", "*", "*", "g", "G", "z", "50000\r", "v", "v" };
	struct fixture *fixture = *state;
	struct table_view *view = &fixture->app.view;

	screen_resize(&fixture->screen, 80, 9);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		press(&fixture->app, keys[i]);
		app_draw(&fixture->app, &fixture->screen);
		assert_in_range(view->at, view->top, view->top + view->height - 1);
		assert_true(view->at < fixture->app.groups.lines);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, app_fixture_setup, app_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_key_goes_through_what_rows_are_grouped_by),
		TEST(units_and_containers_are_asked_for_while_rows_are_grouped_by_them),
		TEST(the_selection_stays_on_its_row_when_it_is_grouped),
		TEST(rows_of_one_namespace_are_not_grouped_by_it),
		TEST(headlines_are_lines_that_are_passed_one_by_one),
		TEST(a_group_is_folded_by_several_keys),
		TEST(who_folds_on_a_row_is_on_its_headline_then),
		TEST(left_and_right_go_as_in_a_tree),
		TEST(all_groups_are_folded_and_unfolded),
		TEST(where_nothing_is_grouped_nothing_is_folded),
		TEST(a_headline_stays_selected_while_groups_come_and_go),
		TEST(ungrouped_the_first_row_of_the_headline_is_selected),
		TEST(a_search_unfolds_what_it_found_once_it_is_accepted),
		TEST(from_a_headline_the_next_row_is_the_one_below),
		TEST(a_port_is_found_in_a_folded_group),
		TEST(a_headline_tags_all_its_rows),
		TEST(a_headline_means_all_its_rows_when_it_asks_whom_to_hit),
		TEST(who_cannot_be_seen_is_not_called_nobody),
		TEST(a_headline_of_many_sockets_names_all_its_processes),
		TEST(a_click_selects_a_headline_and_on_its_mark_folds_it),
		TEST(a_headline_has_no_detail),
		TEST(in_an_empty_table_there_is_no_headline),
		TEST(the_line_that_is_selected_is_always_drawn),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
