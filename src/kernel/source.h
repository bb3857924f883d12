/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where sockets come from: this kernel (source_live.c), a recording of what one said, or numbers that are made up.
 *
 * Whoever asks never waits: a snapshot and a search for owners are begun, what they give comes to the sink piece by piece
 * while the source is served, and nothing comes to the sink but from source_begin and source_serve.
 */
#ifndef KERNEL_SOURCE_H
#define KERNEL_SOURCE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct clock;
struct map;
struct names;
struct row;
struct owner_scan;
struct process_list;
struct query;
struct recorder;
struct sock;
struct sock_detail;
struct sock_info;

/* Who takes it.  All of them are to be set but those that say otherwise. */
struct source_sink {
	void (*begin)(void *context, uint64_t now_ns); /* a snapshot begins; one that had not ended is given up */
	/* No more is asked for than this, by nobody's wish here: a recording goes on with another query, or is asked with one. */
	void (*narrowed)(void *context, const struct query *query);
	/* info: what query.needs asked for; NULL when it asked for nothing. */
	void (*sock)(void *context, const struct sock *sock, const struct sock_info *info);
	/* A dump has ended; complete: nothing failed and the kernel did not mark it as interrupted. */
	void (*class_end)(void *context, unsigned proto, unsigned family, bool complete);
	void (*end)(void *context); /* of the snapshot; it may have failed (source_failed) */
	void (*destroyed)(void *context, const struct sock *sock); /* events; NULL: not of interest, nor the next one */
	void (*lost)(void *context); /* events were */
	/* The owners of the wanted inodes were looked for; the scan is sorted, and belongs to the source but for scan.told. */
	void (*owners)(void *context, const struct map *wanted, struct owner_scan *scan);
	/* What the sockets are shown with: learnt from a source that is made up, and recorded of one that is not. */
	struct names *names;
	void *context;
};

enum { SOURCE_FDS_MAX = 3 };

struct source;

/* What the functions below do; all but begin, seek, serve and close may be NULL. */
struct source_ops {
	void (*begin)(struct source *source, const struct query *query);
	bool (*seek)(struct source *source, struct map *wanted, struct map *known);
	bool (*seek_ahead)(struct source *source);
	uint64_t (*processes)(struct source *source);
	bool (*hold)(struct source *source, const struct row *row, uint32_t most);
	size_t (*poll)(const struct source *source, struct pollfd *polled);
	uint64_t (*due_ns)(const struct source *source);
	void (*serve)(struct source *source, const struct pollfd *polled, size_t count);
	void (*abandon)(struct source *source, int error);
	void (*learnt)(struct source *source);
	int (*inspect)(struct source *source, struct sock_detail *detail, const struct sock *sock);
	int (*destroy)(struct source *source, const struct sock *sock);
	void (*describe)(struct source *source, struct process_list *list, int32_t pid);
	void (*explain)(const struct source *source, struct buf *out);
	int (*failed)(const struct source *source);
	void (*close)(struct source *source);
};

struct source {
	const struct source_ops *ops;
	struct clock *clock;       /* not owned */
	struct source_sink sink;   /* the caller's to set before anything is begun */
	bool running;              /* a snapshot that has not ended */
	bool seeking;              /* owners are being looked for */
	bool hears_closings;       /* destroy events are heard: no closing is missed without a word */
	bool interrupted;          /* the last snapshot was: the kernel's tables changed while they were read */
	bool partial;              /* it may lack sockets, for that reason or another one (source_explain) */
	bool paced;                /* snapshots come when they come, and not only when they are begun */
	bool ended;                /* paced: nothing more will come */
	bool tours;                /* sockets of several network namespaces are told, or of another one than the own */
	size_t refused;            /* network namespaces that could not be entered in the last snapshot */
	bool made_up;              /* there are no such sockets and processes here: nothing can be done to them */
};

/* Begins a snapshot; one that runs is given up.  It may have ended when this returns. */
void source_begin(struct source *source, const struct query *query);

/*
 * Begins to look for the owners of the wanted inodes (keys of the map, which is moved to the source).  False, and nothing
 * is moved, while it already does, or where it cannot tell more than it has told.  known: what the owners run is told, too,
 * but for those in that map (process_store_known), which is moved as well; NULL: it is not asked for.
 */
bool source_seek(struct source *source, struct map *wanted, struct map *known);

/*
 * Begins to look for the owners of whatever there is while the next snapshot is taken: for those who want to know of nearly
 * everything, and have nothing else to do.  The sink is told, with NULL for what was wanted, when the snapshot has ended.
 * False where that is no gain, or cannot be.
 */
bool source_seek_ahead(struct source *source);

/* A number that is another one when processes have come or gone since; 0: that is not known. */
uint64_t source_processes(struct source *source);

/* False when one of the row's owners is seen not to hold its socket any more (kernel/owners.h, owners_hold). */
bool source_hold(struct source *source, const struct row *row, uint32_t most);

/* Fills polled, of SOURCE_FDS_MAX at least, with what is to be waited for; returns how many. */
size_t source_poll(const struct source *source, struct pollfd *polled);

/* When it is to be served whatever comes in, by its clock; UINT64_MAX: never. */
uint64_t source_due_ns(const struct source *source);

/* Takes the result of the same poll(2), and what is due; one chunk of each, without waiting. */
void source_serve(struct source *source, const struct pollfd *polled, size_t count);

/*
 * Waits until there is something to serve, at most so long, and serves it: for those who have nothing else to do.  A clock
 * that stands still jumps there.
 */
void source_wait(struct source *source, uint64_t most_ns);

/* The same for those who wait for something else, too: count at most SOURCE_OWN_MAX, whose revents are filled in. */
enum { SOURCE_OWN_MAX = 64 };
void source_wait_with(struct source *source, uint64_t most_ns, struct pollfd *own, size_t count);

/* Gives up the snapshot that runs, as far as it got: its dumps that have not ended fail with the error given. */
void source_abandon(struct source *source, int error);

/* Names have come into sink.names. */
void source_learnt(struct source *source);

/* All that can be told of this very socket: as inspect (kernel/inspect.h). */
int source_inspect(struct source *source, struct sock_detail *detail, const struct sock *sock);

/* Has this very socket destroyed: as poller_destroy. */
int source_destroy(struct source *source, const struct sock *sock);

/* Adds what is known of a process and its parents. */
void source_describe(struct source *source, struct process_list *list, int32_t pid);

/* Appends what the last snapshot lacks and why, as one sentence without a full stop; nothing when it lacks nothing. */
void source_explain(const struct source *source, struct buf *out);

/* The error for which the last snapshot has nothing to show at all, as -errno; 0 when at least one dump succeeded. */
int source_failed(const struct source *source);

/* Frees it, too; NULL: nothing. */
void source_close(struct source *source);

/*
 * Plays a recording, in its own time: no netlink, no /proc.  owners: they are to be told.  Sets the clock, of the kind
 * given, to the time when the recording was begun.  False and one line in error that names the file, the place and what was
 * expected there when it is no recording, or not a whole one.
 */
struct source_replay_options {
	const char *path;
	struct clock *clock; /* stays the caller's */
	int clock_kind;      /* enum clock_kind */
	bool owners;
};
bool source_replay_open(struct source **source, const struct source_replay_options *options, struct buf *error);

/*
 * Sockets that are made up, always the same: count of them, of which in each second so many connections are opened or
 * closed.  The clock stays the caller's.
 */
struct source *source_synthetic_open(struct clock *clock, uint32_t count, uint32_t churn);

/* This kernel's sockets. */
struct source_live_options {
	struct clock *clock;
	struct recorder *recorder; /* who writes down what it says, or NULL; both stay the caller's */
	bool watches; /* hears destroy events, and looks for owners in a thread of its own */
	bool owners;  /* they will be sought */
};

/* 0 or -errno, -EPROTONOSUPPORT for a kernel without sock_diag. */
int source_live_open(struct source **source, const struct source_live_options *options);

#endif
