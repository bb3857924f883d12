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
struct source;

struct gathered {
	struct table table;
	struct names names;
	bool made_up;            /* no system is to be asked for them */
	struct owner_scan scan; /* what it could not see; without the owners, which the table has */
	uint64_t real_ns;       /* when, since 1970 */
};

/*
 * Looks; owners: for them, too.  0 or -errno, when there is nothing to show at all: -EPROTONOSUPPORT and its like for a
 * kernel without sock_diag, -ETIMEDOUT when the kernel did not answer to the end within 60 seconds.  What it lacks
 * otherwise is source_explain's to say.  To be ended with gathered_fini in any case.
 */
int gather(struct gathered *gathered, struct source *source, const struct query *query, bool owners);

/* Appends what is missing from it and why, a line each, as they are written to stderr. */
void gathered_explain(struct buf *out, const struct gathered *gathered, const struct source *source);

void gathered_fini(struct gathered *gathered);

#endif
