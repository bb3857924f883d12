/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/acts.h"

#include <signal.h>

#include "ui/table_view.h"

void act_save_view(struct app *app, uint32_t key)
{
	(void)key;
	app->wishes |= WISH_SAVE_VIEW;
}

void act_save_history(struct app *app, uint32_t key)
{
	(void)key;
	app->wishes |= WISH_SAVE_HISTORY;
}

void act_tag(struct app *app, uint32_t key)
{
	struct row *row = app->view.at < app->listing.count ? &app->table.rows[app->listing.rows[app->view.at]] : NULL;

	(void)key;
	if (row == NULL)
		return;
	row->tagged = !row->tagged;
	table_view_select(app, app->view.at + 1);
}

void act_untag(struct app *app, uint32_t key)
{
	(void)key;
	for (size_t i = 0; i < app->table.count; i++)
		app->table.rows[i].tagged = false;
}

void act_ask_kill(struct app *app, uint32_t key)
{
	(void)key;
	if (hit_collect_processes(app))
		app->mode = MODE_KILL;
}

void act_ask_destroy(struct app *app, uint32_t key)
{
	(void)key;
	if (hit_collect_socks(app))
		app->mode = MODE_DESTROY;
}

static void kill_with(struct app *app, int signal_number)
{
	app->hit.signal_number = signal_number;
	app->mode = MODE_TABLE;
	app->wishes |= WISH_KILL;
}

void act_kill_term(struct app *app, uint32_t key)
{
	(void)key;
	kill_with(app, SIGTERM);
}

void act_kill_kill(struct app *app, uint32_t key)
{
	(void)key;
	kill_with(app, SIGKILL);
}

void act_kill_one(struct app *app, uint32_t key)
{
	hit_narrow(&app->hit, key - '0');
}

void act_destroy(struct app *app, uint32_t key)
{
	(void)key;
	app->mode = MODE_TABLE;
	app->wishes |= WISH_DESTROY;
}

void act_copy(struct app *app, uint32_t key)
{
	(void)key;
	app->wishes |= WISH_COPY;
}
