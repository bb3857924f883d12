/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/mouse.h"

#include "ui/action.h"
#include "ui/bars.h"
#include "ui/keymap.h"
#include "ui/pane_view.h"
#include "ui/table_view.h"

/* Rows that one step of the wheel goes. */
enum { WHEEL_ROWS = 3 };

/* How wide the mark of a headline is that a click folds with, the blank behind it included. */
enum { FOLD_WIDTH = 2 };

static bool is_inside(const struct rect *place, const struct mouse *mouse)
{
	return mouse->x >= place->x && mouse->x - place->x < place->width && mouse->y >= place->y &&
	       mouse->y - place->y < place->height;
}

static void act(struct app *app, const char *name)
{
	action_named(name)->act(app, 0);
}

/* By the column of that title; once more: the other way round. */
static void sort_by(struct app *app, const struct column *column)
{
	if (column == NULL)
		return;
	app->listing.inverted = column == app->listing.sort && !app->listing.inverted;
	app->listing.sort = column;
	app_relist(app);
}

static void click_line(struct app *app, size_t line, unsigned x)
{
	table_view_select(app, line);
	if (x < FOLD_WIDTH && app_selected_group(app) != NULL)
		act(app, "fold");
}

static void click_table(struct app *app, const struct mouse *mouse)
{
	unsigned line = mouse->y - app->view.place.y;

	if (line == 0)
		sort_by(app, table_view_column_at(app, mouse->x));
	else if (app->view.top + line - 1 < app->groups.lines)
		click_line(app, app->view.top + line - 1, mouse->x - app->view.place.x);
	app->pane.focused = false;
}

static void turn_wheel(struct app *app, const struct mouse *mouse)
{
	size_t up = mouse->button == MOUSE_WHEEL_UP ? WHEEL_ROWS : 0, down = WHEEL_ROWS - up;

	if (app->mode == MODE_HELP) {
		app->help_top = app->help_top + down > up ? app->help_top + down - up : 0;
	} else if (app->pane.pane != PANE_NONE && is_inside(&app->pane.place, mouse)) {
		pane_view_scroll(app, up, down);
	} else {
		size_t at = app->view.at;
		table_view_select(app, at + down > up ? at + down - up : 0);
	}
}

static void click(struct app *app, const struct mouse *mouse)
{
	const struct action *key = mouse->y + 1 == app->height ? bars_key_at(app, mouse->x) : NULL;

	if (key != NULL)
		app_key(app, keymap_first(&app->keymap, key));
	else if (app->mode != MODE_TABLE)
		return;
	else if (is_inside(&app->view.place, mouse))
		click_table(app, mouse);
	else if (app->pane.pane != PANE_NONE && is_inside(&app->pane.place, mouse))
		act(app, mouse->y == app->pane.place.y ? "pane" : "focus");
}

void mouse_act(struct app *app, const struct mouse *mouse)
{
	app->search.on = false;
	if (mouse->button == MOUSE_CLICK)
		click(app, mouse);
	else
		turn_wheel(app, mouse);
}
