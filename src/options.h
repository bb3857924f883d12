/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options of a command: one table for each, from which parsing, --help, the configuration file and the manual are made.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

struct option_entry {
	char letter;          /* '\0': none */
	const char *name;     /* the long form, without its dashes */
	const char *argument; /* how --help names its argument; NULL: takes none */
	const char *help;     /* one sentence without a full stop */
	size_t flag;          /* the offset of the bool in the settings that it makes true; unless apply is set, or: */
	uint32_t bits;        /* not 0: of the uint32_t there; these bits are set in it */
	/* False, with the fault named in error, when the argument (NULL for none) is not good. */
	bool (*apply)(void *settings, const char *argument, struct buf *error);
};

enum { OPTIONS_MAX = 96 };

/* The words of one command. */
struct options {
	const struct option_entry *entries; /* ends with one without a name */
	const char *command;                /* whose --help lists them: "ports" */
	const char *(*name)(size_t at);     /* of the entry at that place; NULL behind the last one */
	/* Takes a word that is no option; as apply. */
	bool (*operand)(void *settings, const char *word, struct buf *error);
	bool stays; /* in its network namespace: to -N, which others have, it is said how it is started in another one */
};

/*
 * Applies the words behind the first one in their order.  False and one line in error when one is not good: it names the word
 * at fault and what would be right.
 */
bool options_parse(const struct options *options, void *settings, int argc, char *const argv[], struct buf *error);

/* Applies one option; argument is NULL for one that takes none.  As options_parse. */
bool options_apply(const struct option_entry *entry, void *settings, const char *argument, struct buf *error);

/* By letter; NULL: none has it. */
const struct option_entry *options_letter(const struct option_entry *entries, int letter);

/* Appends a line for each. */
void options_help(struct buf *out, const struct option_entry *entries);

/* Makes a line of error: what stands before, the word at fault in quotes, and what stands after it.  False. */
bool options_fault(struct buf *error, const char *before, const char *word, const char *after);

#endif
