/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which processes hold which sockets, from /proc/PID/fd (proc(5)): the kernel tells it nowhere else.
 *
 * Every process that may be looked into is, because a socket may have many holders (prefork servers, socket activation,
 * descriptors passed on), and who stops at the first one shows a wrong owner.  On the way one of the holders is asked for
 * the flags of the socket, where they are wanted (kernel/flags.h).
 */
#ifndef KERNEL_OWNERS_H
#define KERNEL_OWNERS_H

#include <stdbool.h>

#include "base/map.h"
#include "model/owner.h"

struct row;

/*
 * Looks for the holders of the wanted inodes (keys of the map, whose values are enum owner_want) and returns with the scan
 * sorted.  What could not be seen is in the scan and in the map, too; there is no other failure.  known: what the holders
 * run is told as well, except of those in that map (process_store_known); NULL: it is not asked for.  root is "/proc", or a
 * made-up one in tests.  The scan is to be ended with owner_scan_fini.
 */
void owners_scan(struct owner_scan *scan, struct map *wanted, const struct map *known, const char *root);

/*
 * The same by a thread for each processor, up to four, for those who have nothing else to do meanwhile: each of them takes the
 * next process that none has looked into yet.
 */
void owners_scan_together(struct owner_scan *scan, struct map *wanted, const struct map *known, const char *root);

/*
 * A look for the owners of every socket there is, which goes on while sockets are dumped, in all but one of as many threads: for
 * those who will want to know about nearly all.  A socket that came while it went on may have an owner that it did not
 * see.  NULL where there is but one processor.  owners_walk_end takes part in what is left, waits for it, and frees the walk.
 */
struct owners_walk;
struct owners_walk *owners_walk_begin(const char *root);
void owners_walk_end(struct owners_walk *walk, struct owner_scan *scan);

/*
 * Whether the row's owners, the first so many at most, still hold its socket: false when one of them is seen not to.  Looks at
 * their descriptors alone, without a walk, which tells nothing of others that hold the same socket by now.
 */
bool owners_hold(const struct row *row, uint32_t most, const char *root);

/* owners_scan in a thread of its own, so that nobody waits for it. */
struct owners_worker;

/* NULL and errno when a thread or an eventfd cannot be had. */
struct owners_worker *owners_worker_new(void);

/* Waits for the end of the scan that runs, if one does. */
void owners_worker_free(struct owners_worker *worker);

/* For poll(2): readable when a scan has ended. */
int owners_worker_fd(const struct owners_worker *worker);

/*
 * Begins a scan for the inodes in the map, which is moved to the worker, and so is known unless it is NULL.  False, and
 * nothing is moved, while one runs.
 */
bool owners_worker_begin(struct owners_worker *worker, struct map *wanted, struct map *known);

/* Moves the ended scan and what it was for to the caller; false when none has ended. */
bool owners_worker_take(struct owners_worker *worker, struct map *wanted, struct owner_scan *scan);

#endif
