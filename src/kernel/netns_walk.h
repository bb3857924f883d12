/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which network namespaces there are: those with a name, those that processes and their threads are in, those that are mounted
 * without a name, and those that some process has open, or has a socket in; each comes once.
 *
 * They come while they are found, so that who goes into one need not keep it open while others are looked for.
 */
#ifndef KERNEL_NETNS_WALK_H
#define KERNEL_NETNS_WALK_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "kernel/netns_place.h"

struct netns_wish;

enum netns_step {
	NETNS_AGAIN, /* nothing yet */
	NETNS_FOUND,
	NETNS_END,
};

struct netns_found {
	uint32_t inode;
	bool is_own;       /* this program is in it */
	int fd;            /* the caller's to close */
	const char *label; /* its name, or the container or unit of a process in it; NULL: none; until the next step */
};

struct netns_walk {
	const struct netns_wish *wish; /* not owned */
	unsigned stage;
	size_t at;                  /* how far that is */
	uint32_t own;               /* inode */
	struct netns_places names, mounts;
	struct netns_places held;   /* mounted anywhere, or found open in some process, by the last walk that was deep */
	struct netns_places places; /* of all that came, wanted or not */
	struct netns_places before; /* and of those in the walk before */
	struct map came;            /* inode -> index in places; of those that are not wanted, too */
	bool *met;                  /* owned; for each word of the wish: what it means was found */
	DIR *proc, *inner;          /* /proc, and a folder of one process */
	int32_t pid;                /* that process */
	struct buf path, label;
	struct map mounted;         /* mount namespaces that were looked at; the values mean nothing */
	struct map asked;           /* socket -> inode of its namespace, which it never changes; 0: it was not told */
	int pidfd;                  /* of the process whose sockets are asked; -1: none was yet */
	unsigned asks_left;         /* of that process's; 0 for all where to ask them would change them */
	bool spares_sockets;        /* that is so */
	bool deep;                  /* all mounts and descriptors of all processes are looked at; else those in held */
	unsigned unseen;            /* processes whose namespaces this user may not see */
	int error;                  /* 0, or the errno for which some may not have been found */
};

/* Begins one; a walk of zeros, or one that has ended.  The wish must stay. */
void netns_walk_begin(struct netns_walk *walk, const struct netns_wish *wish, bool deep);
void netns_walk_fini(struct netns_walk *walk);

/* Looks at some hundreds of links at most. */
enum netns_step netns_walk_step(struct netns_walk *walk, struct netns_found *found);

/* One that has come, in this walk or in the one before, again: a descriptor, or -errno; -ENOENT when it is gone. */
int netns_walk_reopen(const struct netns_walk *walk, uint32_t inode);

/* Appends what an ended walk has not found and why, as parts of one sentence without a full stop. */
void netns_walk_explain(struct buf *out, const struct netns_walk *walk);

#endif
