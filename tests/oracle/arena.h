/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the oracle's sockets live: a network namespace of its own with the loopback and a pair of devices, whose addresses
 * and settings are known; and users to own sockets.
 */
#ifndef TESTS_ORACLE_ARENA_H
#define TESTS_ORACLE_ARENA_H

#include <stdbool.h>
#include <stdint.h>

#include "model/rules.h"

#define ARENA_FIRST_PORT 2000u
#define ARENA_LAST_PORT 60000u
#define ARENA_CLIENT_LOW 60100u  /* where the far ends of connections get their ports */
#define ARENA_CLIENT_HIGH 65535u
#define ARENA_HELPERS 2u
#define ARENA_USERS 3u
#define ARENA_DEVICES 3u

struct arena {
	struct bind_host host;
	bool was_entered;
	bool has_users;                    /* sockets can be of several users */
	uint32_t devices[ARENA_DEVICES];   /* lo and two ends of a veth; 0: could not be made */
	int helpers[ARENA_HELPERS];        /* listeners on [::], for connections that start in the crowd */
	uint16_t helper_ports[ARENA_HELPERS];
	unsigned next_port;
	struct bind_address addresses[16];
	uint32_t ifindices[4];
};

/* Returns NULL, or why it cannot be here.  The arena is empty at first; a second call gives a new namespace. */
const char *arena_enter(struct arena *arena);

/* Closes what it holds. */
void arena_leave(struct arena *arena);

/* The users; the first is root. */
uint32_t arena_user(unsigned index);

#endif
