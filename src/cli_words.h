/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rule of -p, which getopt does not know: it takes an argument only if that looks like ports.  "-p 9999", "-p9999",
 * "-tulpn", "-anp" and "-anp 9999" all do what the fingers meant.
 */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include <stdbool.h>

struct buf;

/* A list of words as argv is: list[count] is NULL, list[0] the program's name. */
struct words {
	char **list; /* owned, each too */
	int count;
};

/* What is to be known of the options. */
struct word_rules {
	int (*letter_takes)(char letter);     /* whether it takes an argument: 1 or 0, or -1 for a letter that is none */
	bool (*name_takes)(const char *name); /* the same of a long option, which may be cut short */
};

/*
 * Fills words with argv in which every -p that has ports became --port=PORTS, and every one that has none --processes.
 * False and one line in error for letters behind a -p that are neither ports nor options.  words_fini in any case.
 */
bool words_expand(struct words *words, int argc, char *const argv[], const struct word_rules *rules, struct buf *error);
void words_fini(struct words *words);

#endif
