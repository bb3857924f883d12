/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line of the scenario language, cut into words; and the fault that is found in one.
 * Knows nothing of what the words mean.
 */
#ifndef LAB_TOKEN_H
#define LAB_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum {
	LINE_BYTES_MAX = 1500, /* of a line, without what ends it; what a step says fits, however its bytes are quoted */
	TOKENS_MAX = 16,
};

struct token {
	const char *text; /* what it stands for: quotes and escapes are resolved; NUL-terminated, may have NULs in it */
	size_t length;
	size_t offset;    /* of its first byte in the line */
	unsigned column;  /* where it stands, in characters, from 1 on */
	bool quoted;
};

struct tokens {
	struct token list[TOKENS_MAX];
	size_t count;
	unsigned end;     /* the column behind the last one: where one that is missing is missed */
	char bytes[LINE_BYTES_MAX + TOKENS_MAX];
};

/* Why a scenario is none: one sentence without a full stop, and where. */
struct fault {
	unsigned line;    /* from 1 on; 0: the whole file */
	unsigned column;  /* in characters, from 1 on; 0: the whole line */
	struct buf text;
};

#define FAULT_INIT { 0, 0, BUF_INIT }

void fault_fini(struct fault *fault);

/* Sets it, with the word in quotes before the message; false, for the caller to return. */
bool fault_word(struct fault *fault, const struct token *token, const char *message, ...)
	__attribute__((format(printf, 3, 4)));

/* The same without a word. */
bool fault_set(struct fault *fault, unsigned column, const char *message, ...) __attribute__((format(printf, 3, 4)));

/* Whether the line, NUL-terminated, is text of a bearable length: UTF-8 without control characters but tabs. */
bool line_check(const char *line, struct fault *fault);

/*
 * Cuts a line that was checked.  Words are separated by blanks; one with blanks in it stands in double quotes, with \", \\,
 * \n and \xHH.
 */
bool tokens_cut(struct tokens *tokens, const char *line, struct fault *fault);

/* Appends the bytes as a word in quotes, which tokens_cut reads back. */
void token_quote(struct buf *out, const char *bytes, size_t length);

/* The same, but in quotes only where it has to be. */
void token_add(struct buf *out, const char *bytes, size_t length);

#endif
