/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/predict.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/errname.h"
#include "kernel/diag_unix.h"
#include "kernel/host.h"
#include "kernel/unix_path.h"
#include "lab/look.h"
#include "lab/spawn.h"
#include "model/unix_sock.h"

/* Everything that the rules are asked with, and where each socket of the scene comes from. */
struct question {
	const struct past *past;
	const struct look *look;
	struct host host;
	struct bind_sock *socks;        /* owned */
	const struct past_sock **known; /* owned; NULL: of somebody else */
	size_t count;
	struct bind_wish wish;
	struct bind_peer peer;
	bool is_private;
};

void prediction_fini(struct prediction *prediction)
{
	buf_fini(&prediction->why);
	for (size_t i = 0; i < prediction->blocker_count; i++) {
		buf_fini(&prediction->blockers[i].local);
		buf_fini(&prediction->blockers[i].actors);
	}
}

static const struct row *row_of(const struct look *look, uint64_t cookie)
{
	uint32_t at = cookie != 0 ? table_find(&look->table, 0, cookie) : MAP_NONE;

	return at != MAP_NONE && look->table.rows[at].life != ROW_GONE ? &look->table.rows[at] : NULL;
}

static void add_sock(struct question *question, const struct bind_sock *sock, const struct past_sock *known)
{
	question->socks[question->count] = *sock;
	question->known[question->count++] = known;
}

/* What the table shows, with the flags that are known; and the unix domain, which is not in it. */
static void gather_socks(struct question *question)
{
	const struct table *table = &question->look->table;
	size_t most = table->count + question->past->count + 1;

	question->socks = xcalloc(most, sizeof(question->socks[0]));
	question->known = xcalloc(most, sizeof(question->known[0]));
	for (size_t i = 0; i < table->count; i++) {
		const struct row *row = &table->rows[i];
		const struct past_sock *known = past_find_cookie(question->past, row->sock.cookie);
		const struct bind_sock sock = known != NULL ? past_bind_sock(known, row) : rules_sock(&row->sock);

		if (row->life != ROW_GONE)
			add_sock(question, &sock, known);
	}
	for (size_t i = 0; i < question->past->count; i++) {
		const struct past_sock *known = question->past->socks[i];

		if (known->is_unix && known->wish.is_bound && known->holders > 0) {
			const struct bind_sock sock = past_bind_sock(known, NULL);
			add_sock(question, &sock, known);
		}
	}
}

struct unix_list {
	struct unix_sock *all; /* owned */
	size_t count;
};

static void add_unix(void *context, const struct unix_sock *sock)
{
	struct unix_list *list = context;

	list->all = xrealloc_array(list->all, list->count + 1, sizeof(list->all[0]));
	list->all[list->count++] = *sock;
}

/* What stands at the path; in the scenario's own folder where it has one, as the agents see it. */
static uint8_t look_at_path(const struct question *question, const struct endpoint *endpoint)
{
	bool own = question->is_private && endpoint->path[0] != '/';
	char path[sizeof(SPAWN_DIRECTORY) + PATH_BYTES_MAX + 1];
	struct unix_list list = { .all = NULL };
	unsigned found = PATH_UNKNOWN;
	size_t holder;

	snprintf(path, sizeof(path), "%s%s", own ? SPAWN_DIRECTORY "/" : "", endpoint->path);
	if (diag_unix_dump(add_unix, &list) == 0)
		found = unix_path_look(path, list.all, list.count, &holder);
	free(list.all);
	return (uint8_t)found;
}

static struct bind_name name_of(const struct question *question, const struct endpoint *endpoint)
{
	return (struct bind_name){
		.text = endpoint->path,
		.length = endpoint->path_length,
		.abstract = endpoint->abstract,
		.at_path = endpoint->abstract ? PATH_FREE : look_at_path(question, endpoint),
	};
}

/* The socket as it is now: what the steps made of it, and its state and its address from the table. */
static void wish_now(struct question *question, const struct past_sock *sock, const struct step *step)
{
	const struct row *row = row_of(question->look, sock->wish.cookie);

	question->wish = sock->wish;
	if (row == NULL) {
		bool is_stream = sock->wish.proto == BIND_TCP || sock->wish.proto == BIND_MPTCP;

		if (is_stream && sock->was_connected && step->verb != VERB_BIND)
			question->wish.state = STATE_ESTABLISHED; /* a struct socket's state outlives the connection */
		return;
	}
	question->wish.state = row->sock.state;
	question->wish.is_bound = true;
	question->wish.port = row->sock.local_port;
	memcpy(question->wish.address, row->sock.local, sizeof(question->wish.address));
}

static void wish_address(struct question *question, const struct step *step)
{
	const struct endpoint *endpoint = &step->endpoint;
	struct bind_wish *wish = &question->wish;

	if (endpoint->kind == ENDPOINT_UNIX) {
		wish->name = name_of(question, endpoint);
		return;
	}
	wish->port = endpoint->port;
	memcpy(wish->address, endpoint->address, sizeof(wish->address));
	wish->scope_id = endpoint->device[0] != '\0' ? if_nametoindex(endpoint->device) : 0;
}

static bool is_here(const struct question *question, const struct endpoint *endpoint)
{
	unsigned family = endpoint->kind == ENDPOINT_INET6 ? FAMILY_INET6 : FAMILY_INET;
	const struct bind_host *host = &question->host.values;

	if (endpoint_is_loopback(endpoint) || address_is_wildcard(family, endpoint->address))
		return true;
	for (size_t i = 0; i < host->address_count; i++) {
		if (host->addresses[i].family == family &&
		    memcmp(host->addresses[i].address, endpoint->address, family == FAMILY_INET ? 4 : 16) == 0)
			return true;
	}
	return false;
}

static void set_peer(struct question *question, const struct step *step)
{
	const struct endpoint *endpoint = &step->endpoint;
	struct bind_peer *peer = &question->peer;

	if (endpoint->kind == ENDPOINT_UNIX) {
		peer->name = name_of(question, endpoint);
		return;
	}
	peer->port = endpoint->port;
	memcpy(peer->address, endpoint->address, sizeof(peer->address));
	peer->is_here = is_here(question, endpoint);
	peer->has_timestamps = question->is_private ? TRI_YES : TRI_UNKNOWN; /* a new namespace has them on */
}

static void add_blocker(struct prediction *prediction, const struct question *question, size_t index)
{
	const struct bind_sock *sock = &question->socks[index];
	struct blocker *blocker = &prediction->blockers[prediction->blocker_count++];

	*blocker = (struct blocker){ .cookie = sock->cookie };
	if (sock->proto < BIND_UNIX_STREAM) {
		blocker->state = sock->state;
		look_format(&blocker->local, sock->family, sock->address, sock->port);
	} else if (question->known[index] != NULL) {
		endpoint_format(&blocker->local, &question->known[index]->name);
	}
	if (question->known[index] != NULL)
		past_name(question->past, question->known[index], &blocker->actors);
}

/* "127.0.0.1:80 LISTEN of a: SO_REUSEADDR cannot share ..." */
static void add_reason(struct prediction *prediction, unsigned rule)
{
	const struct blocker *first = &prediction->blockers[0];

	prediction->sentence = rules_sentence(rule);
	if (prediction->blocker_count > 0) {
		buf_printf(&prediction->why, "%s", buf_str(&first->local));
		if (first->state != 0) {
			buf_putc(&prediction->why, ' ');
			state_format(&prediction->why, first->state);
		}
		if (first->actors.length > 0)
			buf_printf(&prediction->why, " of %s", buf_str(&first->actors));
		buf_puts(&prediction->why, ": ");
	}
	buf_puts(&prediction->why, prediction->sentence);
}

static void take_verdict(struct prediction *prediction, const struct question *question,
			 const struct bind_verdict *verdict)
{
	const char *name = verdict->outcome == BIND_OK ? "ok" : errname(verdict->error);

	if (verdict->outcome == BIND_UNKNOWN || name == NULL)
		name = "unknown";
	snprintf(prediction->word, sizeof(prediction->word), "%s", name);
	for (size_t i = 0; verdict->outcome != BIND_OK && i < verdict->count && i < BLOCKERS_MAX; i++)
		add_blocker(prediction, question, verdict->blockers[i].index);
	bool by_blocker = prediction->blocker_count > 0;
	add_reason(prediction, by_blocker ? verdict->blockers[0].rule : verdict->rule);
}

/* A listener whose accept queue is full drops the SYN, and the client tries on. */
static bool is_overrun(const struct question *question)
{
	for (size_t i = 0; i < question->look->table.count; i++) {
		const struct row *row = &question->look->table.rows[i];

		if (row->life != ROW_GONE && row->sock.local_port == question->peer.port && sock_is_overrun(&row->sock))
			return true;
	}
	return false;
}

static void ask(struct prediction *prediction, struct question *question, const struct step *step)
{
	const struct bind_scene scene = {
		.socks = question->socks,
		.count = question->count,
		.host = &question->host.values,
		.cache = past_cache(question->past, question->wish.proto, question->wish.port),
	};
	struct bind_verdict verdict = BIND_VERDICT_INIT;

	if (step->verb == VERB_BIND)
		rules_bind(&question->wish, &scene, &verdict);
	else if (step->verb == VERB_LISTEN)
		rules_listen(&question->wish, &scene, &verdict);
	else
		rules_connect(&question->wish, &question->peer, &scene, &verdict);
	take_verdict(prediction, question, &verdict);
	if (step->verb == VERB_CONNECT && verdict.rule == RULE_CONNECTS && is_overrun(question)) {
		strcpy(prediction->word, "ETIMEDOUT");
		buf_clear(&prediction->why);
		prediction->sentence = "the listener's accept queue is full, so what asks for a connection is dropped";
		buf_puts(&prediction->why, prediction->sentence);
	}
	rules_verdict_fini(&verdict);
}

void predict_sock(struct prediction *prediction, const struct step *step, const struct past_sock *sock,
		  const struct past *past, const struct look *look, bool is_private)
{
	bool predicted = step->verb == VERB_BIND || step->verb == VERB_LISTEN || step->verb == VERB_CONNECT;
	struct question question = { .past = past, .look = look, .is_private = is_private };

	*prediction = (struct prediction){ .made = predicted };
	if (!prediction->made)
		return;
	host_read(&question.host);
	gather_socks(&question);
	wish_now(&question, sock, step);
	if (step->verb == VERB_BIND && !question.wish.is_bound)
		wish_address(&question, step);
	if (step->verb == VERB_CONNECT)
		set_peer(&question, step);
	ask(prediction, &question, step);
	free(question.socks);
	free(question.known);
	host_fini(&question.host);
}

void predict(struct prediction *prediction, const struct step *step, const struct past *past, const struct look *look,
	     bool is_private)
{
	const struct past_sock *sock = past_find(past, &step->actor, &step->sock);
	struct past_sock as_it_is;

	*prediction = (struct prediction){ .made = false };
	if (sock == NULL)
		return;
	as_it_is = *sock;
	as_it_is.wish.capabilities = past_capabilities(past, &step->actor);
	predict_sock(prediction, step, &as_it_is, past, look, is_private);
}
