/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words behind "ports kill": whose processes are sent which signal, and for how long their end is waited for.
 */
#ifndef KILL_WORDS_H
#define KILL_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "query_words.h"

struct kill_settings {
	struct query_words words; /* the first member, as query_words.h wants it */
	bool listeners;           /* was said; it is so unless all is */
	bool all;                 /* those who are connected, too, clients of the port included */
	bool dry_run;
	int signal_number;
	uint64_t wait_ns;
	bool help;
};

/* Ends with an entry without a name. */
extern const struct option_entry kill_options[];

/* Reads the words; the first one is "kill".  As options_parse. */
bool kill_parse(struct kill_settings *settings, int argc, char *const argv[], struct buf *error);

/* Appends the text of --help. */
void kill_help(struct buf *out);

/* "TERM"; the number of a signal that has no name here. */
void kill_signal_name(struct buf *out, int signal_number);

#endif
