/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The live program over a source whose sockets and processes are what the test says, and over time that it lets pass.
 */
#ifndef TESTS_UNIT_SESSION_FIXTURE_H
#define TESTS_UNIT_SESSION_FIXTURE_H

#include "helpers.h"

#include "base/clock.h"
#include "base/map.h"
#include "kernel/source.h"
#include "model/column.h"
#include "model/query.h"
#include "ui/keymap.h"
#include "ui/screen.h"
#include "ui/session.h"

enum { MADE_SOCKS_MAX = 9000, MADE_HOLDERS_MAX = 4 };

/* What the kernel has now. */
struct made {
	struct source source; /* the first member: a pointer to it is one to all */
	struct sock socks[MADE_SOCKS_MAX];
	int32_t holders[MADE_SOCKS_MAX][MADE_HOLDERS_MAX]; /* pids, in order; 0: there are no more */
	size_t count;
	uint64_t processes;
	struct query asked;        /* while a snapshot runs: what it asks for */
	size_t at;                 /* the next socket of it */
	struct map wanted;         /* while seeking */
	unsigned scans, looks;     /* for all holders of some sockets; at a holder */
};

struct session_fixture {
	struct made made;
	struct clock clock;
	struct query query;
	struct column_list columns;
	struct keymap keymap;
	struct ui_options options;
	struct session session;
	struct screen screen;
};

/* *state becomes a fixture without sockets, whose session has not begun; the latter is to be begun before teardown. */
int session_fixture_setup(void **state);
int session_fixture_teardown(void **state);

/* Another listener with these holders, on the next port; returns its index. */
size_t made_add(struct made *made, int32_t first, int32_t second);

/* Begins it, with a first snapshot and its owners. */
void session_fixture_begin(struct session_fixture *fixture);

/* Serves what comes next, until the clock shows that at most, and draws. */
void session_fixture_serve(struct session_fixture *fixture, uint64_t until_ns);

/* Lets time pass, and what has begun meanwhile end. */
void session_fixture_pass(struct session_fixture *fixture, unsigned seconds);

#endif
