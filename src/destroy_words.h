/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words behind "ports destroy": which sockets.
 */
#ifndef DESTROY_WORDS_H
#define DESTROY_WORDS_H

#include <stdbool.h>

#include "query_words.h"

struct destroy_settings {
	struct query_words words; /* the first member, as query_words.h wants it */
	bool listening;           /* only those without a peer */
	bool dry_run;
	bool help;
};

/* Ends with an entry without a name. */
extern const struct option_entry destroy_options[];

/* Reads the words; the first one is "destroy".  As options_parse. */
bool destroy_parse(struct destroy_settings *settings, int argc, char *const argv[], struct buf *error);

/* Appends the text of --help. */
void destroy_help(struct buf *out);

#endif
