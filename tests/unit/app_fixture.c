/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app_fixture.h"

#include <string.h>

#define STEP_NS UINT64_C(1000000)

int app_fixture_init(void **state, const struct sock *socks, size_t count)
{
	static struct fixture fixture;
	struct query query;

	memset(&fixture, 0, sizeof(fixture));
	query_init(&query);
	app_init(&fixture.app, &query, 100);
	table_begin(&fixture.app.table, 1);
	for (size_t i = 0; i < count; i++)
		table_see(&fixture.app.table, &socks[i]);
	table_end(&fixture.app.table);
	app_relist(&fixture.app);
	screen_resize(&fixture.screen, 80, 24);
	app_draw(&fixture.app, &fixture.screen);
	*state = &fixture;
	return 0;
}

int app_fixture_setup(void **state)
{
	const struct sock socks[] = {
		make_listener(1, 22),
		make_listener(2, 80),
		make_listener(3, 800),
		make_listener(4, 8080),
		make_sock(5, STATE_ESTABLISHED, "127.0.0.1:22", "127.0.0.1:50000"),
		make_sock(6, STATE_ESTABLISHED, "127.0.0.1:40000", "127.0.0.1:8"),
		make_sock(7, STATE_ESTABLISHED, "127.0.0.1:50000", "127.0.0.1:22"),
	};

	return app_fixture_init(state, socks, ARRAY_SIZE(socks));
}

int app_fixture_teardown(void **state)
{
	struct fixture *fixture = *state;

	app_fini(&fixture->app);
	screen_fini(&fixture->screen);
	return 0;
}

void snapshot(struct app *app, const struct sock *socks, size_t count)
{
	table_begin(&app->table, app->table.now_ns + STEP_NS);
	for (size_t i = 0; i < count; i++)
		table_see(&app->table, &socks[i]);
	for (unsigned proto = 0; proto < PROTO_COUNT; proto++) {
		for (unsigned family = 0; family < FAMILY_COUNT; family++)
			table_end_class(&app->table, proto, family);
	}
	table_end(&app->table);
	app_relist(app);
}

void press(struct app *app, const char *keys)
{
	for (; *keys != '\0'; keys++)
		app_key(app, (uint32_t)*keys);
}
