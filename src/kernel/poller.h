/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Snapshots from the kernel: one dump after the other of those that a query asks for (kernel/family.h), a chunk at a time,
 * so that whoever waits for keys never waits for the kernel.
 */
#ifndef KERNEL_POLLER_H
#define KERNEL_POLLER_H

#include <stdbool.h>

#include "kernel/family.h"
#include "kernel/nl.h"
#include "kernel/uid_map.h"
#include "model/query.h"
#include "model/sock.h"

/* Who takes what the kernel says. */
struct poller_sink {
	/* info: what query.needs asked for of it; NULL when that is nothing. */
	void (*sock)(void *context, const struct sock *sock, const struct sock_info *info);
	/* A dump has ended; complete: nothing failed and the kernel did not mark it as interrupted. */
	void (*class_end)(void *context, unsigned proto, unsigned family, bool complete);
	void *context;
};

/* A network namespace to dump in. */
struct poller_place {
	int netns;      /* its descriptor, which stays the caller's, or NETNS_OWN (kernel/netns.h) */
	uint32_t inode;
};

struct poller {
	struct nl nl;
	struct poller_place place; /* where nl is */
	struct uid_map uids;       /* what its users are here */
	struct query query;
	struct poller_sink sink;
	struct recorder *recorder; /* not owned; NULL: none */
	size_t at;               /* the class that is being dumped, while running */
	bool running;
	bool joined;             /* what is being dumped is the next class, too */
	bool apart;              /* the kernel has refused that: each class has a dump of its own from then on */
	bool from_file[DUMP_CLASSES_MAX]; /* by class: the kernel has no sock_diag for it, and /proc/net tells it */
	bool plain;              /* the kernel has refused to filter: it is not asked to any more */
	int open_error;          /* 0, or the -errno for which there is no netlink socket */
	bool interrupted;        /* a dump of this snapshot was */
	bool tours;              /* this snapshot goes through several namespaces */
	bool missed;             /* and one of them could not be dumped although it is there */
	size_t refused;          /* so many may not be entered by this user */
	unsigned long malformed; /* replies and attributes that could not be read, since it was opened */
	int errors[DUMP_CLASSES_MAX]; /* by class: 0, or the -errno for which its dump failed */
	bool incomplete[DUMP_CLASSES_MAX]; /* by class, while it tours: one of these dumps was not complete */
};

/* recorder: who writes down what is said, or NULL.  0 or -errno, as nl_open. */
int poller_open(struct poller *poller, struct recorder *recorder);
void poller_close(struct poller *poller);

/* For poll(2), while it is running. */
int poller_fd(const struct poller *poller);

/*
 * Begins a snapshot; one that runs is given up.  When nothing can be asked it ends at once: poller.running is false, and
 * why is in poller.errors.
 */
void poller_begin(struct poller *poller, const struct query *query, const struct poller_sink *sink);

/*
 * The same for a snapshot of several network namespaces: begun, it enters one after the other; running is false when there is
 * no more to come from one.  When all were entered it is ended, and only then it is told which dumps were complete.
 * poller_enter: 0 or -errno, when there is no socket to be had there, and nothing was asked.  poller_miss: one was not
 * entered; unless that is because it may not be (-EPERM), nobody may be called gone.
 */
void poller_tour(struct poller *poller, const struct query *query, const struct poller_sink *sink);
int poller_enter(struct poller *poller, const struct poller_place *place);
void poller_miss(struct poller *poller, uint32_t inode, int error);
void poller_tour_end(struct poller *poller);

/* Takes one chunk, without waiting; true when the snapshot has ended.  Failures are in poller.errors. */
bool poller_step(struct poller *poller);

/* Gives up the snapshot that runs, as far as it got.  Its dumps that had not ended fail with the error given. */
void poller_abandon(struct poller *poller, int error);

/*
 * The same without a kernel, from what was recorded: a snapshot begins; a dump of it begins, whose replies have these
 * numbers; a chunk of them; the dump has ended; all have.  A poller of zeros will do.
 */
struct recorded_dump;
struct recorded_netns;
void poller_replay(struct poller *poller, const struct query *query, const struct poller_sink *sink);
void poller_replay_netns(struct poller *poller, const struct recorded_netns *about);
void poller_replay_dump(struct poller *poller, const struct recorded_dump *dump);
void poller_replay_chunk(struct poller *poller, const void *chunk, size_t length);
void poller_replay_dump_end(struct poller *poller, int error, bool interrupted);
void poller_replay_end(struct poller *poller);

/* Appends what the last snapshot lacks and why, as one sentence without a full stop; nothing when it lacks nothing. */
struct buf;
void poller_explain(struct buf *out, const struct poller *poller);

/*
 * Has the kernel destroy this socket of a network namespace (kernel/netns.h), whoever holds it: they see ECONNABORTED.  0 or
 * -errno: -EPERM without CAP_NET_ADMIN, -EOPNOTSUPP for a kernel without CONFIG_INET_DIAG_DESTROY, -ENOENT when it is gone.
 */
int poller_destroy(int netns, const struct sock *sock);

/* Why it failed, as a sentence without a full stop. */
const char *poller_destroy_reason(int error);

/* Whether it may lack sockets that are there: a dump failed for another reason than what the kernel lacks, or was interrupted. */
bool poller_is_partial(const struct poller *poller);

/* The error for which a snapshot has nothing to show at all, as -errno; 0 when at least one dump succeeded. */
int poller_failed(const struct poller *poller);

#endif
