/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host with many sockets, made up of real ones: what the parts of the load maker share.
 *
 * Everything is on the loopback of a network namespace that has nothing else: each process has addresses of 127/8 of its
 * own, so that no limit of ports is met.  Who fails says why on stderr and ends its process.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <netinet/in.h>
#include <stdint.h>

struct load {
	uint32_t pairs;     /* of established connections, both ends in the same process */
	uint32_t processes; /* that share them unevenly: the last one has about twice the mean */
	uint32_t matches;   /* so many of the pairs have LOAD_MATCH_PORT as their server's port, in one process */
	uint32_t time_wait; /* sockets; they are replaced as they expire */
	uint32_t listeners; /* at least one */
	uint32_t udp;       /* sockets */
	uint32_t churn;     /* connections that are opened, and as many that are closed, each second; each lives for one */
};

enum { LOAD_MATCH_PORT = 9999 };

/* The number of the process with the matches: in the middle, where a search may end. */
#define LOAD_MATCHING(load) ((load)->processes / 2)

/* Prints "load: ", the text and, unless it is 0, what the errno means; ends the process with status 1. */
void load_fail(int error, const char *format, ...) __attribute__((noreturn, format(printf, 2, 3)));

/* How many pairs the process of this number has. */
uint32_t load_share(const struct load *load, uint32_t number);

/* TCP and UDP sockets that there are when it is ready. */
uint32_t load_tcp(const struct load *load);

/* Fails where this would disturb others, or where memory or descriptors will not do; brings the loopback up. */
void load_prepare(const struct load *load);

/* Makes the pairs of the process of this number, which holds them from then on. */
void load_hold_pairs(const struct load *load, uint32_t number);

/* A connection, both ends of it. */
struct pair {
	int client, server;
};

/* What is not a pair that lasts, in one process. */
struct rest {
	int listener; /* that the others connect to */
	struct sockaddr_in server;
	uint32_t churned, waited; /* connections for churn and for TIME_WAIT so far */
	struct pair *ring;        /* of churn, those that are open */
};

/* Makes all the rest. */
void load_hold_rest(struct rest *rest, const struct load *load);

/* Keeps up what does not last, for as long as the process lives; returns if there is none. */
void load_keep_up(struct rest *rest, const struct load *load);

#endif
