/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words behind "ports wait": a socket, what is to become true of it, and for how long that is waited for.
 */
#ifndef WAIT_WORDS_H
#define WAIT_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"
#include "wish_words.h"

enum wait_goal {
	WAIT_LISTEN,   /* somebody listens there */
	WAIT_FREE,     /* nobody has it, nor is anything left of those who had */
	WAIT_BINDABLE, /* that very bind() would work */
	WAIT_GOAL_COUNT,
};

struct wait_settings {
	struct wish_words words; /* the first member, as wish_words.h wants it */
	const char *port;        /* of -p; read when the protocol is known, wherever that stands */
	bool goals[WAIT_GOAL_COUNT]; /* those that were named */
	enum wait_goal goal;
	uint64_t timeout_ns;     /* UINT64_MAX: none */
	bool no_trial;
	bool quiet;
	bool help;
};

/* Ends with an entry without a name. */
extern const struct option_entry wait_options[];

/* Reads the words; the first one is "wait".  As options_parse. */
bool wait_parse(struct wait_settings *settings, int argc, char *const argv[], struct buf *error);

/* Appends the text of --help. */
void wait_help(struct buf *out);

#endif
