/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One look at the sockets of several network namespaces: takes a poller into one after the other, as they are found.
 */
#ifndef KERNEL_NETNS_TOUR_H
#define KERNEL_NETNS_TOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/netns_walk.h"

struct names;
struct poller;
struct sock;

struct netns_tour {
	struct netns_walk walk;
	int netns;            /* the namespace that the poller is in, open; NETNS_OWN: none */
	uint64_t deep_ns;     /* when descriptors were last looked through */
	bool begun;           /* they were */
	bool has_own;         /* the own namespace is among those that are looked at */
	bool meets_own;       /* the same of the look that goes on */
	size_t entered;       /* namespaces, in this look */
	int own_error;        /* 0, or the -errno for which not even the own one can be asked */
	struct buf refusals;  /* the first of those that this user may not enter, by name */
	struct buf failures;  /* those that could not be looked at for other reasons, and why */
	struct buf gaps;      /* what the last look that has ended lacks: parts of a sentence */
};

/* Begins a look, for a tour of zeros at first.  The wish must stay. */
void netns_tour_begin(struct netns_tour *tour, const struct netns_wish *wish, uint64_t now_ns);

/*
 * Goes on, while the poller is not running, until it is again, or for some hundreds of links.  Teaches what the namespaces are
 * called.  False: there are no more.
 */
bool netns_tour_step(struct netns_tour *tour, struct poller *poller, struct names *names, uint64_t now_ns);

/* Ends a look, be it before its time. */
void netns_tour_end(struct netns_tour *tour, const struct poller *poller);
void netns_tour_fini(struct netns_tour *tour);

/* Learns what the device of a socket is called that the poller has just told: a name belongs to its namespace. */
void netns_tour_learn_device(const struct netns_tour *tour, const struct sock *sock, struct names *names, uint64_t now_ns);

/* The namespace of a socket that was told, for which the caller is to close it unless it is NETNS_OWN; -errno: it is gone. */
int netns_tour_reopen(const struct netns_tour *tour, const struct sock *sock, int *netns);

#endif
