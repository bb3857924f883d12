/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of hosts and services for lists.  Services are waited for; the hosts of all rows are asked for at the same time, and
 * are waited for no longer than RESOLVER_WAIT_NS altogether.
 */
#ifndef RESOLVER_H
#define RESOLVER_H

#include <stddef.h>

#include "base/clock.h"
#include "model/names.h"

struct buf;
struct table;

#define RESOLVER_WAIT_NS (3 * NS_PER_S)

/* What is kept from one list to the next, so that what nobody answered is not waited for each time anew. */
struct resolver {
	struct names names;          /* services and hosts only */
	struct names_worker *worker; /* NULL until hosts are asked for */
	size_t unanswered;           /* addresses of the last table whose names no server has told, nor that there are none */
};

#define RESOLVER_INIT { .names = NAMES_INIT }

void resolver_fini(struct resolver *resolver);

/* Puts the names for all rows of the table into names, and makes them be shown. */
void resolver_resolve(struct resolver *resolver, const struct table *table, struct names *names);

/* Takes what is kept out of names again. */
void resolver_keep(struct resolver *resolver, struct names *names);

/* Appends which hosts stay numbers, and why; nothing when none do. */
void resolver_explain(struct buf *out, const struct resolver *resolver);

#endif
