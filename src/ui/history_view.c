/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/history_view.h"

#include <time.h>

#include "base/clock.h"
#include "base/text.h"

/* How wide the parts of a line are; the owner gets the rest. */
enum { TIME_WIDTH = 12, WHAT_WIDTH = 25, PROTO_WIDTH = 4, ADDRESS_WIDTH = 21 };

static void add_time(struct buf *out, uint64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / NS_PER_S);
	struct tm local;

	localtime_r(&seconds, &local);
	buf_printf(out, "%02d:%02d:%02d.%03u", local.tm_hour, local.tm_min, local.tm_sec,
		   (unsigned)(real_ns % NS_PER_S / NS_PER_MS));
}

static enum face entry_face(const struct history_entry *entry)
{
	switch (entry->kind) {
	case HISTORY_OPENED:
		return FACE_NEW;
	case HISTORY_CLOSED:
	case HISTORY_ENDED:
		return FACE_GONE;
	case HISTORY_LOST:
		return FACE_NOTICE;
	default:
		return theme_state_face(entry->sock.state);
	}
}

/* A part of a line, which begins with its text in buf; moves x behind it and empties buf. */
static void put_part(struct screen *screen, struct rect *left, unsigned width, enum face face, struct buf *text)
{
	unsigned room = width < left->width ? width : left->width;

	screen_put(screen, left->x, left->y, room, face, buf_str(text));
	left->x += room < left->width ? room + 1 : room;
	left->width -= room < left->width ? room + 1 : room;
	buf_clear(text);
}

static void put_column(struct screen *screen, struct rect *left, enum column_id id, unsigned width,
		       const struct row *row, const struct column_context *context)
{
	struct buf text = BUF_INIT, cut = BUF_INIT;

	columns[id].text(&text, row, context);
	column_cut(&cut, &columns[id], buf_str(&text), width < left->width ? width : left->width);
	put_part(screen, left, width, FACE_TEXT, &cut);
	buf_fini(&text);
	buf_fini(&cut);
}

static void draw_entry(const struct app *app, const struct history_entry *entry, const struct rect *line,
		       struct screen *screen)
{
	const struct column_context context = { .names = &app->names, .now_ns = app->now_ns, .brief = true };
	struct owner owner;
	const struct row row = history_row(entry, &owner);
	struct rect left = *line;
	struct buf text = BUF_INIT;

	add_time(&text, entry->real_ns);
	put_part(screen, &left, TIME_WIDTH, FACE_DIM, &text);
	history_format(&text, entry);
	put_part(screen, &left, entry->kind == HISTORY_LOST ? left.width : WHAT_WIDTH, entry_face(entry), &text);
	buf_fini(&text);
	if (entry->kind == HISTORY_LOST)
		return;
	put_column(screen, &left, COLUMN_PROTO, PROTO_WIDTH, &row, &context);
	put_column(screen, &left, COLUMN_LOCAL, ADDRESS_WIDTH, &row, &context);
	put_column(screen, &left, COLUMN_FOREIGN, ADDRESS_WIDTH, &row, &context);
	put_column(screen, &left, COLUMN_OWNERS, left.width, &row, &context);
}

/* Who has scrolled away from the latest entries stays at those that are being read, whatever comes on top. */
static void settle(struct app *app)
{
	struct pane_view *pane = &app->pane;
	size_t shown = history_list_count(&app->shown_history);
	size_t last_top = shown > pane->height ? shown - pane->height : 0;

	if (pane->top > 0 && app->shown_history.total > pane->seen)
		pane->top += (size_t)(app->shown_history.total - pane->seen);
	pane->seen = app->shown_history.total;
	if (pane->top > last_top)
		pane->top = last_top;
}

void history_view_draw(struct app *app, const struct rect *place, struct screen *screen)
{
	const struct history_wanted wanted = { &app->query, &app->filter, &app->names };
	const struct history_list *list = &app->shown_history;

	history_list_update(&app->shown_history, &app->history, &wanted);
	settle(app);
	for (unsigned line = 0; line < place->height && app->pane.top + line < history_list_count(list); line++) {
		const struct history_entry *entry = history_list_at(list, &app->history, app->pane.top + line);

		draw_entry(app, entry, &(struct rect){ place->x, place->y + line, place->width, 1 }, screen);
	}
	if (history_list_count(list) == 0)
		screen_put(screen, place->x, place->y, place->width, FACE_DIM,
			   app->history.count > 0 ? "Nothing that matches has happened yet." : "Nothing has happened yet.");
}

enum face history_view_sum_up(const struct app *app, struct buf *out)
{
	unsigned long long closings = app->history.closings, losses = app->history.losses;

	buf_printf(out, "%llu closing%s, ", closings, closings == 1 ? "" : "s");
	if (app->hears_closings)
		buf_printf(out, "events lost %llu time%s", losses, losses == 1 ? "" : "s");
	else
		buf_puts(out, "events are not heard");
	return losses > 0 || !app->hears_closings ? FACE_NOTICE : FACE_DIM;
}
