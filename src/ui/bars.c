/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/bars.h"

#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/action.h"
#include "ui/input.h"
#include "ui/keymap.h"
#include "ui/prompt.h"
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

/* Puts a label and what it is about at x; returns where they end. */
static unsigned put_labelled(struct screen *screen, unsigned x, unsigned y, const char *label, const char *text)
{
	x += screen_put(screen, x, y, screen->width - x, FACE_TEXT, label);
	return x + screen_put(screen, x, y, screen->width - x, FACE_NOTICE, text);
}

/* What is asked for and how it is shown; returns where it ends. */
static unsigned put_request(const struct app *app, unsigned y, struct screen *screen)
{
	struct buf text = BUF_INIT;

	query_describe(&text, &app->query);
	unsigned x = screen_put(screen, 0, y, screen->width, FACE_TITLE, "ports  ");
	x += screen_put(screen, x, y, screen->width - x, FACE_TEXT, text.length > 0 ? text.data : "all sockets");
	if (app->names.resolve)
		x += screen_put(screen, x, y, screen->width - x, FACE_TEXT, " -r");
	if (app->filter.count > 0)
		x = put_labelled(screen, x, y, "  filter: ",
				 buf_str(app->mode == MODE_FILTER ? &app->entry : &app->filter_text));
	if (app->groups.by != GROUP_BY_NONE)
		x = put_labelled(screen, x, y, "  group: ", group_by_name(app->groups.by));
	if (app->follow.on) {
		buf_clear(&text);
		follow_format(&text, app);
		x = put_labelled(screen, x, y, "  following ", text.data);
	}
	buf_fini(&text);
	return x;
}

/* Where there is no room for both, the pause is worth more than the time, and the time more than the interval. */
void bars_draw_title(const struct app *app, unsigned y, struct screen *screen)
{
	struct buf pace = BUF_INIT, time = BUF_INIT, both = BUF_INIT;
	unsigned x = put_request(app, y, screen), face = app->paused ? FACE_NOTICE : FACE_TEXT;

	if (app->paused)
		buf_puts(&pace, "PAUSED");
	else if (app->pace != PACE_INTERVAL)
		buf_puts(&pace, app->pace == PACE_RECORDING ? "recorded" : "recording over");
	else
		buf_printf(&pace, "every %u.%u s", app->interval_ms / 1000, app->interval_ms % 1000 / 100);
	add_local_time(&time, app->real_ns);
	buf_printf(&both, "%s  %s", pace.data, time.data);
	if (!put_right(screen, x, y, face, both.data))
		put_right(screen, x, y, face, app->paused ? pace.data : time.data);
	buf_fini(&pace);
	buf_fini(&time);
	buf_fini(&both);
}

static unsigned put_total(struct screen *screen, unsigned x, unsigned y, unsigned face, const char *name, size_t count)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "%s %zu  ", name, count);
	x += screen_put(screen, x, y, x < screen->width ? screen->width - x : 0, face, buf_str(&text));
	buf_fini(&text);
	return x;
}

/* The states that most tables are made of; the rest is counted together. */
static unsigned put_state_totals(const struct app *app, unsigned y, struct screen *screen)
{
	static const enum sock_state named[] = { STATE_LISTEN, STATE_ESTABLISHED, STATE_TIME_WAIT, STATE_UNCONN };
	size_t others = 0;
	unsigned x = 0;

	for (size_t state = 0; state <= STATE_COUNT; state++)
		others += app->listing.states[state];
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		size_t count = app->listing.states[named[i]];

		others -= count;
		if (count > 0)
			x = put_total(screen, x, y, theme_state_face(named[i]), state_name(named[i]), count);
	}
	return others > 0 ? put_total(screen, x, y, FACE_TEXT, "other", others) : x;
}

void bars_draw_totals(const struct app *app, unsigned y, struct screen *screen)
{
	size_t alive = app->listing.count - app->listing.gone;
	struct buf right = BUF_INIT;
	unsigned x = put_state_totals(app, y, screen);

	buf_printf(&right, "%zu", alive);
	if (app->filter.count > 0)
		buf_printf(&right, " of %zu", app->table.count);
	buf_puts(&right, alive == 1 && app->filter.count == 0 ? " socket" : " sockets");
	if (app->listing.fresh > 0)
		buf_printf(&right, "  %zu new", app->listing.fresh);
	if (app->listing.gone > 0)
		buf_printf(&right, "  %zu gone", app->listing.gone);
	if (x + 2 + right.length > screen->width) {
		buf_clear(&right);
		buf_printf(&right, "%zu  +%zu -%zu", alive, app->listing.fresh, app->listing.gone);
	}
	put_right(screen, x, y, FACE_TEXT, buf_str(&right));
	buf_fini(&right);
}

void bars_draw_status(const struct app *app, unsigned y, struct screen *screen)
{
	if (prompt_label(app->mode) != NULL) {
		unsigned x = screen_put(screen, 0, y, screen->width, FACE_PROMPT, prompt_label(app->mode));
		x += screen_put(screen, x, y, screen->width - x, FACE_PROMPT, buf_str(&app->entry));
		screen_put(screen, x, y, 1, FACE_PROMPT, "_");
	} else if (app->mode == MODE_KILL || app->mode == MODE_DESTROY) {
		struct buf question = BUF_INIT;

		hit_ask(&question, app);
		screen_put(screen, 0, y, screen->width, FACE_PROMPT, buf_str(&question));
		buf_fini(&question);
	} else if (app->message.length > 0) {
		screen_put(screen, 0, y, screen->width, FACE_TEXT, app->message.data);
	} else {
		screen_put(screen, 0, y, screen->width, FACE_NOTICE, buf_str(&app->notice));
	}
}

/* The bar's next key behind this action (NULL: its first), as long as it fits whole; moves x behind it. */
static const struct action *next_key(const struct app *app, const struct action *action, unsigned *x, struct buf *key)
{
	for (action = action != NULL ? action + 1 : actions; action->name != NULL; action++) {
		uint32_t first = keymap_first(&app->keymap, action);

		if (action->mode != app->mode || action->label == NULL || first == INPUT_NONE)
			continue;
		buf_clear(key);
		input_format(key, first);
		*x += (unsigned)(text_width(buf_str(key)) + text_width(action->label)) + 1;
		return *x <= app->width + 1 ? action : NULL;
	}
	return NULL;
}

void bars_draw_keys(const struct app *app, unsigned y, struct screen *screen)
{
	const struct action *action = NULL;
	struct buf key = BUF_INIT;

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

	do
		action = next_key(app, action, &end, &key);
	while (action != NULL && x + 1 >= end);
	buf_fini(&key);
	return action;
}
