/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/search.h"

#include "base/text.h"
#include "ui/app.h"
#include "ui/table_view.h"

/* Rows that are looked at in one step: a few milliseconds, as every column of them is written to be looked through. */
enum { ROWS_AT_ONCE = 2048 };

static void say(struct app *app, const char *what)
{
	bool accepted = app->search.accepted;

	buf_clear(&app->message);
	if (app->entry.length == 0)
		return;
	buf_puts(&app->message, what);
	if (accepted)
		text_clean(&app->message, buf_str(&app->entry));
	else
		buf_puts(&app->message, "this");
}

static bool matches(const struct app *app, size_t at)
{
	const struct column_context context = { .names = &app->names, .table = &app->table, .now_ns = app->now_ns };

	return filter_finds(buf_str(&app->entry), app_row(app, at), &context);
}

static void go_to_it(struct app *app)
{
	buf_clear(&app->message);
	app->search.on = false;
	app->search.sock = app_row(app, app->search.at)->sock;
	if (app->search.accepted)
		table_view_reveal(app, app->search.at);
	else
		table_view_select(app, groups_line_of(&app->groups, app->search.at));
}

/* While one types, the selection goes back to where it was. */
static void give_up(struct app *app)
{
	app->search.on = app->search.waits = app->rows_come;
	say(app, "No row has ");
	if (app->rows_come && app->entry.length > 0)
		buf_puts(&app->message, " yet");
	if (!app->search.accepted)
		table_view_select(app, app->entry_from);
}

/* Looks at the next rows; false when it has found one, or there is none left. */
static bool look_on(struct app *app)
{
	struct search *search = &app->search;
	size_t count = app->listing.count;

	for (int i = 0; i < ROWS_AT_ONCE && search->left > 0; i++) {
		if (matches(app, search->at)) {
			go_to_it(app);
			return false;
		}
		search->at = (search->at + (search->forward ? 1 : count - 1)) % count;
		search->left--;
	}
	if (search->left == 0) {
		give_up(app);
		return false;
	}
	search->sock = app_row(app, search->at)->sock;
	return true;
}

static void go_on(struct app *app)
{
	app->search.on = true;
	app->search.waits = false;
	app->search.typed = app->entry.length;
	if (look_on(app))
		say(app, "Looking for ");
}

void search_begin(struct app *app, size_t from, bool forward, bool accepted)
{
	size_t count = app->listing.count;

	app->search = (struct search){ .forward = forward, .accepted = accepted, .left = count, .count = count };
	app->search.at = count > 0 ? from % count : 0;
	go_on(app);
}

/* Where it was, if that is still known. */
static bool find_again(struct app *app)
{
	struct search *search = &app->search;
	size_t at = search->left > 0 ? app_find(app, &search->sock) : 0;

	if (search->typed == 0 || search->typed > app->entry.length || at == SIZE_MAX)
		return false;
	search->at = at;
	return true;
}

void search_change(struct app *app, size_t from)
{
	if (app->search.typed < app->entry.length && find_again(app))
		go_on(app);
	else
		search_begin(app, from, true, false);
}

void search_accept(struct app *app, size_t from)
{
	bool goes_on = app->search.left > 0 && find_again(app);

	app->search.accepted = true;
	if (goes_on)
		go_on(app);
	else
		search_begin(app, from, true, true);
}

bool search_is_busy(const struct app *app)
{
	return app->search.on && (!app->search.waits || !app->rows_come);
}

bool search_step(struct app *app)
{
	struct search *search = &app->search;

	if (!search_is_busy(app))
		return false;
	if (search->waits)
		search->left = app->listing.count;
	search->waits = false;
	return !look_on(app);
}

void search_follow(struct app *app)
{
	struct search *search = &app->search;
	size_t count = app->listing.count;

	if (!search->on)
		return;
	size_t at = app_find(app, &search->sock);
	search->at = at != SIZE_MAX ? at : search->at < count ? search->at : 0;
	search->left += count > search->count ? count - search->count : 0;
	search->left = search->left < count ? search->left : count;
	search->count = count;
}
