/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One complete look at the system, for commands that answer once: the sockets that a query asks for, and their owners.
 */
#ifndef GATHER_H
#define GATHER_H

#include <stdbool.h>

#include "model/names.h"
#include "model/owner.h"
#include "model/query.h"
#include "model/table.h"

struct buf;
struct cgroups;
struct source;

struct gathered {
	struct table table;
	struct names names;
	bool tours;              /* of several network namespaces */
	size_t refused;          /* of them, that could not be entered */
	bool made_up;            /* no system is to be asked for them */
	struct cgroups *cgroups; /* owned; NULL until a socket has told its own */
	uint32_t incomplete[PROTO_COUNT]; /* of the last look: bit 1 << enum sock_family: sockets of these may be missing */
	struct owner_scan scan; /* what it could not see; without the owners, which the table has */
	uint64_t real_ns;       /* when, since 1970 */
	/* For those who go on looking with a source that watches; NULL: events are not of interest. */
	void (*destroyed)(void *context, const struct sock *sock); /* the table has been told */
	void (*lost)(void *context);                               /* events were; may be NULL */
	void *context;
};

/*
 * Looks; owners: for them, too.  0 or -errno, when there is nothing to show at all: -EPROTONOSUPPORT and its like for a
 * kernel without sock_diag, -ETIMEDOUT when the kernel did not answer to the end within 60 seconds.  What it lacks
 * otherwise is source_explain's to say.  To be ended with gathered_fini in any case.
 */
int gather(struct gathered *gathered, struct source *source, const struct query *query, bool owners);

/*
 * The same in steps, for those who go on looking: begins with an empty table, after which destroyed, lost and context can be
 * set; takes one complete snapshot into it; looks for the owners, of all rows or of those of which they were not sought, or
 * only begins to: then the table has them once the source seeks no more, and it is false where there is nothing to seek.
 * Events come in every function that waits, those of source.h included.
 */
void gather_begin(struct gathered *gathered, struct source *source);
int gather_look(struct gathered *gathered, struct source *source, const struct query *query);
bool gather_seek(struct gathered *gathered, struct source *source, const struct query *query, bool all);
void gather_owners(struct gathered *gathered, struct source *source, const struct query *query, bool all);

/* 1 << enum sock_proto: all but those of which the last look was told nothing. */
uint32_t gathered_protos(const struct gathered *gathered);

/* Appends what the kernel did not tell and why, as a line for stderr; nothing when it told all. */
void gather_explain(struct buf *out, const struct source *source);

/* The same of all that is missing, a line each: owners and flags, too. */
void gathered_explain(struct buf *out, const struct gathered *gathered, const struct source *source);

void gathered_fini(struct gathered *gathered);

#endif
