/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys and what becomes of them: selection, toggles, jump, help, pause.  How it looks is tests/render's. */
#include "app_fixture.h"

#include <locale.h>
#include <string.h>

#include "ui/action.h"
#include "ui/input.h"

enum { ROWS = 40 };

static void draw(struct fixture *fixture)
{
	app_draw(&fixture->app, &fixture->screen);
}

/* Listeners on the ports 10, 20, ... 400, drawn once. */
static int setup(void **state)
{
	struct sock socks[ROWS];

	for (uint16_t i = 0; i < ROWS; i++)
		socks[i] = make_listener(1 + i, (uint16_t)(10 * (i + 1)));
	app_fixture_init(state, socks, ROWS);
	struct fixture *fixture = *state;
	fixture->app.interval_ms = 1000;
	fixture->app.table.linger_ns = 0; /* what is gone goes at once */
	fixture->app.waiting = false;
	return 0;
}

/* The local port of the selected row; 0: none is. */
static unsigned selected(const struct app *app)
{
	const struct row *row = app_selected(app);

	return row != NULL ? row->sock.local_port : 0;
}

static void the_first_row_is_selected_at_first(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(selected(&fixture->app), 10);
	assert_int_equal(fixture->app.wishes, 0);
}

static void rows_are_reached_one_by_one(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "jjj");
	assert_int_equal(selected(app), 40);
	press(app, "k");
	assert_int_equal(selected(app), 30);
	app_key(app, INPUT_DOWN);
	app_key(app, INPUT_DOWN);
	app_key(app, INPUT_UP);
	assert_int_equal(selected(app), 40);
}

static void pages_overlap_by_a_row(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;
	unsigned page = (unsigned)app->view.height - 1;

	assert_in_range(page, 10, 20);
	app_key(app, INPUT_PAGE_DOWN);
	assert_int_equal(selected(app), 10 * (1 + page));
	app_key(app, INPUT_PAGE_UP);
	assert_int_equal(selected(app), 10);
	app_key(app, INPUT_CTRL('D'));
	assert_int_equal(selected(app), 10 * (1 + (page + 1) / 2));
	app_key(app, INPUT_CTRL('U'));
	assert_int_equal(selected(app), 10);
}

static void movement_ends_at_the_edges(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "k");
	app_key(app, INPUT_PAGE_UP);
	app_key(app, INPUT_CTRL('U'));
	assert_int_equal(selected(app), 10);
	press(app, "G");
	assert_int_equal(selected(app), 400);
	press(app, "j");
	app_key(app, INPUT_PAGE_DOWN);
	app_key(app, INPUT_CTRL('D'));
	assert_int_equal(selected(app), 400);
	press(app, "k");
	assert_int_equal(selected(app), 390);
	press(app, "g");
	assert_int_equal(selected(app), 10);
}

static void the_selected_row_is_always_drawn(void **state)
{
	struct fixture *fixture = *state;
	struct table_view *view = &fixture->app.view;
	static const char *const keys[] = { "G", "g", "jjjjjjjjjjjjjjjjjjjjjjjjj", "k", "400", "10" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		press(&fixture->app, keys[i]);
		draw(fixture);
		assert_true(view->at >= view->top && view->at < view->top + view->height);
	}
	press(&fixture->app, "G");
	draw(fixture);
	assert_int_equal(view->top + view->height, ROWS);
	screen_resize(&fixture->screen, 80, 8);
	draw(fixture);
	assert_true(view->at >= view->top && view->at < view->top + view->height);
}

static void in_an_empty_table_nothing_is_selected(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	snapshot(app, NULL, 0);
	assert_null(app_selected(app));
	press(app, "jkGg5");
	app_key(app, INPUT_PAGE_DOWN);
	app_key(app, INPUT_ENTER);
	assert_null(app_selected(app));
	draw(*state);
}

/* New rows come in above it: it stays at the top until a row is chosen, and then with that row. */
static void the_selection_follows_its_row(void **state)
{
	const struct sock socks[] = {
		make_listener(101, 5),
		make_listener(102, 15),
		make_listener(2, 20),
		make_listener(3, 30),
	};
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "jj");
	assert_int_equal(selected(app), 30);
	snapshot(app, socks, ARRAY_SIZE(socks));
	assert_int_equal(selected(app), 30);
	assert_int_equal(app->view.at, 3);
}

static void the_selection_follows_its_row_to_another_state(void **state)
{
	struct sock socks[] = {
		make_sock(1, STATE_ESTABLISHED, "0.0.0.0:10", "0.0.0.0:1"),
		make_listener(2, 20),
		make_listener(3, 30),
	};
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "jk"); /* at the top, where it has been before */
	press(app, "j");
	socks[1].state = STATE_TIME_WAIT;
	snapshot(app, socks, ARRAY_SIZE(socks));
	assert_int_equal(selected(app), 20);
	assert_int_equal(app->view.at, 2);
}

static void at_the_top_it_stays_at_the_top(void **state)
{
	const struct sock socks[] = { make_listener(1, 10), make_listener(2, 20), make_listener(101, 5) };
	struct app *app = &((struct fixture *)*state)->app;

	snapshot(app, socks, ARRAY_SIZE(socks));
	assert_int_equal(selected(app), 5);
	press(app, "jjg");
	snapshot(app, (struct sock[]){ socks[0], make_listener(102, 1) }, 2);
	assert_int_equal(selected(app), 1);
}

static void when_its_row_is_gone_the_neighbour_is_selected(void **state)
{
	const struct sock socks[] = { make_listener(1, 10), make_listener(2, 20), make_listener(4, 40), make_listener(5, 50) };
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "jj");
	snapshot(app, socks, 4);
	assert_int_equal(selected(app), 40);
	snapshot(app, socks, 2);
	assert_int_equal(selected(app), 20);
	snapshot(app, (struct sock[]){ socks[0], make_listener(9, 15), socks[1] }, 3);
	assert_int_equal(selected(app), 20);
}

static void protocols_go_off_and_on_but_never_both(void **state)
{
	static const struct {
		const char *keys;
		uint32_t protos;
	} cases[] = {
		{ "t", 1u << PROTO_UDP },
		{ "t", 3 },
		{ "u", 1u << PROTO_TCP },
		{ "t", 3 },
		{ "ut", 3 },
		{ "tu", 3 },
		{ "tt", 3 },
	};
	struct app *app = &((struct fixture *)*state)->app;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		app->wishes = 0;
		press(app, cases[i].keys);
		assert_int_equal(app->query.protos, cases[i].protos);
		assert_int_equal(app->wishes, WISH_REFRESH);
	}
}

static void families_go_off_and_on_but_never_both(void **state)
{
	static const struct {
		const char *keys;
		uint32_t families;
	} cases[] = {
		{ "f", 1u << FAMILY_INET6 },
		{ "f", 3 },
		{ "s", 1u << FAMILY_INET },
		{ "f", 3 },
		{ "sff", 1u << FAMILY_INET6 },
	};
	struct app *app = &((struct fixture *)*state)->app;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		app->wishes = 0;
		press(app, cases[i].keys);
		assert_int_equal(app->query.families, cases[i].families);
		assert_int_equal(app->wishes, WISH_REFRESH);
	}
}

/* The first line of the screen, without the clock. */
static void check_title(struct fixture *fixture, const char *expected)
{
	struct buf drawn = BUF_INIT;

	screen_resize(&fixture->screen, 120, 24);
	draw(fixture);
	screen_format(&drawn, &fixture->screen);
	*strstr(drawn.data, "   ") = '\0';
	assert_string_equal(drawn.data, expected);
	buf_fini(&drawn);
}

static void whatever_restricts_or_groups_is_in_the_title(void **state)
{
	static const struct {
		const char *keys, *title;
	} cases[] = {
		{ "", "ports  TCP and UDP" },
		{ "t", "ports  -u" },
		{ "tu", "ports  -t" },
		{ "f", "ports  -t -6" },
		{ "fs", "ports  -t -4" },
		{ "l", "ports  -t -4 -l" },
		{ "\\80", "ports  -t -4 -l  filter: 80" },
		{ " x\r", "ports  -t -4 -l  filter: 80 x" },
		{ "v", "ports  -t -4 -l  filter: 80 x  group: port" },
		{ "va", "ports  TCP and UDP  group: process" },
		{ "v", "ports  TCP and UDP  group: state" },
		{ "v", "ports  TCP and UDP  group: unit" },
		{ "v", "ports  TCP and UDP  group: container" },
		{ "v", "ports  TCP and UDP" },
		{ "X", "ports  -A unix,tcp,udp" },
		{ "tu", "ports  -x" },
		{ "X", "ports  TCP and UDP" },
		{ "A", "ports  -A all" },
		{ "X", "ports  -A inet,packet,vsock,netlink,xdp,tipc" },
		{ "a", "ports  TCP and UDP" },
		{ "\\proto raw\r", "ports  -A tcp,udp,raw  filter: proto raw" },
		{ "a", "ports  TCP and UDP" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		press(&fixture->app, cases[i].keys);
		check_title(fixture, cases[i].title);
	}
	portset_add(&fixture->app.query.ports, 80, 90);
	check_title(fixture, "ports  -p 80-90");
}

static void only_listeners_or_all(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	snapshot(app, (struct sock[]){ make_listener(1, 10), make_sock(2, STATE_ESTABLISHED, "1.1.1.1:1", "1.1.1.1:2") }, 2);
	assert_int_equal(app->listing.count, 2);
	press(app, "l");
	assert_int_equal(app->query.states, STATES_LISTENING);
	assert_int_equal(app->listing.count, 1);
	assert_int_equal(app->table.count, 1);
	assert_int_equal(app->wishes, WISH_REFRESH);
	press(app, "l");
	assert_int_equal(app->query.states, STATES_ALL);
}

static void all_undoes_every_restriction(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "ltu");
	app->query.families = 1u << FAMILY_INET6;
	portset_add(&app->query.ports, 10, 10);
	app->wishes = 0;
	press(app, "a");
	assert_int_equal(app->query.protos, 3);
	assert_int_equal(app->query.families, 3);
	assert_int_equal(app->query.states, STATES_ALL);
	assert_int_equal(app->query.ports.count, 0);
	assert_int_equal(app->wishes, WISH_REFRESH);
}

static void flags_are_asked_for_again_only_where_they_are_shown(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;
	struct map wanted = MAP_INIT;

	app_recolumn(app);
	app_want_flags(app, false, &wanted);
	assert_int_equal(wanted.count, app->table.count);
	table_take_owners(&app->table, &wanted, &(struct owner_scan){ .count = 0 });
	map_clear(&wanted);
	app_want_flags(app, false, &wanted);
	assert_int_equal(wanted.count, 0);
	app->view.top = 1;
	app->view.height = 2;
	app_want_flags(app, true, &wanted);
	assert_int_equal(wanted.count, 2);
	assert_int_equal(map_get(&wanted, 1002), WANT_FLAGS);
	assert_int_equal(map_get(&wanted, 1003), WANT_FLAGS);
	map_clear(&wanted);
	press(app, "v"); /* now there is a headline above each row */
	app->view.top = 1;
	app->view.height = 3;
	app_want_flags(app, true, &wanted);
	assert_int_equal(wanted.count, 2);
	assert_int_equal(map_get(&wanted, 1001), WANT_FLAGS);
	assert_int_equal(map_get(&wanted, 1002), WANT_FLAGS);
	map_fini(&wanted);
}

static void without_the_column_only_the_row_in_the_detail_pane_is_asked(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;
	struct map wanted = MAP_INIT;

	app->query.needs = 0;
	app_want_flags(app, true, &wanted);
	assert_int_equal(wanted.count, 0);
	press(app, "j\r");
	app_want_flags(app, false, &wanted);
	assert_int_equal(wanted.count, 1);
	assert_int_equal(map_get(&wanted, 1002), WANT_FLAGS);
	map_fini(&wanted);
}

static void extended_columns_go_on_and_off(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "e");
	assert_true(app->extended);
	press(app, "e");
	assert_false(app->extended);
}

/* What is wider because of names need not stay so when they go. */
static void names_go_on_and_off(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "r");
	assert_true(app->names.resolve);
	app->view.liked[COLUMN_LOCAL] = 70;
	press(app, "r");
	assert_false(app->names.resolve);
	assert_int_equal(app->view.liked[COLUMN_LOCAL], 0);
	assert_int_equal(app->wishes, 0);
}

static void pause_stops_and_going_on_asks_the_kernel(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	press(app, "p");
	assert_true(app->paused);
	assert_int_equal(app->wishes, 0);
	press(app, "jj");
	assert_true(app->paused);
	press(app, "Z");
	assert_false(app->paused);
	assert_int_equal(app->wishes, WISH_REFRESH);
}

static void the_interval_goes_through_steps(void **state)
{
	static const struct {
		uint32_t from;
		char key;
		uint32_t to;
		const char *message;
	} cases[] = {
		{ 1000, '+', 2000, "Every 2.0 s" },
		{ 1000, '=', 2000, "Every 2.0 s" },
		{ 1000, '-', 500, "Every 0.5 s" },
		{ 300, '+', 500, "Every 0.5 s" },
		{ 300, '-', 200, "Every 0.2 s" },
		{ 100, '-', 100, "Every 0.1 s" },
		{ 60000, '+', 60000, "Every 60.0 s" },
		{ 3600000, '+', 3600000, "Every 3600.0 s" },
		{ 3600000, '-', 60000, "Every 60.0 s" },
	};
	struct app *app = &((struct fixture *)*state)->app;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		app->interval_ms = cases[i].from;
		app_key(app, (uint32_t)cases[i].key);
		assert_int_equal(app->interval_ms, cases[i].to);
		assert_string_equal(buf_str(&app->message), cases[i].message);
	}
	press(app, "j");
	assert_string_equal(buf_str(&app->message), "");
}

static void some_keys_are_wishes_of_the_loop(void **state)
{
	static const struct {
		uint32_t key;
		unsigned wish;
	} cases[] = {
		{ 'q', WISH_QUIT },
		{ INPUT_CTRL('C'), WISH_QUIT },
		{ INPUT_F1 + 9, WISH_QUIT },
		{ INPUT_CTRL('Z'), WISH_SUSPEND },
		{ INPUT_CTRL('L'), WISH_REDRAW },
		{ 'y', 0 },
		{ INPUT_ESCAPE, 0 },
		{ INPUT_NONE, 0 },
	};
	struct app *app = &((struct fixture *)*state)->app;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		app->wishes = 0;
		app_key(app, cases[i].key);
		assert_int_equal(app->wishes, cases[i].wish);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, app_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_row_is_selected_at_first),
		TEST(rows_are_reached_one_by_one),
		TEST(pages_overlap_by_a_row),
		TEST(movement_ends_at_the_edges),
		TEST(the_selected_row_is_always_drawn),
		TEST(in_an_empty_table_nothing_is_selected),
		TEST(the_selection_follows_its_row),
		TEST(the_selection_follows_its_row_to_another_state),
		TEST(at_the_top_it_stays_at_the_top),
		TEST(when_its_row_is_gone_the_neighbour_is_selected),
		TEST(protocols_go_off_and_on_but_never_both),
		TEST(families_go_off_and_on_but_never_both),
		TEST(whatever_restricts_or_groups_is_in_the_title),
		TEST(only_listeners_or_all),
		TEST(all_undoes_every_restriction),
		TEST(flags_are_asked_for_again_only_where_they_are_shown),
		TEST(without_the_column_only_the_row_in_the_detail_pane_is_asked),
		TEST(extended_columns_go_on_and_off),
		TEST(names_go_on_and_off),
		TEST(pause_stops_and_going_on_asks_the_kernel),
		TEST(the_interval_goes_through_steps),
		TEST(some_keys_are_wishes_of_the_loop),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
