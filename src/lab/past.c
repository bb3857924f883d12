/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/past.h"

#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/die.h"
#include "lab/past_internal.h"

static const uint8_t bind_protos[SOCKET_KIND_COUNT] = {
	[SOCKET_TCP4] = BIND_TCP,
	[SOCKET_TCP6] = BIND_TCP,
	[SOCKET_UDP4] = BIND_UDP,
	[SOCKET_UDP6] = BIND_UDP,
	[SOCKET_UDPLITE4] = BIND_UDPLITE,
	[SOCKET_UDPLITE6] = BIND_UDPLITE,
	[SOCKET_MPTCP4] = BIND_MPTCP,
	[SOCKET_MPTCP6] = BIND_MPTCP,
	[SOCKET_UNIX] = BIND_UNIX_STREAM,
	[SOCKET_UNIX_DGRAM] = BIND_UNIX_DGRAM,
	[SOCKET_UNIX_SEQPACKET] = BIND_UNIX_SEQPACKET,
};

void past_init(struct past *past, uint32_t uid, uint64_t capabilities, bool v6only)
{
	*past = (struct past){ .uid = uid, .capabilities = capabilities, .v6only = v6only };
}

void past_fini(struct past *past)
{
	for (size_t i = 0; i < past->count; i++)
		free(past->socks[i]);
	for (size_t i = 0; i < past->cache_count; i++)
		bind_cache_fini(&past->caches[i].cache);
	free(past->socks);
	free(past->names);
	free(past->caches);
	free(past->users);
}

void *past_grow(void *array, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return array;
	*capacity = *capacity > 0 ? 2 * *capacity : 16;
	return xrealloc_array(array, *capacity, size);
}

static struct past_name *find_name(const struct past *past, const struct lab_name *actor, const struct lab_name *sock)
{
	for (size_t i = past->name_count; i-- > 0;) {
		struct past_name *name = &past->names[i];

		if (strcmp(name->actor.text, actor->text) == 0 && strcmp(name->sock.text, sock->text) == 0)
			return name;
	}
	return NULL;
}

struct past_sock *past_find(const struct past *past, const struct lab_name *actor, const struct lab_name *sock)
{
	const struct past_name *name = find_name(past, actor, sock);

	return name != NULL ? past->socks[name->index] : NULL;
}

const struct past_sock *past_find_cookie(const struct past *past, uint64_t cookie)
{
	for (size_t i = 0; cookie != 0 && i < past->count; i++) {
		if (past->socks[i]->wish.cookie == cookie)
			return past->socks[i];
	}
	return NULL;
}

uint16_t past_port(const struct past *past, const struct lab_name *actor, const struct lab_name *sock)
{
	const struct past_name *name = find_name(past, actor, sock);

	return name != NULL ? name->port : 0;
}

bool past_resolve(const struct past *past, const struct lab_name *actor, struct endpoint *endpoint)
{
	if (endpoint->port_of.text[0] == '\0')
		return true;
	endpoint->port = past_port(past, endpoint->actor.text[0] != '\0' ? &endpoint->actor : actor, &endpoint->port_of);
	if (endpoint->port == 0)
		return false;
	endpoint->port_of.text[0] = '\0';
	return true;
}

void past_name(const struct past *past, const struct past_sock *sock, struct buf *out)
{
	size_t from = out->length;

	for (size_t i = 0; i < past->name_count; i++) {
		const struct past_name *name = &past->names[i];

		if (name->is_open && past->socks[name->index] == sock)
			buf_printf(out, "%s%s", out->length > from ? ", " : "", name->actor.text);
	}
}

size_t past_add(struct past *past, const struct past_sock *sock)
{
	past->socks = past_grow(past->socks, past->count, &past->capacity, sizeof(past->socks[0]));
	past->socks[past->count] = xcalloc(1, sizeof(*sock));
	*past->socks[past->count] = *sock;
	return past->count++;
}

static void add_name(struct past *past, const struct lab_name *actor, const struct lab_name *sock, size_t index)
{
	past->names = past_grow(past->names, past->name_count, &past->name_capacity, sizeof(past->names[0]));
	past->names[past->name_count++] = (struct past_name){
		.actor = *actor, .sock = *sock, .index = index, .port = past->socks[index]->wish.port, .is_open = true
	};
	past->socks[index]->holders++;
}

static const struct past_user *find_user(const struct past *past, const struct lab_name *actor)
{
	for (size_t i = 0; i < past->user_count; i++) {
		if (strcmp(past->users[i].actor.text, actor->text) == 0)
			return &past->users[i];
	}
	return NULL;
}

static void add_user(struct past *past, const struct lab_name *actor, uint32_t uid, uint64_t capabilities)
{
	past->users = past_grow(past->users, past->user_count, &past->user_capacity, sizeof(past->users[0]));
	past->users[past->user_count++] =
		(struct past_user){ .actor = *actor, .uid = uid, .capabilities = capabilities };
}

uint32_t past_uid(const struct past *past, const struct lab_name *actor)
{
	const struct past_user *user = find_user(past, actor);

	return user != NULL ? user->uid : past->uid;
}

uint64_t past_capabilities(const struct past *past, const struct lab_name *actor)
{
	const struct past_user *user = find_user(past, actor);

	return user != NULL ? user->capabilities : past->capabilities;
}

struct past_sock past_new_sock(const struct past *past, unsigned kind, uint32_t uid)
{
	int family = socket_kinds[kind].family;

	return (struct past_sock){
		.wish = {
			.proto = bind_protos[kind],
			.family = family == AF_INET6 ? FAMILY_INET6 : FAMILY_INET,
			.uid = uid,
			.v6only = family == AF_INET6 && past->v6only,
		},
		.is_unix = family == AF_UNIX,
	};
}

static void take_socket(struct past *past, const struct step *step, const struct reply *reply)
{
	struct past_sock sock = past_new_sock(past, step->kind, past_uid(past, &step->actor));

	sock.wish.cookie = reply->cookie;
	add_name(past, &step->actor, &step->sock, past_add(past, &sock));
}

void past_set_option(struct past_sock *sock, unsigned option, const struct option_value *value)
{
	struct bind_wish *wish = &sock->wish;
	bool on = value->number != 0;

	switch (option) {
	case OPTION_REUSEADDR:
		wish->reuseaddr = on;
		break;
	case OPTION_REUSEPORT:
		wish->reuseport = on;
		break;
	case OPTION_V6ONLY:
		wish->v6only = on;
		break;
	case OPTION_FREEBIND:
		wish->freebind = on;
		break;
	case OPTION_TRANSPARENT:
		wish->transparent = on;
		break;
	case OPTION_BIND_ADDRESS_NO_PORT:
		wish->bind_address_no_port = on;
		break;
	case OPTION_DEVICE:
		wish->ifindex = value->device[0] != '\0' ? if_nametoindex(value->device) : 0;
		break;
	case OPTION_PORT_RANGE:
		wish->range_low = (uint16_t)value->number;
		wish->range_high = (uint16_t)value->high;
		break;
	default: /* the others have no part in binding */
		break;
	}
}

static void take_bind(struct past *past, struct past_sock *sock, const struct step *step, const struct reply *reply)
{
	struct bind_wish *wish = &sock->wish;

	if (sock->is_unix) {
		sock->name = step->endpoint;
		wish->name = (struct bind_name){
			.text = sock->name.path, .length = sock->name.path_length, .abstract = sock->name.abstract
		};
	} else {
		memcpy(wish->address, step->endpoint.address, sizeof(wish->address));
		wish->scope_id = step->endpoint.device[0] != '\0' ? if_nametoindex(step->endpoint.device) : 0;
		wish->port = reply->port;
		past_admit(past, wish);
		const struct bind_sock bound = rules_bound(wish);
		wish->v6only = wish->family == FAMILY_INET6 && bound.v6only == TRI_YES;
		wish->ifindex = bound.ifindex;
	}
	wish->is_bound = true;
}

static void take_listen(struct past *past, struct past_sock *sock, const struct reply *reply)
{
	sock->wish.port = reply->port;
	if (sock->wish.state != STATE_LISTEN)
		past_admit(past, &sock->wish);
	sock->wish.state = STATE_LISTEN;
	sock->wish.is_bound = true;
}

/* Whatever came of it: a port that it chose stays. */
static void take_connect(struct past_sock *sock, const struct reply *reply)
{
	struct bind_wish *wish = &sock->wish;

	sock->was_connected = sock->was_connected || strcmp(reply->word, "ok") == 0;
	if (reply->port != 0 && wish->port == 0) {
		sock->by_connect = !wish->is_bound;
		wish->port = reply->port;
		wish->is_bound = true;
	}
	if (reply->port == 0 && sock->by_connect) {
		wish->port = 0;
		wish->is_bound = sock->by_connect = false;
	}
}

struct past_sock past_child(const struct past_sock *listener, uint64_t cookie)
{
	struct past_sock child = listener != NULL ? *listener : (struct past_sock){ .is_unix = false };

	child.wish.cookie = cookie;
	child.wish.state = 0;
	child.wish.is_bound = !child.is_unix;
	child.wish.name = (struct bind_name){ .text = NULL };
	child.was_connected = true;
	child.by_connect = child.is_adopted = false;
	child.holders = 0;
	return child;
}

/* It may have been seen in the table already, when it came; else it is new. */
static void take_accept(struct past *past, const struct step *step, const struct reply *reply)
{
	const struct past_sock *listener = past_find(past, &step->actor, &step->sock);
	const struct past_sock child = past_child(listener, reply->cookie);
	size_t index = 0;

	while (index < past->count && (reply->cookie == 0 || past->socks[index]->wish.cookie != reply->cookie))
		index++;
	if (index == past->count) {
		past_add(past, &child);
	}
	past->socks[index]->wish.uid = past_uid(past, &step->actor);
	add_name(past, &step->actor, &step->other, index);
	past->names[past->name_count - 1].port = reply->port;
}

static void let_go(struct past *past, struct past_name *name)
{
	if (!name->is_open)
		return;
	name->is_open = false;
	past->socks[name->index]->holders--;
}

static void take_end(struct past *past, const struct lab_name *actor)
{
	for (size_t i = 0; i < past->name_count; i++) {
		if (strcmp(past->names[i].actor.text, actor->text) == 0)
			let_go(past, &past->names[i]);
	}
}

static void take_fork(struct past *past, const struct step *step)
{
	const struct past_user *user = find_user(past, &step->actor);
	size_t count = past->name_count;

	if (user != NULL)
		add_user(past, &step->other, user->uid, user->capabilities);
	for (size_t i = 0; i < count; i++) {
		const struct past_name name = past->names[i];

		if (name.is_open && strcmp(name.actor.text, step->actor.text) == 0)
			add_name(past, &step->other, &name.sock, name.index);
	}
}

static void take_used(struct past *past, const struct step *step, const struct reply *reply, bool worked)
{
	struct past_name *name = find_name(past, &step->actor, &step->sock);

	if (name == NULL || !name->is_open)
		return;
	struct past_sock *sock = past->socks[name->index];
	if (worked && step->verb == VERB_SET)
		past_set_option(sock, step->option, &step->value);
	if (worked && step->verb == VERB_BIND)
		take_bind(past, sock, step, reply);
	if (worked && step->verb == VERB_LISTEN)
		take_listen(past, sock, reply);
	if (step->verb == VERB_CONNECT || step->verb == VERB_SENDTO)
		take_connect(sock, reply);
	if (step->verb == VERB_SHUTDOWN && worked && sock->wish.state == STATE_LISTEN && step->how != SHUT_WR)
		sock->wish.state = 0;
	name->port = reply->port != 0 ? reply->port : name->port;
	if (step->verb == VERB_CLOSE)
		let_go(past, name);
}

void past_take(struct past *past, const struct step *step, const struct reply *reply)
{
	bool worked = strcmp(reply->word, "ok") == 0;

	switch (step->verb) {
	case VERB_USER:
		if (worked)
			add_user(past, &step->actor, step->uid, 0);
		break;
	case VERB_SOCKET:
		if (worked)
			take_socket(past, step, reply);
		break;
	case VERB_ACCEPT:
		if (worked)
			take_accept(past, step, reply);
		break;
	case VERB_FORK:
		if (worked)
			take_fork(past, step);
		break;
	case VERB_EXIT:
	case VERB_KILL:
		take_end(past, &step->actor);
		break;
	default:
		take_used(past, step, reply, worked);
	}
}
