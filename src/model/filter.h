/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The filter that is typed into the live table: words that a row must all match.  A word of ports (80, 80,443, 8000-8100,
 * :http) means the local or the foreign port, any other one stands somewhere in what a column says.
 */
#ifndef MODEL_FILTER_H
#define MODEL_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "model/portset.h"

struct column_context;
struct row;

enum { FILTER_WORDS_MAX = 8 };

struct filter_word {
	char *text;            /* owned; as it was typed */
	struct portset *ports; /* owned; NULL for a word that is no ports */
};

struct filter {
	struct filter_word words[FILTER_WORDS_MAX];
	size_t count; /* 0: everything matches */
};

void filter_fini(struct filter *filter);

/* Replaces the filter by what the text says.  Words beyond FILTER_WORDS_MAX are not taken: false. */
bool filter_parse(struct filter *filter, const char *text);

bool filter_match(const struct filter *filter, const struct row *row, const struct column_context *context);

/* Whether the text stands in what some column says of the row, by numbers or by names; upper and lower case are the same. */
bool filter_finds(const char *text, const struct row *row, const struct column_context *context);

#endif
