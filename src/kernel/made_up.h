/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host that is made up, always the same: its sockets, processes and names.  Knows nothing of who asks.
 *
 * The sockets come in blocks, each of which has servers, sockets in states that are seldom seen, and connections of the
 * host with itself whose two ends are neighbours.  What a connection is follows from its number and from how many events
 * there have been, so nothing is kept of it: one after the other is closed, and when all were, opened anew.
 */
#ifndef KERNEL_MADE_UP_H
#define KERNEL_MADE_UP_H

#include <stdbool.h>
#include <stdint.h>

struct map;
struct names;
struct owner_scan;
struct process_list;
struct sock;
struct sock_info;

struct made_up {
	uint32_t count;      /* of sockets to begin with */
	uint32_t churn;      /* events in a second */
	uint64_t pair_count; /* of connections that events happen to */
	uint64_t start_ns;
	uint64_t now_ns;     /* the caller's to set, as the next one */
	uint64_t events;     /* that there have been; the next one hits the connection of this number, modulo pair_count */
};

/* One socket of all, and what it is at the time. */
struct place {
	uint32_t number, block;
	unsigned part;       /* of the block */
	uint64_t pair;       /* the connection, where part is an end of one */
	bool is_server;      /* its first end */
	uint64_t generation; /* even: established; odd: what is left of it */
};

void made_up_init(struct made_up *made_up, uint32_t count, uint32_t churn, uint64_t now_ns);

/* When an event happens, if there are any. */
uint64_t made_up_event_ns(const struct made_up *made_up, uint64_t event);

/* The socket of that number, from 0; the number of one end, 0 or 1, of a connection. */
struct place made_up_place(const struct made_up *made_up, uint32_t number);
uint32_t made_up_end(uint64_t pair, unsigned end);

/* False when there is no such socket at the time. */
bool made_up_sock(const struct made_up *made_up, const struct place *place, struct sock *sock);
void made_up_info(const struct made_up *made_up, const struct sock *sock, struct sock_info *info);

/* Adds those who hold the socket, if it is wanted; adds a process that is not in the list, and its parent; teaches every name. */
void made_up_owners(const struct made_up *made_up, const struct place *place, struct map *wanted, struct owner_scan *scan);
void made_up_process(struct process_list *list, int32_t pid);
void made_up_names(struct names *names);

#endif
