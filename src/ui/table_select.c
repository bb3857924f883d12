/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/table_view.h"

const struct row *app_row(const struct app *app, size_t at)
{
	return &app->table.rows[groups_rows(&app->groups, &app->listing)[at]];
}

const struct row *app_row_on(const struct app *app, size_t line)
{
	const struct line found = groups_line(&app->groups, line);

	return line < app->groups.lines && !found.headline ? app_row(app, found.at) : NULL;
}

const struct row *app_selected(const struct app *app)
{
	return app_row_on(app, app->view.at);
}

const struct group *app_selected_group(const struct app *app)
{
	const struct line line = groups_line(&app->groups, app->view.at);

	return line.headline ? line.group : NULL;
}

size_t app_selection(const struct app *app, size_t *first)
{
	const struct line line = groups_line(&app->groups, app->view.at);

	*first = line.at;
	if (app->groups.lines == 0)
		return 0;
	return line.headline ? line.group->count : 1;
}

static void keep_in_lines(struct app *app)
{
	struct table_view *view = &app->view;
	size_t lines = app->groups.lines;

	if (view->at >= lines)
		view->at = lines > 0 ? lines - 1 : 0;
	if (lines == 0)
		return;
	const struct line line = groups_line(&app->groups, view->at);
	view->sock = app_row(app, line.at)->sock;
	view->headline = line.headline;
	view->group = line.headline ? line.group->key : 0;
}

size_t app_find(const struct app *app, const struct sock *sock)
{
	const uint32_t *rows = groups_rows(&app->groups, &app->listing);
	uint32_t row = table_find(&app->table, sock->netns, sock->cookie);

	for (size_t i = 0; row != MAP_NONE && i < app->listing.count; i++) {
		if (rows[i] == row)
			return i;
	}
	return SIZE_MAX;
}

/* The line of what was selected; where it was when that is no more.  A group that is no more leaves its first row. */
static size_t find_held(const struct app *app)
{
	const struct table_view *view = &app->view;
	const struct group *group = view->headline ? groups_find(&app->groups, view->group) : NULL;

	if (group != NULL)
		return group->line;
	size_t at = app_find(app, &view->sock);
	return at != SIZE_MAX ? groups_line_of(&app->groups, at) : view->at;
}

/* A row that is to be seen is not left folded away. */
static size_t unfolded_line(struct app *app, size_t at)
{
	const struct group *group = groups_of(&app->groups, at);

	if (group != NULL && group->folded)
		groups_fold(&app->groups, group->key, false);
	return groups_line_of(&app->groups, at);
}

void table_view_follow(struct app *app)
{
	size_t followed = app->follow.on ? app_find(app, &app->follow.sock) : SIZE_MAX;

	if (followed != SIZE_MAX)
		app->view.at = unfolded_line(app, followed);
	else if (app->view.held)
		app->view.at = find_held(app);
	keep_in_lines(app);
}

void table_view_select(struct app *app, size_t line)
{
	struct sock sock = app->view.sock;
	bool headline = app->view.headline;

	app->view.at = line;
	app->view.held = line > 0;
	keep_in_lines(app);
	if (!sock_is_same(&app->view.sock, &sock) || app->view.headline != headline)
		app->follow.on = false;
}

void table_view_reveal(struct app *app, size_t at)
{
	table_view_select(app, unfolded_line(app, at));
}
