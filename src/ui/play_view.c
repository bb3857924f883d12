/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/play_view.h"

#include <string.h>
#include <sys/socket.h>

#include "lab/lessons.h"
#include "lab/strace.h"
#include "ui/crew_view.h"
#include "ui/form_view.h"
#include "ui/paper.h"
#include "ui/play.h"
#include "ui/theme.h"

/* From this width on two things stand side by side. */
enum { WIDE = 100 };

/* A pane that is lower shows one thing at a time. */
enum { TINY = 7 };

/* The verdict has so many lines before the options of a form that is not being filled in are shown. */
enum { VERDICT_HEIGHT = 8 };

/* Of the transcript's first two columns: the longest name of an errno, nearly. */
enum { WORD_WIDTH = 14 };

static size_t count_sockets(const struct play_pane *pane)
{
	size_t count = 0;

	for (size_t i = 0; i < pane->item_count; i++)
		count += pane->items[i].name != NULL ? 1 : 0;
	return count;
}

void play_view_draw_title(const struct app *app, const struct rect *place, struct screen *screen)
{
	const struct play_pane *pane = app->play;
	bool has_keys = app->mode != MODE_TABLE;
	struct buf text = BUF_INIT;

	for (unsigned x = 0; x < place->width; x++)
		screen_put(screen, place->x + x, place->y, 1, FACE_DIM, "-");
	buf_printf(&text, " Playground %s ", pane->ground->is_private ? "in a private network" : "on this host");
	screen_put(screen, place->x + 2, place->y, place->width - 2, has_keys ? FACE_HEADER : FACE_TITLE, buf_str(&text));
	unsigned x = place->x + 2 + (unsigned)text.length;
	size_t sockets = count_sockets(pane), actors = pane->item_count - sockets;
	buf_clear(&text);
	buf_printf(&text, " %zu actor%s, %zu socket%s ", actors, actors == 1 ? "" : "s", sockets, sockets == 1 ? "" : "s");
	if (x + text.length + 4 <= place->x + place->width)
		screen_put(screen, place->x + place->width - 2 - (unsigned)text.length, place->y, (unsigned)text.length, FACE_TEXT,
			   buf_str(&text));
	buf_fini(&text);
}

static int family_of(const struct play_pane *pane, const struct step *step)
{
	const struct past_sock *sock = past_find(&pane->ground->past, &step->actor, &step->sock);

	if (step->verb == VERB_SOCKET)
		return socket_kinds[step->kind].family;
	return sock != NULL && sock->wish.family == FAMILY_INET6 ? AF_INET6 : AF_INET;
}

static void put_call(const struct play_pane *pane, const struct play_step *step, struct buf *out)
{
	const struct step *made = step->state == PLAY_WAITS ? &step->step : &step->resolved;

	if (step->step.actor.text[0] != '\0')
		buf_printf(out, "%s: ", step->step.actor.text);
	strace_call(out, made, family_of(pane, made));
	if (step->state != PLAY_DONE || !verb_has_actor(made->verb) || made->verb == VERB_KILL)
		return;
	buf_puts(out, " = ");
	if (step->lost || made->verb == VERB_EXIT)
		buf_puts(out, "?");
	else
		strace_result(out, made, &step->reply);
	if (step->lost || !play_step_is_right(step))
		buf_printf(out, "  %s", buf_str(&step->why));
}

static const char *result_word(const struct play_step *step)
{
	return step->state == PLAY_WAITS ? "waits" : step->state == PLAY_RUNS ? "..." : step->lost ? "none" : step->reply.word;
}

static void draw_step(const struct play_pane *pane, const struct play_step *step, const struct rect *line,
		      struct screen *screen)
{
	unsigned face = !play_step_is_right(step) ? FACE_ALERT : step->state == PLAY_WAITS ? FACE_DIM : FACE_TEXT;
	unsigned words = 2 * WORD_WIDTH;
	struct buf text = BUF_INIT;

	put_call(pane, step, &text);
	screen_put(screen, line->x, line->y, WORD_WIDTH - 1, face, step->is_judged ? step->predicted : "-");
	screen_put(screen, line->x + WORD_WIDTH, line->y, WORD_WIDTH - 1, face, result_word(step));
	if (line->width > words)
		screen_put(screen, line->x + words, line->y, line->width - words, face, buf_str(&text));
	buf_fini(&text);
}

/* The last steps, as many as fit. */
static void draw_transcript(struct play_pane *pane, const struct rect *place, struct screen *screen)
{
	const struct playground *ground = pane->ground;
	unsigned height = place->height > 3 ? place->height - 1 : place->height, y = place->y;
	size_t most = ground->count > height ? ground->count - height : 0;

	if (place->height > 3) {
		screen_fill(screen, place->x, y, place->width, FACE_HEADER);
		screen_put(screen, place->x, y, WORD_WIDTH - 1, FACE_HEADER, "Foreseen");
		screen_put(screen, place->x + WORD_WIDTH, y, WORD_WIDTH - 1, FACE_HEADER, "Result");
		screen_put(screen, place->x + 2 * WORD_WIDTH, y, 20, FACE_HEADER, "System call");
		y++;
	}
	pane->back = pane->back < most ? pane->back : most;
	for (unsigned i = 0; i < height && most - pane->back + i < ground->count; i++)
		draw_step(pane, &ground->steps[most - pane->back + i], &(struct rect){ place->x, y + i, place->width, 1 }, screen);
}

static void put_paragraph(struct paper *paper, enum face face, const char *text)
{
	if (text[0] != '\0')
		paper_put(paper, &(struct paragraph){ .face = face, .text = text });
}

/* What the lesson says, and its next step. */
static void put_lesson(struct paper *paper, void *context)
{
	const struct play_pane *pane = context;
	const struct playground *ground = pane->ground;
	const struct step *next = playground_upcoming(ground);
	struct buf text = BUF_INIT;

	if (paper->place.height >= TINY / 2)
		put_paragraph(paper, FACE_TITLE, buf_str(&ground->lesson.title));
	if (next != NULL) {
		buf_printf(&text, "Next: %s%s%s", next->source, next->has_result ? "  => " : "", next->has_result ? next->result : "");
		put_paragraph(paper, FACE_NOTICE, buf_str(&text));
		put_paragraph(paper, FACE_TEXT, buf_str(&pane->told));
	} else {
		put_paragraph(paper, FACE_NOTICE, "The lesson is over; what it made is yours.");
	}
	buf_clear(&text);
	buf_puts(&text, ground->lesson_note.length > 0 ? buf_str(&ground->lesson_note) : buf_str(&ground->lesson.about));
	for (size_t i = 0; i < text.length; i++)
		text.data[i] = text.data[i] == '\n' ? ' ' : text.data[i];
	put_paragraph(paper, FACE_TEXT, buf_str(&text));
	buf_fini(&text);
}

static void draw_lesson(struct play_pane *pane, const struct rect *place, struct screen *screen)
{
	size_t top = 0;
	struct paper paper = { .screen = screen, .place = *place, .top = &top };

	if (place->height > 0)
		paper_draw(&paper, put_lesson, pane);
}

static void draw_lessons(struct play_pane *pane, const struct rect *place, struct screen *screen)
{
	if (pane->lesson_at < pane->lesson_top)
		pane->lesson_top = pane->lesson_at;
	if (place->height > 0 && pane->lesson_at >= pane->lesson_top + place->height)
		pane->lesson_top = pane->lesson_at - place->height + 1;
	for (unsigned y = 0; y < place->height && lesson_name(pane->lesson_top + y) != NULL; y++) {
		const struct lesson *lesson = &lessons[pane->lesson_top + y];
		unsigned selected = pane->lesson_top + y == pane->lesson_at ? FACE_SELECTED : 0;
		size_t title = strcspn(lesson->text, " ");

		title += strspn(lesson->text + title, " ");
		struct buf text = BUF_INIT;
		buf_printf(&text, "%-32s ", lesson->name);
		buf_add(&text, lesson->text + title, strcspn(lesson->text + title, "\n"));
		screen_fill(screen, place->x, place->y + y, place->width, FACE_TEXT | selected);
		screen_put(screen, place->x, place->y + y, place->width, FACE_TEXT | selected, buf_str(&text));
		buf_fini(&text);
	}
}

/* The form and its verdict; or what the lesson says, or what the selected socket could do, where the list has the keys. */
static void draw_outlook(const struct app *app, const struct rect *place, struct screen *screen)
{
	struct play_pane *pane = app->play;
	bool has_keys = app->mode == MODE_FORM;
	unsigned lines = form_view_lines(pane, place->width, true);
	struct rect form = *place, below = *place;

	if (!has_keys && pane->ground->lesson.count > 0) {
		draw_lesson(pane, place, screen);
		return;
	}
	if (!has_keys && lines + VERDICT_HEIGHT > place->height)
		lines = form_view_lines(pane, place->width, false);
	form.height = lines < place->height * 3 / 5 ? lines : place->height * 3 / 5;
	below.y += form.height;
	below.height -= form.height;
	form_view_draw(pane, &form, has_keys, screen);
	if (!has_keys && pane->told.length > 0)
		form_view_draw_told(buf_str(&pane->told), &below, screen);
	else
		form_view_draw_verdict(pane, &below, screen);
}

static struct rect part(const struct rect *place, unsigned y, unsigned height)
{
	return (struct rect){ place->x, place->y + y, place->width, height };
}

static void draw_wide(const struct app *app, const struct rect *place, struct screen *screen)
{
	unsigned upper = place->height * 2 / 3, left = place->width / 2 - 4;
	const struct rect list = { place->x, place->y, left, upper };
	const struct rect outlook = { place->x + left + 2, place->y, place->width - left - 2, upper };
	const struct rect calls = part(place, upper, place->height - upper);

	crew_view_draw(app->play, &list, app->mode == MODE_PLAY, screen);
	for (unsigned y = 0; y < upper; y++)
		screen_put(screen, place->x + left, place->y + y, 1, FACE_DIM, "|");
	draw_outlook(app, &outlook, screen);
	draw_transcript(app->play, &calls, screen);
}

static void draw_narrow(const struct app *app, const struct rect *place, struct screen *screen)
{
	bool fills_in = app->mode == MODE_FORM;
	unsigned list = place->height / (fills_in ? 6 : 3), calls = place->height / (fills_in ? 5 : 4) + 1;
	const struct rect first = part(place, 0, list), last = part(place, place->height - calls, calls);
	const struct rect middle = part(place, list, place->height - list - calls);

	crew_view_draw(app->play, &first, app->mode == MODE_PLAY, screen);
	draw_outlook(app, &middle, screen);
	draw_transcript(app->play, &last, screen);
}

/* What has the keys, and a little of the rest: of the form the verdict, of the list the last step. */
static void draw_tiny(const struct app *app, const struct rect *place, struct screen *screen)
{
	unsigned below = app->mode == MODE_FORM ? 2 : 1;
	unsigned most = place->height > below ? place->height - below : place->height;
	const struct rect first = part(place, 0, most), last = part(place, most, place->height - most);

	if (app->mode == MODE_FORM) {
		form_view_draw(app->play, &first, true, screen);
		form_view_draw_verdict(app->play, &last, screen);
	} else if (app->play->ground->lesson.count > 0) {
		draw_lesson(app->play, &first, screen);
		draw_transcript(app->play, &last, screen);
	} else {
		crew_view_draw(app->play, &first, app->mode == MODE_PLAY, screen);
		draw_transcript(app->play, &last, screen);
	}
}

static void draw_matrix(const struct app *app, const struct rect *place, struct screen *screen)
{
	struct play_pane *pane = app->play;
	unsigned lines = place->height < TINY ? 0 : form_view_lines(pane, place->width, true);
	unsigned most = lines < place->height / 3 ? lines : place->height / 3;
	const struct rect form = part(place, 0, most), below = part(place, most, place->height - most);
	const char *at = pane->matrix.data;
	struct buf line = BUF_INIT;

	form_view_draw(pane, &form, app->mode == MODE_FORM, screen);
	for (unsigned y = 0; y < below.height && *at != '\0'; y++) {
		size_t length = strcspn(at, "\n");

		buf_clear(&line);
		buf_add(&line, at, length);
		screen_put(screen, below.x, below.y + y, below.width, y == 0 ? FACE_HEADER : FACE_TEXT, buf_str(&line));
		at += length + (at[length] == '\n' ? 1 : 0);
	}
	buf_fini(&line);
}

void play_view_draw(struct app *app, const struct rect *place, struct screen *screen)
{
	if (app->mode == MODE_LESSONS)
		draw_lessons(app->play, place, screen);
	else if (app->play->matrix.length > 0)
		draw_matrix(app, place, screen);
	else if (place->height < TINY)
		draw_tiny(app, place, screen);
	else if (place->width >= WIDE)
		draw_wide(app, place, screen);
	else
		draw_narrow(app, place, screen);
}

unsigned play_view_height(const struct app *app, unsigned height)
{
	unsigned rows = height / 4 > 2 ? height / 4 : 2;

	if (app->play->matrix.length > 0 && height <= TINY)
		return height; /* it is worth nothing without its last line */
	return height > rows ? height - rows : 0;
}

void play_view_ask(const struct app *app, struct buf *out)
{
	bool asks = app->mode == MODE_PLAY_ASK;
	size_t sockets = asks ? 0 : count_sockets(app->play);

	if (asks)
		buf_puts(out, "Others can reach this address of this host (asked once): use it? ");
	else
		buf_printf(out, "The playground has %zu socket%s; end its actors? ", sockets, sockets == 1 ? "" : "s");
	keymap_name(out, &app->keymap, asks ? "ask-yes" : "leave-yes");
	buf_putc(out, '/');
	keymap_name(out, &app->keymap, asks ? "ask-no" : "leave-no");
}
