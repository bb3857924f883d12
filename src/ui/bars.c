/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/bars.h"

#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/action.h"
#include "ui/input.h"
#include "ui/keymap.h"
#include "ui/theme.h"

/* Puts a text at the right edge, if it leaves what stands on the left (up to x) alone; false: it does not. */
static bool put_right(struct screen *screen, unsigned x, unsigned y, unsigned face, const char *text)
{
	unsigned width = (unsigned)text_width(text);

	if (x + 2 + width > screen->width)
		return false;
	screen_put(screen, screen->width - width, y, width, face, text);
	return true;
}

static void add_local_time(struct buf *out, uint64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / NS_PER_S);
	struct tm local;

	localtime_r(&seconds, &local);
	buf_printf(out, "%02d:%02d:%02d", local.tm_hour, local.tm_min, local.tm_sec);
}

/* A line that is written from the left to the right. */
struct writing {
	struct screen *screen;
	unsigned x, y, end; /* what would stand at end or behind it is cut */
};

static void put(struct writing *line, unsigned face, const char *text)
{
	if (line->x < line->end)
		line->x += screen_put(line->screen, line->x, line->y, line->end - line->x, face, text);
}

/* What restricts the rows comes first: groups, and what is followed, are seen in the table as well. */
static void put_request(struct writing *line, const struct app *app)
{
	struct buf text = BUF_INIT;

	query_describe(&text, &app->query);
	put(line, FACE_TITLE, "ports  ");
	put(line, FACE_TEXT, text.length > 0 ? text.data : "TCP and UDP");
	if (app->names.resolve)
		put(line, FACE_TEXT, " -r");
	if (app->filter.count > 0) {
		put(line, FACE_TEXT, "  filter: ");
		put(line, FACE_NOTICE, app->filter.text);
	}
	if (app->groups.by != GROUP_BY_NONE) {
		put(line, FACE_TEXT, "  group: ");
		put(line, FACE_NOTICE, group_by_name(app->groups.by));
	}
	if (app->follow.on) {
		buf_clear(&text);
		follow_format(&text, app);
		put(line, FACE_TEXT, "  following ");
		put(line, FACE_NOTICE, text.data);
	}
	buf_fini(&text);
}

/* A pause is told in any case; else, where there is no room, the time is worth more than the interval. */
void bars_draw_title(const struct app *app, unsigned y, struct screen *screen)
{
	struct buf pace = BUF_INIT, time = BUF_INIT, both = BUF_INIT;
	unsigned face = app->paused ? FACE_NOTICE : FACE_TEXT;

	if (app->paused)
		buf_puts(&pace, "PAUSED");
	else if (app->pace != PACE_INTERVAL)
		buf_puts(&pace, app->pace == PACE_RECORDING ? "recorded" : "recording over");
	else
		buf_printf(&pace, "every %u.%u s", app->interval_ms / 1000, app->interval_ms % 1000 / 100);
	add_local_time(&time, app->real_ns);
	buf_printf(&both, "%s  %s", pace.data, time.data);
	struct writing line = { screen, 0, y, screen->width - (app->paused ? (unsigned)pace.length + 2 : 0) };
	put_request(&line, app);
	if (!put_right(screen, line.x, y, face, both.data))
		put_right(screen, line.x, y, face, app->paused ? pace.data : time.data);
	buf_fini(&pace);
	buf_fini(&time);
	buf_fini(&both);
}

/* A number of sockets that have something in common. */
struct total {
	const char *name;
	enum face face;
	size_t count;
	bool shown;
};

/* The states that most tables are made of; the rest is counted together. */
enum { NAMED_STATES = 4, TOTALS };

static void count_states(const struct app *app, struct total totals[TOTALS])
{
	static const enum sock_state named[NAMED_STATES] = { STATE_LISTEN, STATE_ESTABLISHED, STATE_TIME_WAIT, STATE_UNCONN };
	size_t others = 0;

	for (size_t state = 0; state <= STATE_COUNT; state++)
		others += app->listing.states[state];
	for (size_t i = 0; i < NAMED_STATES; i++) {
		size_t count = app->listing.states[named[i]];

		others -= count;
		totals[i] = (struct total){ state_name(named[i]), theme_state_face(named[i]), count, count > 0 };
	}
	totals[NAMED_STATES] = (struct total){ "other", FACE_TEXT, others, others > 0 };
}

static void format_total(struct buf *out, const struct total *total)
{
	buf_clear(out);
	buf_printf(out, "%s %zu  ", total->name, total->count);
}

/* How much of a line they take. */
static unsigned totals_width(const struct total totals[TOTALS])
{
	struct buf text = BUF_INIT;
	unsigned width = 0;

	for (size_t i = 0; i < TOTALS; i++) {
		format_total(&text, &totals[i]);
		width += totals[i].shown ? (unsigned)text.length : 0;
	}
	buf_fini(&text);
	return width;
}

/* What there is no room for is counted with the others. */
static void fit_totals(struct total totals[TOTALS], unsigned room)
{
	struct total *others = &totals[NAMED_STATES];

	for (size_t i = NAMED_STATES; i > 0 && totals_width(totals) > room; i--) {
		others->count += totals[i - 1].count;
		others->shown |= totals[i - 1].shown;
		totals[i - 1].shown = false;
	}
}

/* brief: in less room. */
static void describe_count(struct buf *out, const struct app *app, bool brief)
{
	const struct listing *listing = &app->listing;
	size_t alive = listing->count - listing->gone;

	buf_clear(out);
	buf_printf(out, "%zu", alive);
	if (app->filter.count > 0)
		buf_printf(out, " of %zu", listing->asked);
	if (brief && listing->fresh + listing->gone > 0) {
		buf_printf(out, "  +%zu -%zu", listing->fresh, listing->gone);
		return;
	}
	buf_puts(out, alive == 1 && app->filter.count == 0 ? " socket" : " sockets");
	if (listing->fresh > 0)
		buf_printf(out, "  %zu new", listing->fresh);
	if (listing->gone > 0)
		buf_printf(out, "  %zu gone", listing->gone);
}

void bars_draw_totals(const struct app *app, unsigned y, struct screen *screen)
{
	struct total totals[TOTALS];
	struct buf text = BUF_INIT;

	count_states(app, totals);
	describe_count(&text, app, false);
	if (totals_width(totals) + text.length > screen->width)
		describe_count(&text, app, true);
	fit_totals(totals, screen->width - (unsigned)text.length);
	put_right(screen, 0, y, FACE_TEXT, text.data);
	struct writing line = { screen, 0, y, screen->width - (unsigned)text.length };
	for (size_t i = 0; i < TOTALS; i++) {
		format_total(&text, &totals[i]);
		if (totals[i].shown)
			put(&line, totals[i].face, text.data);
	}
	buf_fini(&text);
}

/* The bar's next key behind this action (NULL: its first), as long as it fits whole; moves x behind it. */
static const struct action *next_key(const struct app *app, const struct action *action, unsigned *x, struct buf *key)
{
	for (action = action != NULL ? action + 1 : actions; action->name != NULL; action++) {
		uint32_t first = keymap_first(&app->keymap, action);

		if (action->mode != app->mode || action->label == NULL || first == INPUT_NONE ||
		    (action->changes && app->readonly != NULL))
			continue;
		buf_clear(key);
		input_format(key, first);
		*x += (unsigned)(text_width(buf_str(key)) + text_width(action->label)) + 1;
		return *x <= app->width + 1 ? action : NULL;
	}
	return NULL;
}

/* What is wrong with what is being typed is worth more than the keys, and needs the whole line. */
static bool is_in_error(const struct app *app)
{
	return app->mode == MODE_FILTER && app->message.length > 0;
}

void bars_draw_keys(const struct app *app, unsigned y, struct screen *screen)
{
	const struct action *action = NULL;
	struct buf key = BUF_INIT;

	if (is_in_error(app)) {
		screen_put(screen, 0, y, screen->width, FACE_NOTICE, app->message.data);
		return;
	}
	for (unsigned x = 0, end = 0; (action = next_key(app, action, &end, &key)) != NULL; x = end) {
		x += screen_put(screen, x, y, screen->width - x, FACE_KEY, buf_str(&key));
		screen_put(screen, x, y, screen->width - x, FACE_LABEL, action->label);
	}
	buf_fini(&key);
}

const struct action *bars_key_at(const struct app *app, unsigned x)
{
	const struct action *action = NULL;
	struct buf key = BUF_INIT;
	unsigned end = 0;

	if (is_in_error(app))
		return NULL;
	do
		action = next_key(app, action, &end, &key);
	while (action != NULL && x + 1 >= end);
	buf_fini(&key);
	return action;
}
