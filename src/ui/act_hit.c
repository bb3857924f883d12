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

void act_why(struct app *app, uint32_t key)
{
	(void)key;
	if (app_selected(app) != NULL)
		app->wishes |= WISH_WHY;
	else
		app_say(app, "Select a socket to ask what it would take to bind beside it");
}

void act_tag(struct app *app, uint32_t key)
{
	const struct group *group = app_selected_group(app);
	bool some_left = group != NULL && group->tagged < group->count;
	size_t lines = group != NULL && !group->folded ? 1 + group->count : 1;
	size_t first, count = app_selection(app, &first);

	(void)key;
	for (size_t i = first; i < first + count; i++) {
		struct row *row = &app->table.rows[groups_rows(&app->groups, &app->listing)[i]];

		row->tagged = group != NULL ? some_left : !row->tagged;
	}
	if (count == 0)
		app_say(app, "Nothing is selected");
	groups_make(&app->groups, &app->listing, &app->table); /* the headlines count the tags */
	table_view_select(app, app->view.at + lines);
}

void act_untag(struct app *app, uint32_t key)
{
	size_t count = 0;

	(void)key;
	for (size_t i = 0; i < app->table.count; i++) {
		count += app->table.rows[i].tagged ? 1 : 0;
		app->table.rows[i].tagged = false;
	}
	app_say(app, count > 0 ? "Tags taken away: " : "No row is tagged");
	if (count > 0)
		buf_uint(&app->message, count);
	groups_make(&app->groups, &app->listing, &app->table);
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
	if (hit_narrow(&app->hit, key - '0'))
		return;
	buf_clear(&app->message);
	buf_printf(&app->message, "There is no number %u", (unsigned)(key - '0'));
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
