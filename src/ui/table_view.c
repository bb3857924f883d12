/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/table_view.h"

#include <string.h>

#include "base/text.h"
#include "ui/play.h"
#include "ui/theme.h"

/* Left of each row: the mark of its life. */
enum { MARK_WIDTH = 1 };

/* What is the same for every row of one drawing. */
struct drawing {
	struct app *app;
	struct screen *screen;
	const struct rect *place;
	struct column_context context;
	const struct column *shown[COLUMN_COUNT];
	unsigned widths[COLUMN_COUNT];
	size_t count;
	struct buf text, cut; /* of the cell that is being drawn */
};

void table_view_reset_widths(struct app *app)
{
	memset(app->view.liked, 0, sizeof(app->view.liked));
}

const struct column *table_view_column_at(const struct app *app, unsigned x)
{
	const struct column *const *shown = app->columns.all;
	size_t count = app->columns.count;
	unsigned left = app->view.place.x + MARK_WIDTH;

	for (size_t i = 0; i < count; i++) {
		unsigned width = app->view.widths[shown[i] - columns];

		if (width > 0 && x >= left && x < left + width)
			return shown[i];
		left += width > 0 ? width + 1 : 0;
	}
	return NULL;
}

static void scroll(struct table_view *view, size_t height, size_t count)
{
	size_t last_top = count > height ? count - height : 0;

	view->height = height;
	if (view->top > last_top)
		view->top = last_top;
	if (view->at < view->top)
		view->top = view->at;
	if (height > 0 && view->at >= view->top + height)
		view->top = view->at - height + 1;
}

static const char *cell_text(struct drawing *drawing, size_t column, const struct row *row)
{
	buf_clear(&drawing->text);
	drawing->shown[column]->text(&drawing->text, row, &drawing->context);
	return buf_str(&drawing->text);
}

/*
 * Only what is seen is measured.  A column that was wide once stays so, because columns that jump while one scrolls are
 * worse than a few blanks.
 */
static void measure(struct drawing *drawing)
{
	const struct table_view *view = &drawing->app->view;

	for (size_t c = 0; c < drawing->count; c++) {
		unsigned *liked = &drawing->app->view.liked[drawing->shown[c] - columns];
		unsigned wanted = (unsigned)strlen(drawing->shown[c]->title);

		for (size_t i = view->top; i < view->top + view->height && i < drawing->app->groups.lines; i++) {
			const struct row *row = app_row_on(drawing->app, i);
			unsigned width = row != NULL ? (unsigned)text_width(cell_text(drawing, c, row)) : 0;

			wanted = width > wanted ? width : wanted;
		}
		*liked = wanted > *liked ? wanted : *liked;
		drawing->widths[c] = *liked;
	}
}

static void put_cell(struct drawing *drawing, unsigned x, unsigned y, size_t column, unsigned face, const char *text)
{
	unsigned width = drawing->widths[column];
	unsigned needed = (unsigned)text_width(text);
	unsigned indent = drawing->shown[column]->right && needed < width ? width - needed : 0;

	buf_clear(&drawing->cut);
	column_cut(&drawing->cut, drawing->shown[column], text, width);
	screen_put(drawing->screen, x + indent, y, width - indent, face, buf_str(&drawing->cut));
}

static const char *sort_mark(const struct listing *listing)
{
	return listing->inverted ? "v" : "^";
}

/*
 * Says how many columns the screen is too narrow for, and which of them the rows are sorted by, where there is room behind
 * the last title.
 */
static void draw_left_out(struct drawing *drawing, unsigned x)
{
	const struct rect *place = drawing->place;
	const struct listing *listing = &drawing->app->listing;
	unsigned left_out = 0;

	buf_clear(&drawing->text);
	for (size_t c = 0; c < drawing->count; c++) {
		if (drawing->widths[c] > 0)
			continue;
		left_out++;
		if (drawing->shown[c] == listing->sort)
			buf_printf(&drawing->text, "%s%s ", sort_mark(listing), listing->sort->title);
	}
	if (left_out == 0)
		return;
	buf_printf(&drawing->text, "+%u", left_out);
	unsigned width = (unsigned)drawing->text.length;
	if (x + width <= place->x + place->width)
		screen_put(drawing->screen, place->x + place->width - width, place->y, width, FACE_HEADER, drawing->text.data);
}

/* In the blank before the column that the rows are sorted by. */
static void draw_sort_mark(struct drawing *drawing, size_t column, unsigned x)
{
	const struct listing *listing = &drawing->app->listing;

	if (drawing->shown[column] == listing->sort)
		screen_put(drawing->screen, x - 1, drawing->place->y, 1, FACE_HEADER, sort_mark(listing));
}

static void draw_header(struct drawing *drawing)
{
	const struct rect *place = drawing->place;
	unsigned x = place->x + MARK_WIDTH, end = x;

	screen_fill(drawing->screen, place->x, place->y, place->width, FACE_HEADER);
	for (size_t c = 0; c < drawing->count; c++) {
		if (drawing->widths[c] == 0)
			continue;
		put_cell(drawing, x, place->y, c, FACE_HEADER, drawing->shown[c]->title);
		draw_sort_mark(drawing, c, x);
		end = x + (drawing->shown[c]->right ? drawing->widths[c] : (unsigned)strlen(drawing->shown[c]->title)) + 1;
		x += drawing->widths[c] + 1;
	}
	draw_left_out(drawing, end);
}

static const struct {
	const char *mark;
	enum face face;
} lives[] = {
	[ROW_ALIVE] = { " ", FACE_TEXT },
	[ROW_NEW] = { "+", FACE_NEW },
	[ROW_CHANGED] = { "~", FACE_CHANGED },
	[ROW_GONE] = { "-", FACE_GONE },
};

/* Rows in LISTEN and TIME_WAIT are seen from afar; of the others only the state has a face of its own. */
static unsigned cell_face(const struct row *row, const struct column *column)
{
	enum face face = theme_state_face(row->sock.state);

	if (row->life == ROW_GONE)
		return FACE_GONE;
	if (row->overrun && column == &columns[COLUMN_RECV_QUEUE])
		return FACE_ALERT;
	if (column == &columns[COLUMN_STATE] || face == FACE_LISTEN || face == FACE_TIME_WAIT)
		return face;
	return FACE_TEXT;
}

/* What is new, changed or gone is told first: that it is full is seen again when that fades. */
static bool is_overrun(const struct row *row)
{
	return row->overrun && row->life == ROW_ALIVE;
}

static const char *row_mark(const struct app *app, const struct row *row)
{
	if (row->tagged)
		return "*";
	if (app->follow.on && sock_is_same(&app->follow.sock, &row->sock))
		return "@";
	if (app->play != NULL && row->life != ROW_GONE && playground_has(app->play->ground, row->sock.cookie))
		return "#";
	return is_overrun(row) ? "!" : lives[row->life].mark;
}

static enum face mark_face(const struct row *row)
{
	return is_overrun(row) ? FACE_ALERT : lives[row->life].face;
}

static void draw_row(struct drawing *drawing, const struct row *row, unsigned y, unsigned selected)
{
	unsigned x = drawing->place->x;

	screen_put(drawing->screen, x, y, 1, mark_face(row) | selected, row_mark(drawing->app, row));
	x += MARK_WIDTH;
	for (size_t c = 0; c < drawing->count; c++) {
		if (drawing->widths[c] == 0)
			continue;
		put_cell(drawing, x, y, c, cell_face(row, drawing->shown[c]) | selected, cell_text(drawing, c, row));
		x += drawing->widths[c] + 1;
	}
}

static void draw_headline(struct drawing *drawing, const struct line *line, unsigned y, unsigned selected)
{
	const struct rect *place = drawing->place;
	unsigned face = (line->group->alive > 0 ? FACE_TITLE : FACE_GONE) | selected;

	buf_clear(&drawing->text);
	buf_puts(&drawing->text, line->group->folded ? "▸ " : "▾ ");
	groups_format(&drawing->text, &drawing->app->groups, line->group, app_row(drawing->app, line->at),
		      &drawing->app->names);
	screen_put(drawing->screen, place->x, y, place->width, face, buf_str(&drawing->text));
}

static void draw_line(struct drawing *drawing, size_t at, unsigned y)
{
	const struct line line = groups_line(&drawing->app->groups, at);
	unsigned selected = at == drawing->app->view.at ? FACE_SELECTED : 0;

	screen_fill(drawing->screen, drawing->place->x, y, drawing->place->width, FACE_TEXT | selected);
	if (line.headline)
		draw_headline(drawing, &line, y, selected);
	else
		draw_row(drawing, app_row(drawing->app, line.at), y, selected);
}

static void draw_empty(const struct app *app, const struct rect *place, struct screen *screen)
{
	const char *text = app->waiting || app_is_busy(app) ? "Waiting for the kernel's answer." : "No socket matches.";

	if (place->height > 2)
		screen_put(screen, place->x + MARK_WIDTH, place->y + 2, place->width - MARK_WIDTH, FACE_DIM, text);
}

void table_view_draw(struct app *app, const struct rect *place, struct screen *screen)
{
	struct drawing drawing = {
		.app = app,
		.screen = screen,
		.place = place,
		.context = { .names = &app->names, .table = &app->table, .now_ns = app->now_ns, .brief = true },
	};
	unsigned rows = place->height > 0 ? place->height - 1 : 0;

	scroll(&app->view, rows, app->groups.lines);
	drawing.count = app->columns.count;
	memcpy(drawing.shown, app->columns.all, sizeof(drawing.shown));
	measure(&drawing);
	columns_fit(drawing.shown, drawing.count, place->width - MARK_WIDTH, drawing.widths);
	app->view.place = *place;
	for (size_t i = 0; i < drawing.count; i++)
		app->view.widths[drawing.shown[i] - columns] = drawing.widths[i];
	draw_header(&drawing);
	for (unsigned i = 0; i < rows && app->view.top + i < app->groups.lines; i++)
		draw_line(&drawing, app->view.top + i, place->y + 1 + i);
	if (app->listing.count == 0)
		draw_empty(app, place, screen);
	buf_fini(&drawing.text);
	buf_fini(&drawing.cut);
}
