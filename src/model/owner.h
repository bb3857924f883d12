/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which processes hold which sockets, as one look through /proc found it.
 * Knows nothing of how that is done (kernel/owners.h).
 */
#ifndef MODEL_OWNER_H
#define MODEL_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "model/flags.h"
#include "model/process.h"

struct buf;

/* One descriptor of one process, for some socket.  A process that holds a socket twice is there twice. */
struct owner {
	int32_t pid;
	int32_t fd;
	uint64_t start_ticks; /* when the process was started: with the pid it names one process for good; 0: not known */
	char comm[16]; /* /proc/PID/comm, NUL-terminated; as the process chose it, so never print it uncleaned */
};

/* What is wanted of an inode: the values of the map that a look through /proc is given, and that it changes. */
enum owner_want {
	WANT_OWNERS,
	WANT_FLAGS,    /* the flags of the socket, too */
	WANT_ANSWERED, /* what that becomes when an owner was asked */
	WANT_FAILED,   /* and this, plus the errno, when none could be */
};

/* The errno of WANT_FAILED when asking would do harm (kernel/flags.h, flags_harm). */
#define WANT_HARMFUL EOPNOTSUPP

/* An owner, as small as there are many of them: the process stands once for all that it has. */
struct holding {
	uint32_t inode;
	int32_t fd;
	uint32_t holder; /* index in owner_scan.holders */
};

/* What a look through /proc found, and what it could not see. */
struct owner_scan {
	struct holding *holdings; /* owned; by inode, pid, fd once sorted */
	size_t count, capacity;
	struct owner *holders;    /* owned; with the first descriptor that it has */
	size_t holder_count, holder_capacity;
	struct flags_answer *answers; /* owned; the flags of sockets, whosever */
	size_t answer_count, answer_capacity;
	struct process_list told; /* what those run of whom it was asked for and not known */
	unsigned processes;   /* that were looked into or were refused */
	unsigned refused;     /* processes whose descriptors may not be read */
	bool as_root;         /* the effective user is root: becoming root is no remedy */
	bool hides;           /* /proc is mounted with hidepid: there are processes that are not even listed */
	int error;            /* 0, or the positive errno with which /proc, or a part of it, could not be read */
};

/* Whether both are of one process, under one name: exec(2) gives it another one. */
bool owner_is_same_process(const struct owner *a, const struct owner *b);

/* Whether the process is a systemd: that of the system, or a user's. */
bool owner_is_systemd(const struct owner *owner);

/* Appends "4242/server", the name cleaned. */
void owner_format(struct buf *out, const struct owner *owner);

void owner_scan_fini(struct owner_scan *scan);

/* What it could not see, without what it found; not to be ended. */
struct owner_scan owner_scan_summary(const struct owner_scan *scan);

/* In any order, but what one process has is best added at a stretch; the same {inode, pid, fd} comes once. */
void owner_scan_add(struct owner_scan *scan, uint32_t inode, const struct owner *owner);

void owner_scan_add_answer(struct owner_scan *scan, const struct flags_answer *answer);

/* Moves what one scan found, and could not see, to another one of the same look; the former is empty then. */
void owner_scan_merge(struct owner_scan *scan, struct owner_scan *part);

/* Makes owner_scan_find possible; after the last owner_scan_add. */
void owner_scan_sort(struct owner_scan *scan);

/* Where the owners of an inode begin and, through count, how many there are; 0 when none was seen. */
size_t owner_scan_find(const struct owner_scan *scan, uint32_t inode, size_t *count);

/* One of them. */
struct owner owner_scan_get(const struct owner_scan *scan, size_t at);

/*
 * Appends why owners are not known and what would help, as one sentence without a full stop, or a brief one that fits on
 * a line of the screen.  hidden: the number of sockets that have an inode but no owner that was seen; when that is 0 and all of
 * /proc was read, nothing.
 */
void owner_scan_explain(struct buf *out, const struct owner_scan *scan, size_t hidden, bool brief);

/*
 * The same for flags that are not known: hidden, the number of sockets with owners that could not be asked, and error, why one
 * of them could not.
 */
void owner_scan_explain_flags(struct buf *out, const struct owner_scan *scan, size_t hidden, int error, bool brief);

#endif
