/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows: every socket that is known, and what became of it from one snapshot to the next.
 *
 * A snapshot is applied message by message while the dump arrives: table_begin, table_see for each socket,
 * table_end_class for each dump that ended, table_end.  Rows are found by what their socket is, and not by what it is
 * called: a row stays the same through every state of its socket, and remembers what the kernel forgets: the owners, the uid and the flags of a
 * socket in TIME_WAIT.  Knows nothing of the kernel, of filters beyond struct query, or of the screen.
 */
#ifndef MODEL_TABLE_H
#define MODEL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "model/cgroup_store.h"
#include "model/changes.h"
#include "model/owner.h"
#include "model/process_store.h"
#include "model/query.h"
#include "model/sock.h"

enum row_life {
	ROW_ALIVE,
	ROW_NEW,     /* first seen a short while ago, and not in the first snapshot */
	ROW_CHANGED, /* its state, its port or an address changed a short while ago */
	ROW_GONE,    /* a complete dump missed it a short while ago; sock is as it was last seen */
};

/* How long the former three are kept up, unless set otherwise. */
#define TABLE_LINGER_NS UINT64_C(3000000000)

struct row {
	struct sock sock;
	uint64_t first_ns;      /* when the socket was first seen, by the caller's clock */
	uint64_t seen_ns;       /* when sock was read */
	uint64_t life_ns;       /* since when it is new, changed or gone */
	struct sock_info *info; /* owned; NULL: nothing of it was ever asked for */
	union {                 /* row_owner: by pid and fd, but systemd behind those that it holds the socket for */
		struct owner owner;   /* the only one */
		struct owner *owners; /* owned; several */
	};
	uint32_t owner_count;
	uint32_t generation;    /* the snapshot that saw it last */
	uint32_t missed;        /* the snapshot at which a scan saw no owner yet, or any more; 0: one did, or two did not */
	uint8_t flags_error;    /* 0, or the errno for which no owner could be asked for sock.flags */
	uint8_t life;           /* enum row_life */
	bool owners_sought : 1; /* a scan of /proc that began after the row was seen has ended */
	bool flags_sought : 1;  /* the same, and it asked for sock.flags */
	bool owners_former : 1; /* owners had the socket once and hold it no more */
	bool opened : 1;        /* it was not there when its like was asked for before: first_ns is when it was opened */
	bool tagged : 1;        /* by the user */
	bool overrun : 1;       /* its accept queue is full, or a snapshot saw it so */
	bool closed : 1;        /* the kernel said that it destroyed the socket; a TIME_WAIT may be left of it */
};

/* One of its owners; most have one, and that is there without a look elsewhere. */
static inline const struct owner *row_owner(const struct row *row, uint32_t at)
{
	return row->owner_count == 1 ? &row->owner : &row->owners[at];
}

/* What happened to a row; told while the row still is as it was before, but for ROW_EVENT_CHANGED and _OPENED. */
enum row_event {
	ROW_EVENT_OPENED,
	ROW_EVENT_CHANGED, /* the state; it was from */
	ROW_EVENT_CLOSED,
	ROW_EVENT_ENDED,   /* gone, after it was told as closed */
};

/* Who is told. */
struct table_observer {
	void (*event)(void *context, const struct row *row, enum row_event event, unsigned from);
	void *context;
};

/* The rows of one protocol and family. */
struct table_class {
	size_t alive; /* those that are not ROW_GONE */
	size_t seen;  /* those of them that the snapshot which is being applied has told of */
};

struct table {
	struct row *rows; /* owned; an index stays valid until the next table_end, table_retain or table_expire */
	size_t count, capacity;
	struct map by_sock;
	struct map by_inode; /* of unix sockets, whose peers are told by it */
	struct process_store processes; /* what owners run, as far as scans were asked for it */
	struct cgroup_store cgroups; /* those that sockets were made in, as far as that is asked for */
	struct table_observer observer; /* event may be NULL */
	struct changes changes; /* since its owner last cleared them, who must keep them if it wants them */
	struct table_class classes[PROTO_COUNT][FAMILY_COUNT];
	uint64_t expire_ns;  /* nothing is to expire before */
	uint64_t linger_ns;
	uint64_t now_ns;     /* of the snapshot that is being applied, or was last */
	uint32_t generation; /* snapshots begun */
	bool complete_once;  /* a snapshot has ended: what comes now is new, if that one would have had it */
	struct query asks;   /* what snapshots are asked for (table_retain) */
	struct query asked;  /* what all of them were asked for since the last one began that has ended */
};

void table_init(struct table *table);
void table_fini(struct table *table);

/* Begins a snapshot. */
void table_begin(struct table *table, uint64_t now_ns);

/* Adds or updates the row of this socket. */
void table_see(struct table *table, const struct sock *sock);

/* The same with what the kernel was asked for besides; NULL: nothing, and what was known is kept. */
void table_see_info(struct table *table, const struct sock *sock, const struct sock_info *info);

/* The socket of a row was made in the cgroup of that number; it stays so, whatever else becomes of the socket. */
void table_see_cgroup(struct table *table, struct row *row, uint64_t id);

/*
 * The dump of one protocol and family was complete and not interrupted: rows of it that it did not have are gone.
 * Not to be called for a dump that failed or that the kernel marked as interrupted (NLM_F_DUMP_INTR).
 */
void table_end_class(struct table *table, unsigned proto, unsigned family);

/*
 * The kernel has destroyed this socket (its destroy event).  Tells the observer, and returns true, if there is a row of it.
 * The row stays until a snapshot says what became of it.
 */
bool table_destroyed(struct table *table, const struct sock *sock);

/* Ends the snapshot. */
void table_end(struct table *table);

/* Lets marks fade and removes rows that have been gone for long enough; true if anything changed. */
bool table_expire(struct table *table, uint64_t now_ns);

/*
 * From now on this is asked for: drops, without calling them gone, the rows that are not; those that come because it is more
 * than before are not called new.
 */
void table_retain(struct table *table, const struct query *query);

/* Drops, as silently, the rows of which keep is false. */
void table_keep(struct table *table, bool (*keep)(const void *context, const struct row *row), const void *context);

/* The index of the row of that very socket, or MAP_NONE; netns as in struct sock. */
uint32_t table_find(const struct table *table, uint32_t netns, uint64_t cookie);

/* The row of the unix socket at the other end; NULL: there is none, or it is not in the table. */
const struct row *table_peer(const struct table *table, const struct sock *sock);

/*
 * Fills wanted with the inodes whose owners are to be looked for; all of them, or those not yet sought, and those that were
 * sought once, at another snapshot, and not found.
 */
void table_want_owners(const struct table *table, bool all, struct map *wanted);

/* Adds the wish for flags: of the rows of which they were not sought yet; of one row, unless they were, or again. */
void table_want_flags(const struct table *table, struct map *wanted);
void row_want_flags(const struct row *row, bool again, struct map *wanted);

/*
 * Takes over what a scan for those inodes found.  A row that the scan was not asked about is left alone.  wanted is NULL for a
 * scan for all that went on while the rows came: whom it did not find an owner for may have one.  What the scan told
 * of processes is moved to the table, and stays as long as there is a row of a socket that they have or had.
 */
void table_take_owners(struct table *table, const struct map *wanted, struct owner_scan *scan);

/* The rates of a table that was read once, from one that was read before it. */
void table_follow_rates(struct table *table, const struct table *before);

/* Rows with an inode whose owners were sought, and none was seen. */
size_t table_hidden(const struct table *table);

/* Rows whose flags are not known because no owner could be asked; error becomes the errno of the last of them. */
size_t table_hidden_flags(const struct table *table, int *error);

/* What is left of the row's timer, which runs on while nobody asks the kernel; milliseconds. */
uint64_t row_timer_left_ms(const struct row *row, uint64_t now_ns);

/* For how long the socket was seen, until now or until it was gone. */
uint64_t row_age_ns(const struct row *row, uint64_t now_ns);

/*
 * True if the row's owners were sought and none was seen although a descriptor refers to the socket, as far as is known: one
 * that the kernel has destroyed since had none any more to be seen.
 */
bool row_owner_hidden(const struct row *row);

#endif
