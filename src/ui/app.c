/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/app.h"

#include "ui/action.h"
#include "ui/acts.h"
#include "ui/bars.h"
#include "ui/chooser.h"
#include "ui/help_view.h"
#include "ui/input.h"
#include "ui/namer.h"
#include "ui/pane_view.h"
#include "ui/play.h"
#include "ui/play_view.h"
#include "ui/prompt.h"
#include "ui/screen.h"
#include "ui/status.h"
#include "ui/table_view.h"
#include "ui/theme.h"
#include "ui/ui.h"

/* Lines of the screen that are not the table's: title and totals above; below the status, which may be longer, the keys. */
enum { LINES_ABOVE = 2, LINES_BELOW = 1 };

/* Its titles and one row, which are left even when there is much to say. */
enum { TABLE_HEIGHT_MIN = 2 };

/* A title and one line; and what it has at least, where the table can spare it, and when the keys are its. */
enum { PANE_HEIGHT_MIN = 2, PANE_HEIGHT_LEAST = 3, PANE_HEIGHT_FOCUSED = 8 };

/* The screen that has room for one, with a line for the status. */
enum { HEIGHT_FOR_PANE = LINES_ABOVE + TABLE_HEIGHT_MIN + PANE_HEIGHT_MIN + 1 + LINES_BELOW };

static void add_history(struct app *app, struct history_entry *entry)
{
	entry->real_ns = app->real_ns;
	history_add(&app->history, entry);
}

static void on_row_event(void *context, const struct row *row, enum row_event event, unsigned from)
{
	struct history_entry entry = history_of_row(row);

	entry.kind = (uint8_t)history_kind_of(event);
	entry.from = (uint16_t)from;
	add_history(context, &entry);
}

void app_destroyed(struct app *app, const struct sock *sock)
{
	bool all_are_seen = app->query.states == STATES_ALL;
	struct history_entry entry = { .kind = HISTORY_CLOSED, .unseen = all_are_seen, .sock = *sock };

	if (!table_destroyed(&app->table, sock) && query_match_unseen(&app->query, sock))
		add_history(app, &entry);
}

void app_lost_events(struct app *app)
{
	add_history(app, &(struct history_entry){ .kind = HISTORY_LOST });
}

void app_init(struct app *app, const struct query *query, size_t history_size)
{
	*app = (struct app){ .query = *query, .waiting = true };
	names_init(&app->names);
	app->listing.filter = &app->filter;
	app->listing.names = &app->names;
	table_init(&app->table);
	table_retain(&app->table, query);
	app->table.changes.kept = true;
	app->lister = (struct lister){ .listing = &app->listing, .table = &app->table, .query = &app->query };
	app->table.observer = (struct table_observer){ on_row_event, app };
	history_init(&app->history, history_size);
	column_list_usual(&app->columns, VIEW_LIVE);
	keymap_init(&app->keymap);
}

void app_begin(struct app *app, const struct ui_options *options)
{
	app_init(app, options->query, options->history_size);
	app->table.linger_ns = options->linger_ns;
	app->interval_ms = options->interval_ms;
	app->extended = options->extended;
	app->columns = *options->columns;
	app->query.needs |= column_list_needs(options->columns) | group_by_needs(options->group_by);
	app->listing.sort = options->sort;
	app->listing.inverted = options->inverted;
	app->pane.pane = options->pane;
	app->groups.by = options->group_by;
	app->keymap = *options->keymap;
	app->theme = options->theme;
	app->readonly = options->readonly;
	app->seeks_owners = options->owners;
	app->listing.owners_come = options->owners;
	app->names.resolve = options->resolve;
	if (options->resolve)
		namer_explain(&app->message);
}

void app_fini(struct app *app)
{
	play_pane_free(app->play);
	table_fini(&app->table);
	names_fini(&app->names);
	lister_fini(&app->lister);
	listing_fini(&app->listing);
	groups_fini(&app->groups);
	history_fini(&app->history);
	history_list_fini(&app->shown_history);
	process_list_fini(&app->processes);
	filter_fini(&app->filter);
	buf_fini(&app->filter_text);
	buf_fini(&app->sought);
	buf_fini(&app->why);
	buf_fini(&app->entry);
	buf_fini(&app->notice);
	buf_fini(&app->message);
}

void app_say(struct app *app, const char *text)
{
	buf_clear(&app->message);
	buf_puts(&app->message, text);
}

static void reset_shown_history(struct app *app)
{
	history_list_reset(&app->shown_history);
	app->pane.seen = UINT64_MAX;
}

bool app_is_filtered(const struct app *app)
{
	return app->filter.count > 0 || app->query.filter != NULL;
}

bool app_take_names(struct app *app)
{
	bool learnt = cgroup_store_learn(&app->table.cgroups, &app->names); /* which groups, the order and a filter may go by */
	bool renamed = app_is_filtered(app) && names_changes(&app->names) != app->names_seen;

	if (renamed)
		reset_shown_history(app);
	if (renamed || learnt)
		app_relist(app);
	return renamed || learnt;
}

void app_refilter(struct app *app)
{
	reset_shown_history(app);
	if (app->pane.pane == PANE_HISTORY)
		app->pane.top = 0;
	app_relist(app);
}

void app_requery(struct app *app)
{
	table_retain(&app->table, &app->query);
	app_refilter(app);
	app->wishes |= WISH_REFRESH;
}

static void say_nothing_meant(struct app *app, uint32_t key)
{
	buf_putc(&app->message, '"');
	input_format(&app->message, key);
	buf_puts(&app->message, "\" has no meaning here");
	if (app->mode != MODE_TABLE)
		return;
	buf_puts(&app->message, "; ");
	keymap_name(&app->message, &app->keymap, "help");
	buf_puts(&app->message, " shows the keys");
}

/* A pane that is open and has no room is not seen: then that is said. */
static void act(struct app *app, const struct action *action, uint32_t key)
{
	enum pane before = app->pane.pane;

	action->act(app, key);
	if (app->pane.pane != before && app->pane.pane != PANE_NONE && app->height > 0 && app->height < HEIGHT_FOR_PANE)
		app_say(app, "The screen is too low for a pane");
}

void app_key(struct app *app, uint32_t key)
{
	const struct action *action = keymap_find(&app->keymap, app->mode, key);

	buf_clear(&app->message);
	app->search.on = false;
	if (action == NULL && (prompt_takes(app, key) || form_takes(app, key)))
		return;
	/* Who typed a port and goes on with another key has accepted it. */
	if (action == NULL && app->mode == MODE_JUMP) {
		prompt_accept(app);
		action = keymap_find(&app->keymap, app->mode, key);
	}
	/* What SIGINT does in a terminal. */
	if (action == NULL && key == INPUT_CTRL('C'))
		action = action_named("quit");
	if (action != NULL && action->changes && app->readonly != NULL)
		buf_printf(&app->message, "\"%s\" is not to be had with %s", action->name, app->readonly);
	else if (action != NULL)
		act(app, action, key);
	else
		say_nothing_meant(app, key);
}

void app_recolumn(struct app *app)
{
	const struct column *sort = app->listing.sort;

	app->query.needs = column_list_needs(&app->columns) | (sort != NULL ? sort->needs : 0) | app->filter.needs |
			   (app->query.filter != NULL ? app->query.filter->needs : 0) |
			   group_by_needs(app->groups.by) | (app->pane.pane == PANE_PLAY ? NEED_FLAGS : 0);
	app->wishes |= WISH_REFRESH;
}

void app_unsort(struct app *app, const struct column *column)
{
	if (app->listing.sort != column)
		return;
	app->listing.sort = NULL;
	app_relist(app);
}

void app_want_flags(const struct app *app, bool again, struct map *wanted)
{
	const struct table_view *view = &app->view;
	const struct row *row = app->pane.pane == PANE_DETAIL ? app_selected(app) : NULL;
	bool shown = (app->query.needs & NEED_FLAGS) != 0;

	if (shown)
		table_want_flags(&app->table, wanted);
	else if (row != NULL)
		row_want_flags(row, again, wanted);
	for (size_t i = view->top; shown && again && i < view->top + view->height && i < app->groups.lines; i++) {
		row = app_row_on(app, i);
		if (row != NULL)
			row_want_flags(row, true, wanted);
	}
}

static void draw_too_small(struct screen *screen)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "ports needs %dx%d, this is %ux%u", APP_WIDTH_MIN, APP_HEIGHT_MIN, screen->width, screen->height);
	screen_put(screen, 0, 0, screen->width, FACE_NOTICE, buf_str(&text));
	buf_fini(&text);
}

/* The table gets the larger half; where that leaves the pane little, less, and where there is no room for both, all of it. */
static unsigned fit_pane(const struct app *app, unsigned height)
{
	unsigned least = app->pane.focused ? PANE_HEIGHT_FOCUSED : PANE_HEIGHT_LEAST;
	unsigned wanted = height * 9 / 20 > least ? height * 9 / 20 : least;
	unsigned room = height > TABLE_HEIGHT_MIN ? height - TABLE_HEIGHT_MIN : 0;

	if (app->pane.pane == PANE_PLAY)
		wanted = play_view_height(app, height);
	else if (wanted > room)
		wanted = room;
	return wanted;
}

static void draw_table_and_pane(struct app *app, const struct rect *place, struct screen *screen)
{
	unsigned pane_height = fit_pane(app, place->height);
	bool has_pane = app->pane.pane != PANE_NONE && pane_height >= PANE_HEIGHT_MIN;
	struct rect table = *place, pane = *place;

	if (has_pane) {
		table.height -= pane_height;
		pane.y += table.height;
		pane.height = pane_height;
	}
	table_view_draw(app, &table, screen);
	if (has_pane)
		pane_view_draw(app, &pane, screen);
}

void app_draw(struct app *app, struct screen *screen)
{
	app->width = screen->width;
	app->height = screen->height;
	for (unsigned y = 0; y < screen->height; y++)
		screen_fill(screen, 0, y, screen->width, FACE_TEXT);
	if (screen->width < APP_WIDTH_MIN || screen->height < APP_HEIGHT_MIN) {
		draw_too_small(screen);
		return;
	}
	unsigned most = screen->height - LINES_ABOVE - LINES_BELOW - TABLE_HEIGHT_MIN;
	struct rect status = { .width = screen->width, .height = status_height(app, screen->width, most) };
	const struct rect middle = {
		.y = LINES_ABOVE,
		.width = screen->width,
		.height = screen->height - LINES_ABOVE - LINES_BELOW - status.height,
	};
	status.y = middle.y + middle.height;
	bars_draw_title(app, 0, screen);
	bars_draw_totals(app, 1, screen);
	if (app->mode == MODE_HELP)
		help_view_draw(app, &middle, screen);
	else if (app->mode == MODE_COLUMNS)
		chooser_draw(app, &middle, screen);
	else
		draw_table_and_pane(app, &middle, screen);
	status_draw(app, &status, screen);
	bars_draw_keys(app, screen->height - 1, screen);
}
