/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words and signs of a filter.
 */
#ifndef MODEL_FILTER_LEXER_H
#define MODEL_FILTER_LEXER_H

#include <stddef.h>

#include "base/buf.h"

enum token_kind {
	TOKEN_END,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_NOT,
	TOKEN_OP,
	TOKEN_WORD,
	TOKEN_QUOTED,
	TOKEN_UNCLOSED, /* a quote that does not end */
};

struct token {
	enum token_kind kind;
	unsigned op;     /* TOKEN_OP: enum filter_op */
	size_t column;   /* of its first character, from 1 */
	struct buf text; /* owned; as it was written, but for quotes */
};

struct lexer {
	const char *text, *at;
	struct token token; /* the one at hand */
};

/* Takes the first token.  The text must stay. */
void lexer_init(struct lexer *lexer, const char *text);
void lexer_fini(struct lexer *lexer);

/* Takes the next one. */
void lexer_next(struct lexer *lexer);

/* The same where a pattern stands: a word that ends at a blank, or at a ")" that closes nothing in it. */
void lexer_next_pattern(struct lexer *lexer);

/* The operator of a word such as "ge"; OP_COUNT: it is none. */
unsigned lexer_word_op(const char *word);

#endif
