/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keys do with the playground as a whole: to it and from it, its lessons, its steps, its file.
 */
#include "base/clock.h"
#include "ui/acts.h"
#include "ui/play.h"
#include "ui/prompt.h"

static void open_pane(struct app *app, enum mode mode)
{
	if (app->pane.pane != PANE_PLAY) {
		app->pane = (struct pane_view){ .pane = PANE_PLAY };
		app->query.needs |= NEED_FLAGS; /* who is in the way, and why, is told by them */
		app->wishes |= WISH_REFRESH;
	}
	app->mode = mode;
	app->wishes |= WISH_PLAY;
}

static bool has_play(struct app *app)
{
	if (app->play == NULL)
		app_say(app, "There is no playground here: these sockets are made up, or recorded");
	return app->play != NULL;
}

void act_play(struct app *app, uint32_t key)
{
	(void)key;
	if (has_play(app))
		open_pane(app, app->play->ground->count > 0 ? MODE_PLAY : MODE_FORM);
}

void act_beside(struct app *app, uint32_t key)
{
	const struct row *row = app_selected(app);

	(void)key;
	if (!has_play(app))
		return;
	if (row == NULL) {
		app_say(app, "Select a socket to fill the form with its address and port");
		return;
	}
	form_fill(&app->play->form, &row->sock);
	open_pane(app, MODE_FORM);
}

void act_play_table(struct app *app, uint32_t key)
{
	(void)key;
	if (app->play->matrix.length > 0)
		buf_clear(&app->play->matrix);
	else
		app->mode = MODE_TABLE;
}

void act_play_form(struct app *app, uint32_t key)
{
	(void)key;
	app->play->form.at = FIELD_ADDRESS;
	app->play->form.entered = true;
	app->mode = MODE_FORM;
	app->wishes |= WISH_PLAY;
}

static void move(struct app *app, bool down)
{
	size_t at = app->play->at;

	play_select(app->play, down ? at + 1 : at > 0 ? at - 1 : 0);
	app->wishes |= WISH_PLAY;
}

void act_play_up(struct app *app, uint32_t key)
{
	(void)key;
	move(app, false);
}

void act_play_down(struct app *app, uint32_t key)
{
	(void)key;
	move(app, true);
}

void act_play_back(struct app *app, uint32_t key)
{
	(void)key;
	app->play->back += 5; /* drawing keeps it within the transcript */
}

void act_play_forth(struct app *app, uint32_t key)
{
	(void)key;
	app->play->back -= app->play->back < 5 ? app->play->back : 5;
}

void act_play_undo(struct app *app, uint32_t key)
{
	(void)key;
	playground_leave_lesson(app->play->ground);
	app_say(app, playground_undo(app->play->ground) ? "The last step is taken back; fresh actors make the others again"
						      : "There is nothing to take back");
	app->wishes |= WISH_PLAY;
}

void act_play_save(struct app *app, uint32_t key)
{
	(void)key;
	if (app->play->ground->done == 0) {
		app_say(app, "There is nothing to save yet");
		return;
	}
	prompt_open(app, MODE_SAVE);
	buf_printf(&app->entry, "ports-play-%llu.lab", (unsigned long long)(app->real_ns / NS_PER_S));
}

void play_save(struct app *app)
{
	app->wishes |= WISH_SAVE_PLAY;
}

/* The table shows the playground's ports only, or what it showed before. */
void act_play_ports(struct app *app, uint32_t key)
{
	struct play_pane *pane = app->play;

	(void)key;
	if (!pane->narrowed && pane->ground->ports.count == 0) {
		app_say(app, "The playground has no port yet");
		return;
	}
	if (!pane->narrowed)
		pane->before = app->query.ports;
	app->query.ports = pane->narrowed ? pane->before : pane->ground->ports;
	pane->narrowed = !pane->narrowed;
	app_requery(app);
}

void act_play_matrix(struct app *app, uint32_t key)
{
	(void)key;
	if (app->play->matrix.length > 0)
		buf_clear(&app->play->matrix);
	else
		buf_putc(&app->play->matrix, '\n'); /* it is wished for */
	app->wishes |= WISH_PLAY;
}

void act_play_lessons(struct app *app, uint32_t key)
{
	(void)key;
	app->mode = MODE_LESSONS;
}

void act_play_next(struct app *app, uint32_t key)
{
	(void)key;
	play_go_on(app, false);
	play_added(app);
}

void act_play_rest(struct app *app, uint32_t key)
{
	(void)key;
	play_go_on(app, true);
	play_added(app);
}

void act_play_by_hand(struct app *app, uint32_t key)
{
	(void)key;
	playground_leave_lesson(app->play->ground);
	app_say(app, "The lesson is left; what it made is yours");
	app->wishes |= WISH_PLAY;
}

void act_play_yes(struct app *app, uint32_t key)
{
	(void)key;
	playground_answer(app->play->ground, true);
	app->mode = app->play->asked_in;
	app->wishes |= WISH_PLAY;
}

void act_play_no(struct app *app, uint32_t key)
{
	(void)key;
	playground_answer(app->play->ground, false);
	app->mode = app->play->asked_in;
	app->wishes |= WISH_PLAY;
}
