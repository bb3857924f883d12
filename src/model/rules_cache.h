/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel remembers of one port in one bind table, and what of it lets sockets in that the others forbid.
 * Fed by who sees everything that happens on the port, from the time when it was free: after a bind() or listen() that
 * worked bind_cache_admitted(), and after every other step that may have changed something bind_cache_update().
 */
#ifndef MODEL_RULES_CACHE_H
#define MODEL_RULES_CACHE_H

#include "model/rules.h"

/* A socket of the port, under the address that it had when it was seen last: IPv4 as ::ffff:a.b.c.d. */
struct bind_member {
	uint64_t cookie;
	uint8_t address[16];
	bool connect_bound;
};

/* TCP: the sockets of one address (struct inet_bind2_bucket). */
struct bind_bucket {
	uint8_t address[16];
	bool connect_only; /* it was made by connect(), and no bind() was let in since (fastreuse and fastreuseport of -1) */
};

/* UDP: cookies in the order of a chain of the kernel, its head first. */
struct bind_chain {
	uint64_t *cookies; /* owned */
	size_t count, size;
};

struct bind_cache {
	uint16_t port;                        /* the one that this is about; set by the caller */
	struct bind_member *members;          /* owned */
	size_t member_count, member_size;
	struct bind_bucket *buckets;          /* owned */
	size_t bucket_count, bucket_size;
	/* TCP: struct inet_bind_bucket, which is there while it has members */
	bool connect_only;
	bool has_reuseport;                   /* fastreuseport; the last SO_REUSEPORT socket that was let in: */
	uint32_t uid;
	uint8_t family;
	uint8_t address[16];
	bool v6only;
	/* UDP: struct udp_table's chains by port, and by address and port */
	struct bind_chain by_port, by_address;
};

#define BIND_CACHE_INIT { .port = 0 }

void bind_cache_fini(struct bind_cache *cache);

/* bind() or listen() worked for the wish, as it was before. */
void bind_cache_admitted(struct bind_cache *cache, const struct bind_wish *wish);

/*
 * The sockets that are on the port now, one step after the call before: one that came by connect() or accept(), one whose
 * address was changed by connect() or its undoing, those that are gone.  Cookies tell which is which.
 */
void bind_cache_update(struct bind_cache *cache, const struct bind_sock *socks, size_t count);

/* TCP: whether the wish is let in without looking at other sockets (sk_reuseport_match). */
bool bind_cache_matches(const struct bind_cache *cache, const struct bind_wish *wish);

/* TCP: whether connect() may choose the port. */
bool bind_cache_is_shareable(const struct bind_cache *cache);

#endif
