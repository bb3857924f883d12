/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/status.h"

#include "base/text.h"
#include "ui/paper.h"
#include "ui/play_view.h"
#include "ui/prompt.h"
#include "ui/theme.h"

static bool asks(const struct app *app)
{
	return app->mode == MODE_KILL || app->mode == MODE_DESTROY || app->mode == MODE_PLAY_ASK || app->mode == MODE_PLAY_LEAVE;
}

/* The question that waits for an answer, and what the last key did; there may be neither. */
static void put_status(struct paper *paper, const struct app *app)
{
	struct buf text = BUF_INIT;

	if (app->mode == MODE_KILL || app->mode == MODE_DESTROY)
		hit_ask(&text, app);
	else if (asks(app))
		play_view_ask(app, &text);
	if (text.length > 0 && app->message.length > 0)
		buf_puts(&text, "  ");
	buf_puts(&text, buf_str(&app->message));
	paper_put(paper, &(struct paragraph){ .face = asks(app) ? FACE_PROMPT : FACE_TEXT, .text = buf_str(&text) });
	buf_fini(&text);
}

unsigned status_height(const struct app *app, unsigned width, unsigned most)
{
	size_t top = 0;
	struct paper paper = { .place = { .width = width }, .top = &top };

	if (prompt_label(app->mode) != NULL)
		return 1;
	put_status(&paper, app);
	return paper.lines < most ? (unsigned)paper.lines : most;
}

/* Who types sees the end of it, and behind that whether there is such a thing. */
static void draw_prompt(const struct app *app, const struct rect *place, struct screen *screen)
{
	struct buf clean = BUF_INIT;
	unsigned x = screen_put(screen, 0, place->y, place->width, FACE_PROMPT, prompt_label(app->mode));

	text_clean(&clean, buf_str(&app->entry));
	const char *shown = buf_str(&clean);
	unsigned room = place->width - x, said = (unsigned)text_width(buf_str(&app->message)) + 2;
	if (app->message.length > 0)
		room -= said < room / 2 ? said : room / 2;
	while (text_width(shown) + 1 > room)
		text_decode(&shown);
	x += screen_put(screen, x, place->y, place->width - x, FACE_PROMPT, shown);
	x += screen_put(screen, x, place->y, 1, FACE_PROMPT, "_") + 2;
	if (x < place->width && app->mode != MODE_FILTER) /* for that there is the bar of keys, all of it */
		screen_put(screen, x, place->y, place->width - x, FACE_NOTICE, buf_str(&app->message));
	buf_fini(&clean);
}

/* What could not be seen holds on, and is said in one line. */
void status_draw(const struct app *app, const struct rect *place, struct screen *screen)
{
	size_t top = 0;
	struct paper paper = { .screen = screen, .place = *place, .top = &top };

	if (prompt_label(app->mode) != NULL) {
		draw_prompt(app, place, screen);
		return;
	}
	if (!asks(app) && app->message.length == 0) {
		screen_put(screen, place->x, place->y, place->width, FACE_NOTICE, buf_str(&app->notice));
		return;
	}
	put_status(&paper, app);
	if (paper.lines > place->height)
		screen_put(screen, place->x + place->width - 1, place->y + place->height - 1, 1, FACE_NOTICE, "…");
}
