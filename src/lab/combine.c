/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/combine.h"

#include <stdio.h>
#include <string.h>

static bool is_actor(const struct playground *play, const char *name)
{
	for (size_t i = 0; i < play->count; i++) {
		const struct step *step = &play->steps[i].step;

		if (strcmp(step->actor.text, name) == 0 || (step->verb == VERB_FORK && strcmp(step->other.text, name) == 0))
			return true;
	}
	return false;
}

struct lab_name combine_actor_name(const struct playground *play)
{
	struct lab_name name = { "" };

	for (unsigned round = 1; round < ACTORS_MAX; round++) {
		for (char letter = 'a'; letter <= 'z'; letter++) {
			snprintf(name.text, sizeof(name.text), round > 1 ? "%c%u" : "%c", letter, round);
			if (!is_actor(play, name.text))
				return name;
		}
	}
	return name;
}

static bool is_socket(const struct playground *play, const struct lab_name *actor, const char *name)
{
	struct lab_name sock = { "" };

	for (size_t i = 0; i < play->count; i++) {
		const struct step *step = &play->steps[i].step;
		const struct lab_name *made = step->verb == VERB_ACCEPT ? &step->other : &step->sock;

		if (strcmp(step->actor.text, actor->text) == 0 && strcmp(made->text, name) == 0)
			return true;
	}
	snprintf(sock.text, sizeof(sock.text), "%s", name);
	return past_find(&play->past, actor, &sock) != NULL;
}

struct lab_name combine_socket_name(const struct playground *play, const struct lab_name *actor)
{
	struct lab_name name;
	unsigned number = 0;

	do
		snprintf(name.text, sizeof(name.text), "s%u", ++number);
	while (is_socket(play, actor, name.text));
	return name;
}

const char *combine_kind_name(const struct past_sock *sock)
{
	static const uint8_t kinds[BIND_PROTO_COUNT][FAMILY_COUNT] = {
		[BIND_TCP] = { SOCKET_TCP4, SOCKET_TCP6 },
		[BIND_MPTCP] = { SOCKET_MPTCP4, SOCKET_MPTCP6 },
		[BIND_UDP] = { SOCKET_UDP4, SOCKET_UDP6 },
		[BIND_UDPLITE] = { SOCKET_UDPLITE4, SOCKET_UDPLITE6 },
		[BIND_UNIX_STREAM] = { SOCKET_UNIX, SOCKET_UNIX },
		[BIND_UNIX_DGRAM] = { SOCKET_UNIX_DGRAM, SOCKET_UNIX_DGRAM },
		[BIND_UNIX_SEQPACKET] = { SOCKET_UNIX_SEQPACKET, SOCKET_UNIX_SEQPACKET },
	};

	return socket_kinds[kinds[sock->wish.proto][sock->wish.family]].name;
}

const struct row *combine_row(const struct playground *play, const struct past_sock *sock)
{
	const struct table *table = &play->look.table;
	uint32_t at = sock->wish.cookie != 0 ? table_find(table, 0, sock->wish.cookie) : MAP_NONE;

	return at != MAP_NONE && table->rows[at].life != ROW_GONE ? &table->rows[at] : NULL;
}

static void add(struct playground *play, struct buf *line)
{
	struct fault fault = FAULT_INIT;

	playground_add_line(play, buf_str(line), &fault);
	fault_fini(&fault);
	buf_clear(line);
}

/* Where the socket can be reached; the wildcard through the loopback device. */
static void add_target(struct buf *line, const struct past_name *name, const struct past_sock *sock)
{
	const struct bind_wish *wish = &sock->wish;
	bool six = wish->family == FAMILY_INET6;

	if (sock->is_unix) {
		endpoint_format(line, &sock->name);
		return;
	}
	buf_puts(line, six ? "[" : "");
	if (address_is_wildcard(wish->family, wish->address))
		buf_puts(line, six ? "::1" : "127.0.0.1");
	else
		address_format(line, wish->family, wish->address);
	buf_printf(line, "%s:$%s.%s", six ? "]" : "", name->actor.text, name->sock.text);
}

bool combine_client(struct playground *play, const struct past_name *name)
{
	const struct past_sock *sock = play->past.socks[name->index];
	struct lab_name actor = combine_actor_name(play);
	struct buf line = BUF_INIT;

	if (!sock->wish.is_bound)
		return false;
	buf_printf(&line, "%s: socket s1 %s", actor.text, combine_kind_name(sock));
	add(play, &line);
	buf_printf(&line, "%s: connect s1 ", actor.text);
	add_target(&line, name, sock);
	add(play, &line);
	buf_fini(&line);
	return true;
}

static bool is_other_end(const struct sock *a, const struct sock *b)
{
	return a->foreign_port == b->local_port && a->local_port == b->foreign_port && a->family == b->family &&
	       memcmp(a->foreign, b->local, sizeof(a->foreign)) == 0 && memcmp(a->local, b->foreign, sizeof(a->local)) == 0;
}

/* What an actor calls the other end; NULL: nobody here has it. */
static const struct past_name *find_other_end(const struct playground *play, const struct past_name *name)
{
	const struct row *row = combine_row(play, play->past.socks[name->index]);

	for (size_t i = 0; row != NULL && row->sock.foreign_port != 0 && i < play->past.name_count; i++) {
		const struct past_name *other = &play->past.names[i];
		const struct row *there = other->is_open ? combine_row(play, play->past.socks[other->index]) : NULL;

		if (there != NULL && is_other_end(&row->sock, &there->sock))
			return other;
	}
	return NULL;
}

bool combine_close_first(struct playground *play, const struct past_name *name)
{
	const struct past_name *other = find_other_end(play, name);
	struct buf line = BUF_INIT;

	if (!play->past.socks[name->index]->was_connected)
		return false;
	buf_printf(&line, "%s: close %s", name->actor.text, name->sock.text);
	add(play, &line);
	if (other != NULL) {
		buf_printf(&line, "%s: recv %s", other->actor.text, other->sock.text);
		add(play, &line);
		buf_printf(&line, "%s: close %s", other->actor.text, other->sock.text);
		add(play, &line);
	}
	buf_fini(&line);
	return true;
}

static void add_automatic(struct playground *play, struct buf *line)
{
	size_t before = play->count;

	add(play, line);
	if (play->count > before)
		play->steps[before].automatic = true;
	play->echo.left--;
}

/* What follows from the last thing that it did: what came is sent back, and the end of it answered by one. */
static bool answer(struct playground *play, struct buf *line)
{
	const struct play_step *last = NULL;

	for (size_t i = play->done; i-- > 0 && last == NULL;)
		last = play->steps[i].automatic ? &play->steps[i] : NULL;
	if (last == NULL || last->step.verb != VERB_RECV || last->lost)
		return false;
	if (last->reply.has_value && last->reply.value_length > 0) {
		buf_printf(line, "%s: send %s ", last->step.actor.text, last->step.sock.text);
		token_quote(line, last->reply.value, last->reply.value_length);
	} else {
		buf_printf(line, "%s: close %s", last->step.actor.text, last->step.sock.text);
	}
	return true;
}

static bool serve_socket(struct playground *play, const struct past_name *name, struct buf *line)
{
	const struct row *row = combine_row(play, play->past.socks[name->index]);

	if (row == NULL || !(row->sock.have & HAVE_QUEUES) || row->sock.recv_queue == 0 || row->sock.proto != PROTO_TCP)
		return false;
	if (row->sock.state == STATE_LISTEN)
		buf_printf(line, "%s: accept %s %s", name->actor.text, name->sock.text,
			   combine_socket_name(play, &name->actor).text);
	else
		buf_printf(line, "%s: recv %s", name->actor.text, name->sock.text);
	return true;
}

bool combine_echo(struct playground *play)
{
	struct buf line = BUF_INIT;
	bool some = answer(play, &line);

	for (size_t i = 0; !some && i < play->past.name_count; i++) {
		const struct past_name *name = &play->past.names[i];

		some = name->is_open && strcmp(name->actor.text, play->echo.actor.text) == 0 && serve_socket(play, name, &line);
	}
	if (some)
		add_automatic(play, &line);
	buf_fini(&line);
	return some;
}
