/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keys do with the selected actor or socket of the playground: one for every verb of the scenario language, and the
 * combinations.
 */
#include <string.h>

#include "lab/combine.h"
#include "ui/acts.h"
#include "ui/play.h"
#include "ui/prompt.h"

static void add_line(struct app *app, const char *line)
{
	struct fault fault = FAULT_INIT;

	if (!playground_add_line(app->play->ground, line, &fault))
		app_say(app, buf_str(&fault.text));
	fault_fini(&fault);
	play_added(app);
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
		play_complain(app);
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
	if (!combine_close_first(app->play->ground, item->name))
		app_say(app, "Select one end of a connection: this socket has no other end");
	play_added(app);
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

/* With a value the option is set, without one it is asked for. */
void play_set(struct app *app)
{
	const char *text = buf_str(&app->entry), *name = text + strspn(text, " ");

	use(app, strchr(name, ' ') != NULL ? "set" : "get", name);
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
		play_complain(app);
	buf_fini(&rest);
}

/* To the selected socket, if it can be reached; else to the address in the form. */
void act_play_client(struct app *app, uint32_t key)
{
	const struct play_item *item = play_selected(app->play);

	if (item == NULL || item->name == NULL || !combine_client(app->play->ground, item->name))
		act_form_client(app, key);
	else
		play_added(app);
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
