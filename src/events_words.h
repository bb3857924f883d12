/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words behind "ports events": which sockets, how it is told, and for how long.
 */
#ifndef EVENTS_WORDS_H
#define EVENTS_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "query_words.h"

struct events_settings {
	struct query_words words; /* the first member, as query_words.h wants it */
	bool json;
	uint64_t for_ns;          /* UINT64_MAX: for ever */
	uint64_t most;            /* so many events; UINT64_MAX: any number */
	uint64_t interval_ns;     /* between two looks */
	bool no_owners;
	bool help;
};

/* Ends with an entry without a name. */
extern const struct option_entry events_options[];

/* Reads the words; the first one is "events".  As options_parse. */
bool events_parse(struct events_settings *settings, int argc, char *const argv[], struct buf *error);

/* Appends the text of --help. */
void events_help(struct buf *out);

#endif
