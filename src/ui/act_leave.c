/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ways out of the playground, each of which ends its actors: asked once, when there are any.
 */
#include <string.h>

#include "lab/lessons.h"
#include "ui/acts.h"
#include "ui/play.h"

static void leave_pane(struct app *app)
{
	struct play_pane *pane = app->play;

	playground_clear(pane->ground);
	if (pane->narrowed) {
		app->query.ports = pane->before;
		pane->narrowed = false;
		app_requery(app);
	}
	app->mode = MODE_TABLE;
	app->pane = (struct pane_view){ .pane = PANE_NONE };
	app_recolumn(app);
	app->wishes |= WISH_PLAY;
}

static void leave_program(struct app *app)
{
	app->wishes |= WISH_QUIT;
}

/* Its text is parsed by the tests, all of it: it cannot fail. */
static void begin_lesson(struct app *app)
{
	const struct lesson *lesson = &lessons[app->play->lesson_at];
	struct buf why = BUF_INIT;

	if (!play_load(app->play, lesson->name, lesson->text, lesson->length, &why))
		app_say(app, buf_str(&why));
	buf_fini(&why);
	app->mode = MODE_PLAY;
	app->wishes |= WISH_PLAY;
}

static void go_private(struct app *app)
{
	app->mode = MODE_PLAY;
	app->wishes |= WISH_PRIVATE;
}

static void (*const ways[])(struct app *app) = {
	[LEAVE_PANE] = leave_pane,
	[LEAVE_PROGRAM] = leave_program,
	[LEAVE_FOR_LESSON] = begin_lesson,
	[LEAVE_FOR_PRIVATE] = go_private,
};

/* Who is asked whether to leave, and wants to leave the program, has answered. */
static void leave(struct app *app, enum play_leave way)
{
	if (app->play == NULL || !playground_is_used(app->play->ground) || app->mode == MODE_PLAY_LEAVE) {
		ways[way](app);
		return;
	}
	app->play->leave = way;
	app->play->asked_in = app->mode;
	app->mode = MODE_PLAY_LEAVE;
}

void act_quit(struct app *app, uint32_t key)
{
	(void)key;
	leave(app, LEAVE_PROGRAM);
}

void act_play_leave(struct app *app, uint32_t key)
{
	(void)key;
	leave(app, LEAVE_PANE);
}

void act_play_private(struct app *app, uint32_t key)
{
	(void)key;
	if (app->play->ground->is_private)
		app_say(app, "This is a private network already; it ends with the program");
	else
		leave(app, LEAVE_FOR_PRIVATE);
}

void act_leave_yes(struct app *app, uint32_t key)
{
	(void)key;
	ways[app->play->leave](app);
}

void act_leave_no(struct app *app, uint32_t key)
{
	(void)key;
	app->mode = app->play->asked_in;
}

static void move(struct app *app, bool down)
{
	size_t at = app->play->lesson_at;

	if (!down)
		app->play->lesson_at = at > 0 ? at - 1 : 0;
	else if (lessons[at + 1].name != NULL)
		app->play->lesson_at = at + 1;
}

void act_lessons_up(struct app *app, uint32_t key)
{
	(void)key;
	move(app, false);
}

void act_lessons_down(struct app *app, uint32_t key)
{
	(void)key;
	move(app, true);
}

void act_lessons_begin(struct app *app, uint32_t key)
{
	(void)key;
	leave(app, LEAVE_FOR_LESSON);
}

void act_lessons_back(struct app *app, uint32_t key)
{
	(void)key;
	app->mode = MODE_PLAY;
}
