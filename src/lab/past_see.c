/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The past of ports: what the kernel remembers of them, and which sockets came and went without a step.
 */
#include <stdlib.h>
#include <string.h>

#include "lab/past_internal.h"

/* The bind tables: TCP's, which MPTCP shares, UDP's and UDP-Lite's. */
enum { SPACE_TCP, SPACE_UDP, SPACE_UDPLITE, SPACE_NONE };

static uint8_t space_of(uint8_t proto)
{
	static const uint8_t spaces[BIND_PROTO_COUNT] = {
		[BIND_TCP] = SPACE_TCP,
		[BIND_MPTCP] = SPACE_TCP,
		[BIND_UDP] = SPACE_UDP,
		[BIND_UDPLITE] = SPACE_UDPLITE,
		[BIND_UNIX_STREAM] = SPACE_NONE,
		[BIND_UNIX_DGRAM] = SPACE_NONE,
		[BIND_UNIX_SEQPACKET] = SPACE_NONE,
	};

	return spaces[proto];
}

static struct bind_cache *find_cache(const struct past *past, uint8_t space, uint16_t port)
{
	for (size_t i = 0; i < past->cache_count; i++) {
		if (past->caches[i].space == space && past->caches[i].cache.port == port)
			return &past->caches[i].cache;
	}
	return NULL;
}

const struct bind_cache *past_cache(const struct past *past, uint8_t proto, uint16_t port)
{
	return find_cache(past, space_of(proto), port);
}

/* The cache of the port, made where there is none. */
static struct bind_cache *need_cache(struct past *past, uint8_t space, uint16_t port)
{
	struct bind_cache *cache = find_cache(past, space, port);

	if (cache != NULL)
		return cache;
	past->caches = past_grow(past->caches, past->cache_count, &past->cache_capacity, sizeof(past->caches[0]));
	past->caches[past->cache_count] = (struct past_cache){ .space = space, .cache = BIND_CACHE_INIT };
	past->caches[past->cache_count].cache.port = port;
	return &past->caches[past->cache_count++].cache;
}

void past_admit(struct past *past, const struct bind_wish *wish)
{
	uint8_t space = space_of(wish->proto);

	if (space != SPACE_NONE && wish->port != 0)
		bind_cache_admitted(need_cache(past, space, wish->port), wish);
}

/* Whether the connection at that local end came to the listener; the more exact address has it. */
static int nearness(const struct past_sock *listener, const struct sock *sock)
{
	static const uint8_t mapped_any[16] = { [10] = 0xff, [11] = 0xff };
	const struct bind_wish *wish = &listener->wish;

	if (wish->state != STATE_LISTEN || wish->port != sock->local_port || listener->is_unix)
		return 0;
	if (address_is_wildcard(wish->family, wish->address) ||
	    (wish->family == FAMILY_INET6 && memcmp(wish->address, mapped_any, sizeof(mapped_any)) == 0))
		return wish->family == sock->family ? 2 : 1;
	return wish->family == sock->family && memcmp(wish->address, sock->local, sizeof(wish->address)) == 0 ? 3 : 0;
}

/*
 * A socket of MPTCP has another cookie than the TCP socket that stands for it in the table (net/mptcp/subflow.c).  Which is
 * whose is told by port and state; among those that are alike in both it does not matter.
 */
static bool adopt(struct past *past, const struct sock *sock)
{
	for (size_t i = 0; i < past->count; i++) {
		struct past_sock *known = past->socks[i];

		if (known->wish.proto != BIND_MPTCP || known->is_adopted || known->holders == 0 ||
		    known->wish.port != sock->local_port || known->was_connected != (sock->foreign_port != 0))
			continue;
		known->wish.cookie = sock->cookie;
		known->is_adopted = true;
		return true;
	}
	return false;
}

/* A socket that no step made is a connection that nobody has accepted yet: it has its listener's flags. */
static void meet(struct past *past, const struct sock *sock)
{
	const struct past_sock *listener = NULL;

	if (adopt(past, sock))
		return;
	for (size_t i = 0; i < past->count; i++) {
		if (nearness(past->socks[i], sock) > (listener != NULL ? nearness(listener, sock) : 0))
			listener = past->socks[i];
	}
	if (sock->proto != PROTO_TCP || sock->foreign_port == 0 || listener == NULL)
		return;
	const struct past_sock child = past_child(listener, sock->cookie);
	past_add(past, &child);
}

/* The sockets that are on a port now. */
struct gathered {
	struct bind_sock *socks; /* owned */
	size_t count, capacity;
};

static void gather(struct gathered *gathered, const struct bind_sock *sock)
{
	gathered->socks =
		past_grow(gathered->socks, gathered->count, &gathered->capacity, sizeof(gathered->socks[0]));
	gathered->socks[gathered->count++] = *sock;
}

static bool is_there(const struct row *row)
{
	return row->life != ROW_GONE && row->sock.local_port != 0;
}

static void gather_port(struct gathered *gathered, const struct past *past, const struct past_cache *cache,
			const struct table *table)
{
	gathered->count = 0;
	for (size_t i = 0; i < table->count; i++) {
		const struct row *row = &table->rows[i];

		if (!is_there(row) || row->sock.local_port != cache->cache.port)
			continue;
		const struct past_sock *known = past_find_cookie(past, row->sock.cookie);
		const struct bind_sock sock = known != NULL ? past_bind_sock(known, row) : rules_sock(&row->sock);
		if (space_of(sock.proto) == cache->space)
			gather(gathered, &sock);
	}
}

void past_see(struct past *past, const struct table *table)
{
	struct gathered gathered = { .socks = NULL };

	for (size_t i = 0; i < table->count; i++) {
		const struct row *row = &table->rows[i];

		if (!is_there(row))
			continue;
		if (past_find_cookie(past, row->sock.cookie) == NULL)
			meet(past, &row->sock);
		need_cache(past, space_of(rules_sock(&row->sock).proto), row->sock.local_port);
	}
	for (size_t i = 0; i < past->cache_count; i++) {
		gather_port(&gathered, past, &past->caches[i], table);
		bind_cache_update(&past->caches[i].cache, gathered.socks, gathered.count);
	}
	free(gathered.socks);
}

struct bind_sock past_bind_sock(const struct past_sock *sock, const struct row *row)
{
	struct bind_sock out = row != NULL ? rules_sock(&row->sock) : rules_bound(&sock->wish);

	out.reuseaddr = sock->wish.reuseaddr ? TRI_YES : TRI_NO;
	out.reuseport = sock->wish.reuseport ? TRI_YES : TRI_NO;
	out.connect_bound = sock->by_connect ? TRI_YES : TRI_NO;
	if (out.v6only == TRI_UNKNOWN)
		out.v6only = sock->wish.v6only ? TRI_YES : TRI_NO;
	if (row == NULL && sock->wish.state != 0)
		out.state = sock->wish.state;
	return out;
}
