/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One complete look at the system, for commands that answer once: the sockets that a query asks for, and their owners.
 */
#ifndef GATHER_H
#define GATHER_H

#include <stdbool.h>

#include "kernel/poller.h"
#include "model/names.h"
#include "model/owner.h"
#include "model/query.h"
#include "model/table.h"

struct gathered {
	struct table table;
	struct names names;
	struct poller poller;    /* for its errors; not running */
	struct owner_scan scan;
};

/*
 * Looks; owners: in /proc, too.  0 or -errno, when there is nothing to show at all: -EPROTONOSUPPORT and its like for a
 * kernel without sock_diag, -ETIMEDOUT when the kernel did not answer to the end within 60 seconds.  Dumps that failed
 * while others did not are in poller.errors.  To be ended with gathered_fini in any case.
 */
int gather(struct gathered *gathered, const struct query *query, bool owners);
void gathered_fini(struct gathered *gathered);

#endif
