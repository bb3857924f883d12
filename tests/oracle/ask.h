/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules are asked, and the kernel's answer is compared with theirs.
 */
#ifndef TESTS_ORACLE_ASK_H
#define TESTS_ORACLE_ASK_H

#include "world.h"

struct question {
	enum bind_step kind;
	const struct slot *slot;
	const struct bind_wish *wish;
	const struct bind_peer *peer; /* STEP_CONNECT */
};

/* What the rules say of the question, with everything known, with flags hidden and with the past hidden; error: the kernel's. */
void ask_compare(struct world *world, const struct question *question, int error);

/* The crowd's sockets on the port; socks has room for CROWD_SLOTS.  Returns their number. */
size_t ask_socks(const struct world *world, struct bind_sock *socks);

/* Writes what was done to the slot into the trace, if there is one. */
void ask_trace(struct world *world, const struct slot *slot, const char *what);

void ask_mismatch(struct world *world, const char *what);

#endif
