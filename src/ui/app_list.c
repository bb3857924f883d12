/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How what is shown follows the table, at once where that is quickly done, and step by step between keys where it is not.
 */
#include "ui/app.h"
#include "ui/table_view.h"

/* A table of so many rows is listed in one go: nobody is to see it half done, or wait for that. */
enum { LISTED_AT_ONCE = 4096 };

void app_regroup(struct app *app)
{
	groups_make(&app->groups, &app->listing, &app->table);
	follow_check(app);
	table_view_follow(app);
	search_follow(app);
}

static void list_few(struct app *app)
{
	while (app->lister.busy && app->table.count <= LISTED_AT_ONCE)
		lister_step(&app->lister);
	app_regroup(app);
}

void app_update(struct app *app)
{
	if (lister_update(&app->lister) || app->lister.busy)
		list_few(app);
}

void app_relist(struct app *app)
{
	app->names_seen = names_changes(&app->names);
	lister_update(&app->lister);
	lister_begin(&app->lister);
	list_few(app);
}

bool app_is_busy(const struct app *app)
{
	return app->lister.busy || search_is_busy(app);
}

bool app_work(struct app *app)
{
	if (!app->lister.busy)
		return search_step(app);
	if (!lister_step(&app->lister))
		return false;
	app_regroup(app);
	return true;
}
