/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keys do in the playground but for its form: one key for every verb of the scenario language, and the combinations.
 */
#include <string.h>

#include "base/clock.h"
#include "lab/combine.h"
#include "lab/lessons.h"
#include "ui/acts.h"
#include "ui/input.h"
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

/* Asks what has to be asked before what was added is made. */
static void added(struct app *app)
{
	app->play->back = 0;
	app->wishes |= WISH_PLAY;
	if (!app->play->ground->asks)
		return;
	app->play->asked_in = app->mode;
	app->mode = MODE_PLAY_ASK;
}

static void add_line(struct app *app, const char *line)
{
	struct fault fault = FAULT_INIT;

	if (!playground_add_line(app->play->ground, line, &fault))
		app_say(app, buf_str(&fault.text));
	fault_fini(&fault);
	added(app);
}

/* The selected actor, or NULL, and said so, when there is none that lives. */
static const struct play_item *need_actor(struct app *app)
{
	const struct play_item *item = play_selected(app->play);

	if (item == NULL || item->member->channel < 0) {
		app_say(app, item == NULL ? "There is no actor yet" : "This actor has ended");
		return NULL;
	}
	return item;
}

static const struct play_item *need_socket(struct app *app)
{
	const struct play_item *item = need_actor(app);

	if (item != NULL && item->name == NULL) {
		app_say(app, "Select one of its sockets");
		return NULL;
	}
	return item;
}

/* One step with the selected socket. */
static void use(struct app *app, const char *verb, const char *rest)
{
	const struct play_item *item = need_socket(app);
	struct buf line = BUF_INIT;

	if (item == NULL)
		return;
	buf_printf(&line, "%s: %s %s %s", item->name->actor.text, verb, item->name->sock.text, rest);
	add_line(app, buf_str(&line));
	buf_fini(&line);
}

/* One with its actor. */
static void use_actor(struct app *app, const char *verb, const char *rest)
{
	const struct play_item *item = need_actor(app);
	struct buf line = BUF_INIT;

	if (item == NULL)
		return;
	buf_printf(&line, "%s: %s %s", item->member->name.text, verb, rest);
	add_line(app, buf_str(&line));
	buf_fini(&line);
}

/* With the address in the form. */
static void use_address(struct app *app, const char *verb)
{
	struct buf address = BUF_INIT;

	if (form_endpoint(&app->play->form, &address))
		use(app, verb, buf_str(&address));
	else
		app_say(app, "The form has no address that is right");
	buf_fini(&address);
}

void act_play_bind(struct app *app, uint32_t key)
{
	(void)key;
	use_address(app, "bind");
}

void act_play_listen(struct app *app, uint32_t key)
{
	(void)key;
	use(app, "listen", "");
}

void act_play_connect(struct app *app, uint32_t key)
{
	(void)key;
	use_address(app, "connect");
}

void act_play_accept(struct app *app, uint32_t key)
{
	const struct play_item *item = need_socket(app);

	(void)key;
	if (item != NULL)
		use(app, "accept", combine_socket_name(app->play->ground, &item->name->actor).text);
}

void act_play_receive(struct app *app, uint32_t key)
{
	(void)key;
	use(app, "recv", "");
}

void act_play_close(struct app *app, uint32_t key)
{
	(void)key;
	use(app, "close", "");
}

void act_play_close_first(struct app *app, uint32_t key)
{
	const struct play_item *item = need_socket(app);

	(void)key;
	if (item == NULL)
		return;
	combine_close_first(app->play->ground, item->name);
	added(app);
}

void act_play_fork(struct app *app, uint32_t key)
{
	(void)key;
	use_actor(app, "fork", combine_actor_name(app->play->ground).text);
}

void act_play_exit(struct app *app, uint32_t key)
{
	(void)key;
	use_actor(app, "exit", "");
}

void act_play_kill(struct app *app, uint32_t key)
{
	(void)key;
	use_actor(app, "kill", "");
}

static void ask_text(struct app *app, enum mode mode, const char *text)
{
	if (need_socket(app) == NULL)
		return;
	prompt_open(app, mode);
	buf_puts(&app->entry, text);
}

void act_play_send(struct app *app, uint32_t key)
{
	(void)key;
	ask_text(app, MODE_SEND, "hello");
}

void act_play_shutdown(struct app *app, uint32_t key)
{
	(void)key;
	ask_text(app, MODE_SHUTDOWN, "w");
}

void act_play_set(struct app *app, uint32_t key)
{
	(void)key;
	ask_text(app, MODE_OPTION, "reuseaddr 1");
}

void play_shutdown(struct app *app)
{
	use(app, "shutdown", buf_str(&app->entry));
}

void play_set(struct app *app)
{
	use(app, "set", buf_str(&app->entry));
}

/* A socket of UDP that is not connected sends to the address in the form. */
void play_send(struct app *app)
{
	const struct play_item *item = need_socket(app);
	struct buf rest = BUF_INIT;

	if (item == NULL)
		return;
	const struct past_sock *sock = app->play->ground->past.socks[item->name->index];
	bool to = (sock->wish.proto == BIND_UDP || sock->wish.proto == BIND_UDPLITE) && !sock->was_connected;
	bool good = !to || form_endpoint(&app->play->form, &rest);
	buf_putc(&rest, ' ');
	token_quote(&rest, buf_str(&app->entry), app->entry.length);
	if (good)
		use(app, to ? "sendto" : "send", buf_str(&rest));
	else
		app_say(app, "The form has no address that is right");
	buf_fini(&rest);
}

static void make(struct app *app, unsigned uses)
{
	if (!form_make(&app->play->form, app->play->ground, uses)) {
		app_say(app, "Something is wrong with the form");
		return;
	}
	const struct step *last = &app->play->ground->steps[app->play->ground->count - 1].step;
	app->play->actor = last->actor;
	app->play->sock = last->sock;
	app->mode = MODE_PLAY;
	added(app);
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

/* To the selected socket, if it can be reached; else to the address in the form. */
void act_play_client(struct app *app, uint32_t key)
{
	const struct play_item *item = play_selected(app->play);

	(void)key;
	if (item == NULL || item->name == NULL || !combine_client(app->play->ground, item->name))
		make(app, FORM_CONNECT);
	else
		added(app);
}

void act_play_echo(struct app *app, uint32_t key)
{
	struct play_echo *echo = &app->play->ground->echo;
	const struct play_item *item = need_actor(app);

	(void)key;
	if (item == NULL)
		return;
	bool off = echo->left > 0 && strcmp(echo->actor.text, item->member->name.text) == 0;
	*echo = (struct play_echo){ .actor = item->member->name, .left = off ? 0 : ECHO_STEPS_MAX };
	buf_clear(&app->message);
	if (off)
		buf_puts(&app->message, "No more echo");
	else
		buf_printf(&app->message, "%s accepts, and sends back what it gets, for %d steps at most", echo->actor.text,
			   ECHO_STEPS_MAX);
	app->wishes |= WISH_PLAY;
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
	added(app);
}

void act_play_rest(struct app *app, uint32_t key)
{
	(void)key;
	play_go_on(app, true);
	added(app);
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
