/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words behind "ports metrics": where they go, and their bound.
 */
#ifndef METRICS_WORDS_H
#define METRICS_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options.h"

struct metrics_settings {
	const char *textfile; /* NULL: standard output */
	size_t ports;         /* so many at most are told apart */
	uint32_t protos;      /* 1 << enum sock_proto: those that are counted */
	bool no_owners;
	bool help;
};

/* Ends with an entry without a name. */
extern const struct option_entry metrics_options[];

/* Reads the words; the first one is "metrics".  As options_parse. */
bool metrics_parse(struct metrics_settings *settings, int argc, char *const argv[], struct buf *error);

/* Appends the text of --help. */
void metrics_help(struct buf *out);

#endif
