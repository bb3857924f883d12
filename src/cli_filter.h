/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of a command line that are no options: ports first, or a filter.
 */
#ifndef CLI_FILTER_H
#define CLI_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/filter.h"
#include "model/portset.h"

struct filter_words {
	struct portset ports; /* of the first words */
	struct buf text;      /* of these as one condition, while there are no others; then the filter */
	bool is_filter;       /* one was no port */
};

/*
 * Takes the next word.  Those that stand first and are ports, ranges or names of services are what -p would be given, any of them:
 * "80 443"; all others are the filter.  With an operator behind them the first ones belong to it: "80 443 or comm = x" is the
 * filter "80,443 or comm = x".  False and one line in error for a word that can be neither.
 */
bool filter_words_take(struct filter_words *words, const char *word, struct buf *error);

/*
 * Adds what the words are: the ports to the set; the filter in place of what was there, or besides it where it is to hold
 * as well.  False and one line in error when it is none.  The words are given up.
 */
bool filter_words_end(struct filter_words *words, struct portset *ports, struct filter *filter, struct buf *error);

void filter_words_fini(struct filter_words *words);

/* False and one line in error when the filter asks for what is not to be had here: lacking is a set of enum filter_ask. */
bool filter_words_check(const struct filter *filter, uint32_t lacking, struct buf *error);

#endif
