/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/play.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "lab/combine.h"

struct play_pane *play_pane_new(bool is_private, const struct table *seen)
{
	struct play_pane *pane = xcalloc(1, sizeof(*pane));

	pane->ground = playground_new(is_private, seen);
	form_init(&pane->form);
	return pane;
}

void play_pane_free(struct play_pane *pane)
{
	if (pane == NULL)
		return;
	playground_free(pane->ground);
	form_fini(&pane->form);
	buf_fini(&pane->told);
	buf_fini(&pane->matrix);
	free(pane->items);
	free(pane);
}

static void add_item(struct play_pane *pane, const struct member *member, const struct past_name *name)
{
	pane->items[pane->item_count++] = (struct play_item){ member, name };
}

static bool is_same(const struct play_pane *pane, const struct play_item *item)
{
	return strcmp(item->member->name.text, pane->actor.text) == 0 &&
	       strcmp(item->name != NULL ? item->name->sock.text : "", pane->sock.text) == 0;
}

/* What was selected; where it is gone, or not there yet, the last one of that actor. */
static void follow(struct play_pane *pane)
{
	size_t at = pane->at < pane->item_count ? pane->at : pane->item_count > 0 ? pane->item_count - 1 : 0;

	for (size_t i = 0; i < pane->item_count; i++) {
		if (strcmp(pane->items[i].member->name.text, pane->actor.text) == 0)
			at = i;
		if (is_same(pane, &pane->items[i]))
			break;
	}
	pane->at = at;
}

void play_list(struct play_pane *pane)
{
	const struct past *past = &pane->ground->past;
	const struct crew *crew = &pane->ground->crew;

	pane->items = xrealloc_array(pane->items, crew->count + past->name_count + 1, sizeof(pane->items[0]));
	pane->item_count = 0;
	for (size_t i = 0; i < crew->count; i++) {
		add_item(pane, &crew->all[i], NULL);
		for (size_t k = 0; k < past->name_count; k++) {
			if (past->names[k].is_open && strcmp(past->names[k].actor.text, crew->all[i].name.text) == 0)
				add_item(pane, &crew->all[i], &past->names[k]);
		}
	}
	follow(pane);
}

const struct play_item *play_selected(const struct play_pane *pane)
{
	return pane->at < pane->item_count ? &pane->items[pane->at] : NULL;
}

void play_select(struct play_pane *pane, size_t at)
{
	pane->at = at < pane->item_count ? at : pane->item_count > 0 ? pane->item_count - 1 : 0;
	const struct play_item *item = play_selected(pane);

	if (item == NULL)
		return;
	pane->actor = item->member->name;
	pane->sock = item->name != NULL ? item->name->sock : (struct lab_name){ "" };
}

static void tell(struct play_pane *pane, const struct step *step, const struct past_sock *sock)
{
	struct past_sock as_it_is = *sock;

	as_it_is.wish.capabilities = past_capabilities(&pane->ground->past, &step->actor);
	if (pane->told.length > 0)
		buf_putc(&pane->told, '\n');
	buf_printf(&pane->told, "%s.%s: ", step->actor.text, step->sock.text);
	verdict_tell(&pane->told, pane->ground, step, &as_it_is);
}

static void tell_line(struct play_pane *pane, const struct past_name *name, const char *verb, const struct past_sock *sock)
{
	struct fault fault = FAULT_INIT;
	struct buf line = BUF_INIT;
	struct step step;

	buf_printf(&line, "%s: %s %s ", name->actor.text, verb, name->sock.text);
	bool good = strcmp(verb, "listen") == 0 || form_endpoint(&pane->form, &line);
	good = good && step_parse(&step, buf_str(&line), &fault);
	/* The form may be of another family than this socket. */
	good = good && (step.verb == VERB_LISTEN || (step.endpoint.kind == ENDPOINT_UNIX) == sock->is_unix);
	good = good && (step.endpoint.kind != ENDPOINT_INET || sock->wish.family == FAMILY_INET) &&
	       (step.endpoint.kind != ENDPOINT_INET6 || sock->wish.family == FAMILY_INET6);
	if (good)
		tell(pane, &step, sock);
	fault_fini(&fault);
	buf_fini(&line);
}

/* What the keys that come next for this socket would do. */
static void tell_selected(struct play_pane *pane)
{
	const struct play_item *item = play_selected(pane);

	if (item == NULL || item->name == NULL)
		return;
	const struct past_sock *sock = pane->ground->past.socks[item->name->index];
	const struct row *row = combine_row(pane->ground, sock);
	bool is_stream = sock->wish.proto != BIND_UDP && sock->wish.proto != BIND_UDPLITE && sock->wish.proto != BIND_UNIX_DGRAM;
	if (!sock->wish.is_bound)
		tell_line(pane, item->name, "bind", sock);
	if (is_stream && !sock->was_connected && (row == NULL || row->sock.state != STATE_LISTEN))
		tell_line(pane, item->name, "listen", sock);
	if (!sock->was_connected && (row == NULL || row->sock.state != STATE_LISTEN))
		tell_line(pane, item->name, "connect", sock);
}

static void tell_lesson(struct play_pane *pane, const struct step *next)
{
	const struct past_sock *sock = past_find(&pane->ground->past, &next->actor, &next->sock);
	bool is_told = next->verb == VERB_BIND || next->verb == VERB_LISTEN || next->verb == VERB_CONNECT;
	struct step step = *next;

	if (is_told && sock != NULL && past_resolve(&pane->ground->past, &step.actor, &step.endpoint))
		tell(pane, &step, sock);
}

void play_judge(struct play_pane *pane)
{
	const struct step *next = playground_upcoming(pane->ground);

	play_list(pane);
	form_judge(&pane->form, pane->ground);
	buf_clear(&pane->told);
	if (pane->ground->look.error == 0 && next != NULL)
		tell_lesson(pane, next);
	else if (pane->ground->look.error == 0)
		tell_selected(pane);
	if (pane->matrix.length > 0) {
		buf_clear(&pane->matrix);
		form_matrix(&pane->form, pane->ground, &pane->matrix);
	}
}

bool play_serve(struct play_pane *pane, uint64_t now_ns)
{
	if (!playground_serve(pane->ground, now_ns))
		return false;
	play_judge(pane);
	return true;
}

bool play_load(struct play_pane *pane, const char *name, const char *text, size_t length, struct buf *why)
{
	struct fault fault = FAULT_INIT;
	bool good = playground_load(pane->ground, name, text, length, &fault);

	if (!good)
		scenario_fault(why, name, &fault);
	fault_fini(&fault);
	pane->back = 0;
	return good;
}

void play_go_on(struct app *app, bool all)
{
	bool some = false;

	while (playground_next(app->play->ground)) {
		some = true;
		if (!all)
			break;
	}
	if (!some)
		app_say(app, app->play->ground->lesson.count > 0 ? "The lesson is over; go on by hand" : "There is no lesson under way");
	app->wishes |= WISH_PLAY;
}

void play_added(struct app *app)
{
	app->play->back = 0;
	app->wishes |= WISH_PLAY;
}

void play_complain(struct app *app)
{
	buf_clear(&app->message);
	form_complain(&app->play->form, &app->message);
}
