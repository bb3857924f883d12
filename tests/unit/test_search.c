/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app_fixture.h"

/* So many that not all are looked at before the next key is; the last one in the usual order has the port 60000. */
static void add_many(struct app *app)
{
	table_begin(&app->table, 5);
	for (uint64_t i = 0; i < 20000; i++) {
		struct sock sock = make_listener(1000 + i, (uint16_t)(20000 + i));

		table_see(&app->table, &sock);
	}
	const struct sock last = make_sock(99999, STATE_ESTABLISHED, "127.0.0.1:60000", "127.0.0.1:9");
	table_see(&app->table, &last);
	table_end(&app->table);
	app_update(app);
}

static void work(struct app *app)
{
	for (int i = 0; app_is_busy(app) && i < 1000; i++)
		app_work(app);
}

static void a_long_search_lets_keys_through_and_goes_on(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	add_many(app);
	work(app);
	press(app, "/60000");
	assert_true(app_is_busy(app));
	assert_string_equal(buf_str(&app->message), "Looking for this");
	press(app, "\r");
	assert_true(app_is_busy(app));
	assert_string_equal(buf_str(&app->message), "Looking for 60000");
	work(app);
	assert_string_equal(buf_str(&app->message), "");
	assert_int_equal(app_selected(app)->sock.cookie, 99999);
}

static void another_key_ends_a_search(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	add_many(app);
	work(app);
	press(app, "/60000\r");
	assert_true(app_is_busy(app));
	size_t at = app->view.at;
	press(app, "j");
	assert_false(app_is_busy(app));
	work(app);
	assert_int_equal(app->view.at, at + 1);
}

static void a_search_goes_on_where_it_was_when_rows_come_and_go(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;
	const struct sock left[] = { make_listener(1, 22),
				     make_sock(99999, STATE_ESTABLISHED, "127.0.0.1:60000", "127.0.0.1:9") };

	add_many(app);
	work(app);
	press(app, "/60000\r");
	assert_true(app_is_busy(app));
	snapshot(app, left, ARRAY_SIZE(left));
	table_expire(&app->table, UINT64_C(1000000000000));
	app_update(app);
	work(app);
	assert_int_equal(app->listing.count, 2);
	assert_int_equal(app_selected(app)->sock.cookie, 99999);
}

static void what_is_not_there_yet_is_found_when_it_comes(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	app->rows_come = true;
	press(app, "/60000\r");
	assert_string_equal(buf_str(&app->message), "No row has 60000 yet");
	assert_false(app_is_busy(app));
	add_many(app);
	app->rows_come = false;
	work(app);
	assert_int_equal(app_selected(app)->sock.cookie, 99999);
	app->rows_come = true;
	press(app, "/nginx\r");
	work(app);
	assert_string_equal(buf_str(&app->message), "No row has nginx yet");
	app->rows_come = false;
	work(app);
	assert_string_equal(buf_str(&app->message), "No row has nginx");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, app_fixture_setup, app_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_long_search_lets_keys_through_and_goes_on),
		TEST(another_key_ends_a_search),
		TEST(a_search_goes_on_where_it_was_when_rows_come_and_go),
		TEST(what_is_not_there_yet_is_found_when_it_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
