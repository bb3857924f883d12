/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/acts.h"

#include "ui/play.h"

void act_form_next(struct app *app, uint32_t key)
{
	(void)key;
	form_move(&app->play->form, 1);
}

void act_form_previous(struct app *app, uint32_t key)
{
	(void)key;
	form_move(&app->play->form, FIELD_COUNT - 1);
}

static void choose(struct app *app, bool forward)
{
	form_choose(&app->play->form, app->play->ground, forward);
	app->wishes |= WISH_PLAY;
}

void act_form_choose(struct app *app, uint32_t key)
{
	(void)key;
	choose(app, true);
}

void act_form_choose_back(struct app *app, uint32_t key)
{
	(void)key;
	choose(app, false);
}

void act_form_erase(struct app *app, uint32_t key)
{
	(void)key;
	form_erase(&app->play->form);
	app->wishes |= WISH_PLAY;
}

void act_form_clear(struct app *app, uint32_t key)
{
	(void)key;
	app->play->form.text[app->play->form.at][0] = '\0';
	app->wishes |= WISH_PLAY;
}

void act_form_back(struct app *app, uint32_t key)
{
	(void)key;
	if (app->play->matrix.length > 0)
		buf_clear(&app->play->matrix);
	else
		app->mode = MODE_PLAY;
	app->wishes |= WISH_PLAY;
}

static void make(struct app *app, unsigned uses)
{
	if (!form_make(&app->play->form, app->play->ground, uses)) {
		play_complain(app);
		return;
	}
	const struct step *last = &app->play->ground->steps[app->play->ground->count - 1].step;
	app->play->actor = last->actor;
	app->play->sock = last->sock;
	app->mode = MODE_PLAY;
	play_added(app);
}

void act_form_socket(struct app *app, uint32_t key)
{
	(void)key;
	make(app, FORM_SOCKET);
}

void act_form_bind(struct app *app, uint32_t key)
{
	(void)key;
	make(app, FORM_BIND);
}

void act_form_server(struct app *app, uint32_t key)
{
	(void)key;
	make(app, FORM_BIND | FORM_LISTEN);
}

void act_form_client(struct app *app, uint32_t key)
{
	(void)key;
	make(app, FORM_CONNECT);
}

bool form_takes(struct app *app, uint32_t key)
{
	if (app->mode != MODE_FORM || app->play == NULL || !form_type(&app->play->form, key))
		return false;
	app->wishes |= WISH_PLAY;
	return true;
}
