/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names that come, and become others: rows that have not changed are put in order and filtered by them. */
#include "app_fixture.h"

#include "model/column.h"

static void names_of_units_that_come_put_rows_in_order(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;
	static const char *const paths[] = { "/b.service", "/a.service" };

	app->listing.sort = &columns[COLUMN_UNIT];
	for (uint64_t i = 0; i < ARRAY_SIZE(paths); i++)
		table_see_cgroup(&app->table, &app->table.rows[table_find(&app->table, 0, 1 + i)], 71 + i);
	app_relist(app);
	assert_int_equal(app_row(app, 0)->sock.cookie, 1);
	for (uint64_t i = 0; i < ARRAY_SIZE(paths); i++)
		name_learn(&app->names.of[NAME_CGROUP], name_number(71 + i), paths[i], true, 0);
	app_take_names(app);
	assert_int_equal(app_row(app, 0)->sock.cookie, 2);
	assert_int_equal(app_row(app, 1)->sock.cookie, 1);
}

static void what_has_another_name_now_is_filtered_by_that(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;
	struct name_cache *devices = &app->names.of[NAME_DEVICE];
	struct sock sock = make_listener(99, 22);

	sock.ifindex = 3;
	snapshot(app, &sock, 1);
	press(app, "\\dev eth1\r");
	assert_int_equal(app->listing.count, 0);
	name_learn(devices, name_device(0, 3), "eth0", true, 0);
	assert_true(app_take_names(app));
	assert_int_equal(app->listing.count, 0);
	name_learn(devices, name_device(0, 3), "eth1", true, 0);
	assert_true(app_take_names(app));
	assert_int_equal(app->listing.count, 1);
	name_learn(devices, name_device(0, 3), "eth1", true, 0);
	assert_false(app_take_names(app));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, app_fixture_setup, app_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_of_units_that_come_put_rows_in_order),
		TEST(what_has_another_name_now_is_filtered_by_that),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
