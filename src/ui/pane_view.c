/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/pane_view.h"

#include <string.h>

#include "base/text.h"
#include "ui/detail_view.h"
#include "ui/history_view.h"
#include "ui/play_view.h"
#include "ui/theme.h"
#include "ui/why_view.h"

/* Dashes behind what stands at the end of the title line. */
enum { EDGE_WIDTH = 2 };

/* From which width on there is room there for what a key does. */
enum { WIDTH_FOR_HINT = 60 };

/* Which lines are seen, and where there is room what key leads to the others; nothing when all are. */
static enum face sum_up_lines(const struct app *app, struct buf *out)
{
	const struct pane_view *pane = &app->pane;

	if (pane->lines <= pane->height)
		return FACE_DIM;
	buf_printf(out, "%zu-%zu of %zu", pane->top + 1, pane->top + pane->height, pane->lines);
	if (pane->focused || pane->place.width < WIDTH_FOR_HINT)
		return FACE_DIM;
	buf_puts(out, ", ");
	keymap_name(out, &app->keymap, "focus");
	buf_puts(out, " scrolls");
	return FACE_DIM;
}

static const struct {
	const char *title, *name;
	void (*draw)(struct app *app, const struct rect *place, struct screen *screen);
	/* What stands at the end of the title line, if anything does, and its face. */
	enum face (*sum_up)(const struct app *app, struct buf *out);
	/* Draws the title line itself; NULL: it names all panes. */
	void (*draw_title)(const struct app *app, const struct rect *place, struct screen *screen);
} panes[PANE_COUNT] = {
	[PANE_NONE] = { .name = "none" },
	[PANE_DETAIL] = { "Detail", "detail", detail_view_draw, sum_up_lines, NULL },
	[PANE_WHY] = { "Why", "why", why_view_draw, sum_up_lines, NULL },
	[PANE_HISTORY] = { "History", "history", history_view_draw, history_view_sum_up, NULL },
	[PANE_PLAY] = { "Playground", "playground", play_view_draw, NULL, play_view_draw_title },
};

static const char *name_of(size_t i)
{
	return i < PANE_COUNT ? panes[i].name : NULL;
}

const char *pane_view_name(enum pane pane)
{
	return name_of(pane);
}

bool pane_view_parse(unsigned *pane, const char *name, struct buf *error)
{
	for (unsigned i = 0; i < PANE_COUNT; i++) {
		if (strcmp(panes[i].name, name) == 0) {
			*pane = i;
			return true;
		}
	}
	return text_fail_nearest(error, name, "pane", name_of);
}

static bool is_there(const struct app *app, enum pane pane)
{
	return pane != PANE_PLAY || app->play != NULL;
}

void pane_view_next(struct app *app)
{
	do
		app->pane.pane = (app->pane.pane + 1) % PANE_COUNT;
	while (!is_there(app, app->pane.pane));
	app->pane.top = 0;
	app->pane.seen = UINT64_MAX;
	app->pane.focused = app->pane.focused && app->pane.pane != PANE_NONE;
}

void pane_view_scroll(struct app *app, size_t up, size_t down)
{
	app->pane.top = app->pane.top + down > up ? app->pane.top + down - up : 0;
}

static unsigned title_width(const struct app *app, enum pane pane)
{
	return is_there(app, pane) ? (unsigned)(strlen("--  ") + strlen(panes[pane].title)) : 0;
}

/*
 * Where the sum begins that stands near the right edge, which is where titles end; it is appended to text.  It is left out
 * where it would stand on the open pane's title, or on one before that.
 */
static unsigned sum_up(const struct app *app, const struct rect *place, struct buf *text, enum face *face)
{
	unsigned right = place->x + place->width - EDGE_WIDTH, titles = place->x;

	for (enum pane pane = PANE_NONE + 1; pane <= app->pane.pane; pane++)
		titles += title_width(app, pane);
	buf_putc(text, ' ');
	*face = panes[app->pane.pane].sum_up(app, text);
	buf_putc(text, ' ');
	unsigned width = (unsigned)text_width(buf_str(text));
	if (text->length > 2 && titles + width <= right)
		return right - width;
	buf_clear(text);
	return place->x + place->width;
}

/*
 * All panes are named, so that it is seen what Tab leads to, but for those behind the open one that there is no room for beside
 * the sum; the open one stands out, a focused one more.
 */
static void draw_titles(const struct app *app, const struct rect *place, struct screen *screen)
{
	struct buf sum = BUF_INIT;
	enum face sum_face;
	unsigned x = place->x, end = sum_up(app, place, &sum, &sum_face);

	screen_fill(screen, x, place->y, place->width, FACE_DIM);
	for (unsigned at = x; at < place->x + place->width; at++)
		screen_put(screen, at, place->y, 1, FACE_DIM, "-");
	for (enum pane pane = PANE_NONE + 1; pane < PANE_COUNT; pane++) {
		bool open = pane == app->pane.pane;
		enum face face = !open ? FACE_DIM : app->pane.focused ? FACE_HEADER : FACE_TITLE;

		if (!is_there(app, pane) || (pane > app->pane.pane && x + title_width(app, pane) > end))
			continue;
		x += screen_put(screen, x, place->y, place->width, FACE_DIM, "-- ");
		x += screen_put(screen, x, place->y, place->width, face, panes[pane].title);
		x += screen_put(screen, x, place->y, place->width, FACE_DIM, " ");
	}
	screen_put(screen, end, place->y, place->width, sum_face, buf_str(&sum));
	buf_fini(&sum);
}

void pane_view_draw(struct app *app, const struct rect *place, struct screen *screen)
{
	const struct rect content = { place->x, place->y + 1, place->width, place->height - 1 };

	app->pane.place = *place;
	app->pane.height = content.height;
	panes[app->pane.pane].draw(app, &content, screen);
	if (panes[app->pane.pane].draw_title != NULL)
		panes[app->pane.pane].draw_title(app, place, screen);
	else
		draw_titles(app, place, screen);
}
