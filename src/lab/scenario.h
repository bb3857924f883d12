/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario: a text of steps, parsed and checked as a whole before any of it is run.
 * Knows nothing of how it is run (lab/run.h).
 */
#ifndef LAB_SCENARIO_H
#define LAB_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "lab/step.h"

enum {
	SCENARIO_BYTES_MAX = 256 * 1024,
	STEPS_MAX = 2000,
	ACTORS_MAX = 64,      /* in a scenario */
	ACTOR_SOCKETS_MAX = 64, /* that one actor makes in all */
};

/* How the names of files with scenarios end. */
#define SCENARIO_ENDING ".lab"

struct scenario {
	const char *file;   /* borrowed: the name it is told by */
	struct buf title;
	struct buf about;   /* lines, each with its newline */
	struct step *steps; /* owned */
	size_t count, capacity;
	bool becomes_user;  /* an actor becomes another user, which takes root */
	bool has_inet6;     /* there is a socket of IPv6 */
	bool has_files;     /* there is a unix socket with a path */
	const struct step *outside; /* the first step with an address that is not a loopback address; or NULL */
	unsigned long long capabilities; /* bit CAP_...: what its actors need */
};

/*
 * Parses a text of so many bytes.  False, and the fault is set, when it is no scenario.  To be ended with scenario_fini in
 * any case.
 */
bool scenario_parse(struct scenario *scenario, const char *file, const char *text, size_t length, struct fault *fault);
void scenario_fini(struct scenario *scenario);

/* Appends "FILE:LINE:COLUMN: " and the fault's text. */
void scenario_fault(struct buf *out, const char *file, const struct fault *fault);

/* What scenario_parse does last: the steps as they follow each other.  In lab/check.c. */
bool scenario_check(struct scenario *scenario, struct fault *fault);

#endif
