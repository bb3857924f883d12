/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of the sockets of a scenario because every step with them was seen: the flags, which the kernel tells
 * nobody, and what it remembers of a port.  Fed with each step and its result, and with the table as it is.
 */
#ifndef LAB_PAST_H
#define LAB_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/step.h"
#include "lab/wire.h"
#include "model/rules.h"
#include "model/rules_cache.h"
#include "model/table.h"

struct past_sock {
	struct bind_wish wish;   /* its options, and what it is bound to; cookie is 0 while it is not known */
	struct endpoint name;    /* unix: what wish.name borrows from */
	bool is_unix;
	bool by_connect;         /* its port was chosen by connect() */
	bool was_connected;      /* and stays so for the program when the other end has reset it */
	bool is_adopted;         /* MPTCP: wish.cookie is that of its TCP socket, which is what the table shows */
	unsigned holders;        /* actors that have it */
};

/* What an actor calls a socket. */
struct past_name {
	struct lab_name actor, sock;
	size_t index;            /* in socks */
	uint16_t port;           /* the last that was seen */
	bool is_open;
};

struct past_cache {
	uint8_t space;           /* which bind table: see past.c */
	struct bind_cache cache; /* of its port */
};

struct past_user {
	struct lab_name actor;
	uint32_t uid;
	uint64_t capabilities;
};

struct past {
	struct past_sock **socks; /* owned, each too: wishes borrow from them */
	size_t count, capacity;
	struct past_name *names;  /* owned; closed ones too */
	size_t name_count, name_capacity;
	struct past_cache *caches; /* owned */
	size_t cache_count, cache_capacity;
	struct past_user *users;  /* owned: those that are not as the rest */
	size_t user_count, user_capacity;
	uint32_t uid;             /* of the rest */
	uint64_t capabilities;
	bool v6only;              /* what IPV6_V6ONLY is unless it is set */
};

void past_init(struct past *past, uint32_t uid, uint64_t capabilities, bool v6only);
void past_fini(struct past *past);

/* A step with an actor has had this result. */
void past_take(struct past *past, const struct step *step, const struct reply *reply);

/*
 * What the table shows now, after each step: sockets that appeared without one, and what became of those that were there.
 */
void past_see(struct past *past, const struct table *table);

/* The port of $ACTOR.SOCKET; 0 when it has none. */
uint16_t past_port(const struct past *past, const struct lab_name *actor, const struct lab_name *sock);

/* Replaces the reference to a port in an endpoint of that actor's step; false when the socket that it names has none. */
bool past_resolve(const struct past *past, const struct lab_name *actor, struct endpoint *endpoint);

/* A socket as it is right after socket(), of nobody yet; and what setting an option, which worked, makes of it. */
struct past_sock past_new_sock(const struct past *past, unsigned kind, uint32_t uid);
void past_set_option(struct past_sock *sock, unsigned option, const struct option_value *value);

/* The user of an actor. */
uint32_t past_uid(const struct past *past, const struct lab_name *actor);

/* The socket that an actor calls so, open or closed; NULL: none was ever made. */
struct past_sock *past_find(const struct past *past, const struct lab_name *actor, const struct lab_name *sock);

/* By cookie; NULL: not known. */
const struct past_sock *past_find_cookie(const struct past *past, uint64_t cookie);

/* Appends "a, b": what the actors call the socket; nothing where none has it. */
void past_name(const struct past *past, const struct past_sock *sock, struct buf *out);

/* What the kernel remembers of a port, for a socket of that protocol; NULL: nothing. */
const struct bind_cache *past_cache(const struct past *past, uint8_t proto, uint16_t port);

/* The capabilities of an actor. */
uint64_t past_capabilities(const struct past *past, const struct lab_name *actor);

/* The socket as one among others, with its flags; row: what the table shows of it, or NULL. */
struct bind_sock past_bind_sock(const struct past_sock *sock, const struct row *row);

#endif
