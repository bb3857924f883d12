/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words behind "ports why": a wish, and how it is to be answered.
 */
#ifndef WHY_WORDS_H
#define WHY_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/rules.h"
#include "options.h"

struct why_settings {
	struct bind_wish wish;
	char path[BIND_NAME_MAX + 2]; /* of a unix socket, for wish.name; NUL-terminated */
	bool has_proto;               /* a word has named it */
	bool has_target;
	bool has_user;                /* --user; otherwise it is who runs this */
	bool listens;
	bool json;
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
