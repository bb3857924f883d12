/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened to sockets: every opening, change of state and closing with its time, the latest N of them.
 * It is told by the table (from one snapshot to the next) and by the kernel's destroy events, which know of connections
 * that lived and died between two snapshots.
 */
#ifndef MODEL_HISTORY_H
#define MODEL_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "model/owner.h"
#include "model/sock.h"

struct buf;
struct row;

#define HISTORY_SIZE 10000u /* unless set otherwise */

enum history_kind {
	HISTORY_OPENED,
	HISTORY_CHANGED,  /* from one state to another */
	HISTORY_CLOSED,   /* its descriptors are gone; what is left of it may still be in TIME_WAIT */
	HISTORY_ENDED,    /* nothing is left of it, after it was closed: TIME_WAIT is over */
	HISTORY_LOST,     /* the kernel dropped destroy events, nobody knows how many */
	HISTORY_KIND_COUNT,
};

struct history_entry {
	uint64_t real_ns;     /* when it was noticed, since 1970 */
	uint8_t kind;         /* enum history_kind */
	uint16_t from;        /* HISTORY_CHANGED: the state before */
	bool unseen;          /* HISTORY_CLOSED: no snapshot saw it, though all states were asked for */
	uint32_t owner_count; /* of which owner is the first */
	struct owner owner;
	struct sock sock;     /* as it was then; of HISTORY_LOST nothing is set */
	struct sock_info *info; /* with a name, of a unix socket that has one, or NULL; the row's until the entry is kept */
};

struct history {
	struct history_entry *entries; /* owned; a ring */
	size_t size, count, oldest;
	uint64_t total;                /* entries ever added */
	uint64_t closings;             /* of them HISTORY_CLOSED */
	uint64_t losses;               /* of them HISTORY_LOST */
};

/* size: how many entries are kept, at least 1. */
void history_init(struct history *history, size_t size);
void history_fini(struct history *history);

/* Adds a copy of the entry; the oldest goes when there are too many. */
void history_add(struct history *history, const struct history_entry *entry);

/* The entry's number counted from the latest one, 0; NULL beyond the end. */
const struct history_entry *history_at(const struct history *history, size_t age);

/* What a row's event is in the history. */
enum history_kind history_kind_of(unsigned event);

/* Makes the entry's own what it had of a row, which may be gone the next moment; to be ended with history_entry_fini. */
void history_entry_keep(struct history_entry *entry);
void history_entry_fini(struct history_entry *entry);

/* An entry of what happened to a row; real_ns, kind and from are the caller's to fill in. */
struct history_entry history_of_row(const struct row *row);

/* The other way: a row that has what the entry knows; it has nothing of its own. */
struct row history_row(const struct history_entry *entry);

/* "opened", "changed", "closed", "ended", "lost": the JSON member. */
const char *history_kind_name(unsigned kind);

/* Appends what happened in words: "opened", "ESTABLISHED -> CLOSE_WAIT", "closed", "TIME_WAIT over". */
void history_format(struct buf *out, const struct history_entry *entry);

/* The same in 12 columns, with the marks that rows have: "+LISTEN", "~CLOSE_WAIT", "-closed", "+-closed", "-TIME_WAIT". */
void history_format_brief(struct buf *out, const struct history_entry *entry);

#endif
