/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A crowd's sockets, twice: those of the kernel, and what the rules are told of them.  Each bind(), listen() and connect()
 * is predicted, done, and compared.
 */
#ifndef TESTS_ORACLE_WORLD_H
#define TESTS_ORACLE_WORLD_H

#include "arena.h"
#include "base/buf.h"
#include "crowd.h"
#include "model/rules.h"
#include "model/rules_cache.h"

/* What became of the predictions; added up over all crowds. */
struct tally {
	uint64_t cases;       /* predicted with everything known */
	uint64_t binds, listens, connects;
	uint64_t refused;     /* of the cases, those that the kernel refused */
	uint64_t in_use;      /* with EADDRINUSE */
	uint64_t by_rule[RULE_COUNT]; /* of the cases, which rule decided */
	uint64_t ghosts;      /* blockers that are IPv6 connections in the way of 0.0.0.0 */
	uint64_t beside_timewait, beside_orphan, beside_connection, beside_listener; /* cases with such a socket on the port */
	uint64_t hidden;      /* predicted with flags or the past hidden */
	uint64_t unknown;     /* of these, the answers that were "unknown" */
	uint64_t hedged;      /* and those that were "no, but the past may let it in" */
	uint64_t given_up;    /* crowds that ended early, as a connection did not come about at once */
};

struct slot {
	bool is_used;
	bool has_port;             /* it is in the bind table */
	bool is_port_locked;       /* SOCK_BINDPORT_LOCK: bind() named the port */
	bool is_address_locked;    /* SOCK_BINDADDR_LOCK */
	bool is_connect_bound;
	bool is_timewait;
	bool is_connected;         /* the descriptor's view: connect() or accept() made it so */
	int fd, peer;              /* -1: none */
	uint16_t state;            /* enum sock_state, as others see it */
	uint16_t foreign_port;
	uint8_t foreign[16];
	struct bind_wish wish;     /* its flags, address and port as they are now */
};

struct world {
	const struct arena *arena;
	struct tally *tally;
	struct buf *trace;         /* NULL, or what is done is written there */
	uint16_t port;
	uint64_t random;           /* for what is hidden */
	uint64_t cookies;
	struct slot slots[CROWD_SLOTS];
	struct bind_cache cache;
	bool is_dense;             /* the crowd is */
	bool is_over;              /* nothing more is known for sure */
	bool is_mismatch;
};

/* Runs the crowd on the port.  Returns whether the kernel agreed with every prediction. */
bool world_run(struct world *world, const struct crowd *crowd);

#endif
