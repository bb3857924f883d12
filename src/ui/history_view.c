/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/history_view.h"

#include <time.h>

#include "base/clock.h"
#include "base/text.h"

/* From which width on a line has milliseconds, and words of what happened. */
enum { WIDTH_FOR_MS = 70, WIDTH_FOR_WORDS = 100 };

/* How wide the parts of a line are, where there is much room and where there is little. */
enum { MS_WIDTH = 12, SECONDS_WIDTH = 8, WORDS_WIDTH = 25, MARKS_WIDTH = 12 };

/* What an entry has of a row: as wide as that, and in little room the latter. */
static const struct part {
	enum column_id id;
	unsigned width, tight_width;
} parts[] = {
	{ COLUMN_PROTO, 4, 4 },
	{ COLUMN_NETNS, 12, 8 },
	{ COLUMN_LOCAL, 21, 18 },
	{ COLUMN_FOREIGN, 21, 18 },
	{ COLUMN_OWNERS, 15, 11 },
};

enum { PART_COUNT = sizeof(parts) / sizeof(parts[0]) };

static void add_time(struct buf *out, uint64_t real_ns, bool ms)
{
	time_t seconds = (time_t)(real_ns / NS_PER_S);
	struct tm local;

	localtime_r(&seconds, &local);
	buf_printf(out, "%02d:%02d:%02d", local.tm_hour, local.tm_min, local.tm_sec);
	if (ms)
		buf_printf(out, ".%03u", (unsigned)(real_ns % NS_PER_S / NS_PER_MS));
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

/* Which namespace it is in is of interest where it is known. */
static bool is_shown(const struct part *part, const struct row *row, const struct column_context *context)
{
	return part->id != COLUMN_NETNS || names_netns(context->names, row->sock.netns) != 0;
}

/* What there is no room for is left out, and what stands before that gets the rest. */
static void put_row(struct screen *screen, struct rect *left, bool tight, const struct row *row,
		    const struct column_context *context)
{
	for (size_t i = 0; i < PART_COUNT && left->width > 0; i++) {
		unsigned width = tight ? parts[i].tight_width : parts[i].width;

		if (!is_shown(&parts[i], row, context))
			continue;
		bool last = i + 1 == PART_COUNT || left->width < width + 1 + parts[i + 1].tight_width;

		put_column(screen, left, parts[i].id, last ? left->width : width, row, context);
		if (last)
			return;
	}
}

static void draw_entry(const struct app *app, const struct history_entry *entry, const struct rect *line,
		       struct screen *screen)
{
	const struct column_context context = { .names = &app->names, .now_ns = app->now_ns, .brief = true };
	const struct row row = history_row(entry);
	bool ms = line->width >= WIDTH_FOR_MS, words = line->width >= WIDTH_FOR_WORDS;
	struct rect left = *line;
	struct buf text = BUF_INIT;

	add_time(&text, entry->real_ns, ms);
	put_part(screen, &left, ms ? MS_WIDTH : SECONDS_WIDTH, FACE_DIM, &text);
	(words ? history_format : history_format_brief)(&text, entry);
	unsigned width = entry->kind == HISTORY_LOST ? left.width : words ? WORDS_WIDTH : MARKS_WIDTH;
	put_part(screen, &left, width, entry_face(entry), &text);
	buf_fini(&text);
	if (entry->kind != HISTORY_LOST)
		put_row(screen, &left, !words, &row, &context);
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
		buf_printf(out, "events%s lost %llu time%s", app->tours ? " of the own namespace" : "", losses,
			   losses == 1 ? "" : "s");
	else
		buf_puts(out, "events are not heard");
	return losses > 0 || !app->hears_closings ? FACE_NOTICE : FACE_DIM;
}
