/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/chooser.h"

#include <string.h>

#include "ui/theme.h"

enum { TITLE_X = 5, TITLE_WIDTH = 16 };

static void list_entries(const struct app *app, const struct column *entries[COLUMN_COUNT])
{
	size_t count = app->columns.count;

	memcpy(entries, app->columns.all, count * sizeof(entries[0]));
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (!column_list_has(&app->columns, &columns[i]))
			entries[count++] = &columns[i];
	}
}

void chooser_move(struct app *app, size_t up, size_t down)
{
	size_t at = app->chooser_at + down > up ? app->chooser_at + down - up : 0;

	app->chooser_at = at < COLUMN_COUNT ? at : COLUMN_COUNT - 1;
}

void chooser_toggle(struct app *app)
{
	const struct column *entries[COLUMN_COUNT];
	struct column_list *list = &app->columns;

	list_entries(app, entries);
	const struct column *column = entries[app->chooser_at];
	if (app->chooser_at >= list->count) {
		list->all[list->count++] = column;
	} else if (list->count > 1) {
		column_list_remove(list, column);
		app_unsort(app, column);
	} else {
		app_say(app, "One column stays");
	}
	app_recolumn(app);
}

void chooser_shift(struct app *app, bool later)
{
	struct column_list *list = &app->columns;
	size_t at = app->chooser_at, to = later ? at + 1 : at - 1;

	if (at >= list->count || to >= list->count)
		return; /* before the first one to is the largest number there is */
	const struct column *moved = list->all[at];
	list->all[at] = list->all[to];
	list->all[to] = moved;
	app->chooser_at = to;
}

static void draw_entry(const struct app *app, const struct column *column, const struct rect *line, bool selected,
		       struct screen *screen)
{
	unsigned face = FACE_TEXT | (selected ? FACE_SELECTED : 0u);

	screen_fill(screen, line->x, line->y, line->width, face);
	screen_put(screen, line->x, line->y, line->width, face, column_list_has(&app->columns, column) ? "[x]" : "[ ]");
	screen_put(screen, line->x + TITLE_X, line->y, TITLE_WIDTH, face, column->title);
	if (line->width > TITLE_X + TITLE_WIDTH)
		screen_put(screen, line->x + TITLE_X + TITLE_WIDTH, line->y, line->width - TITLE_X - TITLE_WIDTH, face,
			   column->help);
}

void chooser_draw(struct app *app, const struct rect *place, struct screen *screen)
{
	const struct column *entries[COLUMN_COUNT];
	size_t top = app->chooser_at >= place->height ? app->chooser_at - place->height + 1 : 0;

	list_entries(app, entries);
	for (unsigned i = 0; i < place->height && top + i < COLUMN_COUNT; i++) {
		const struct rect line = { place->x, place->y + i, place->width, 1 };

		draw_entry(app, entries[top + i], &line, top + i == app->chooser_at, screen);
	}
}
