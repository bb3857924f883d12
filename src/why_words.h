/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words behind "ports why": a wish, and how it is to be answered.
 */
#ifndef WHY_WORDS_H
#define WHY_WORDS_H

#include <stdbool.h>

#include "options.h"
#include "wish_words.h"

struct why_settings {
	struct wish_words words; /* the first member, as wish_words.h wants it */
	bool listens;
	bool json;
	bool elsewhere; /* where this network namespace explains nothing, the others are looked at */
	bool no_trial;
	bool help;
};

/* Ends with an entry without a name. */
extern const struct option_entry why_options[];

/* Reads the words; the first one is "why".  As options_parse. */
bool why_parse(struct why_settings *settings, int argc, char *const argv[], struct buf *error);

/* Appends the text of --help. */
void why_help(struct buf *out);

#endif
