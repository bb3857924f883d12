/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/filter_lexer.h"

#include <string.h>

#include "base/text.h"
#include "model/filter_node.h"

#define BLANKS " \t\r\n"

struct spelling {
	const char *text;
	enum token_kind kind;
	unsigned op;
};

/* The longer ones first. */
static const struct spelling signs[] = {
	{ "&&", TOKEN_AND, 0 },           { "||", TOKEN_OR, 0 },         { "==", TOKEN_OP, OP_EQUAL },
	{ "!=", TOKEN_OP, OP_DIFFERS },   { "!~", TOKEN_OP, OP_MATCHES_NOT }, { "<=", TOKEN_OP, OP_AT_MOST },
	{ ">=", TOKEN_OP, OP_AT_LEAST },  { "=~", TOKEN_OP, OP_MATCHES }, { "&", TOKEN_AND, 0 },
	{ "|", TOKEN_OR, 0 },             { "!", TOKEN_NOT, 0 },         { "(", TOKEN_OPEN, 0 },
	{ ")", TOKEN_CLOSE, 0 },          { "=", TOKEN_OP, OP_EQUAL },   { "<", TOKEN_OP, OP_LESS },
	{ ">", TOKEN_OP, OP_MORE },       { "~", TOKEN_OP, OP_MATCHES },
};

static const struct spelling words[] = {
	{ "and", TOKEN_AND, 0 },
	{ "or", TOKEN_OR, 0 },
	{ "not", TOKEN_NOT, 0 },
};

/* Only where an operator may stand: elsewhere they are words like others. */
static const struct spelling word_ops[] = {
	{ "eq", TOKEN_OP, OP_EQUAL },    { "ne", TOKEN_OP, OP_DIFFERS },  { "neq", TOKEN_OP, OP_DIFFERS },
	{ "lt", TOKEN_OP, OP_LESS },     { "le", TOKEN_OP, OP_AT_MOST },  { "leq", TOKEN_OP, OP_AT_MOST },
	{ "gt", TOKEN_OP, OP_MORE },     { "ge", TOKEN_OP, OP_AT_LEAST }, { "geq", TOKEN_OP, OP_AT_LEAST },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

unsigned lexer_word_op(const char *word)
{
	for (size_t i = 0; i < COUNT(word_ops); i++) {
		if (strcmp(word_ops[i].text, word) == 0)
			return word_ops[i].op;
	}
	return OP_COUNT;
}

/* Characters, not bytes: what is counted is what is seen. */
static size_t column_of(const struct lexer *lexer)
{
	size_t column = 1;

	for (const char *at = lexer->text; at < lexer->at; column++)
		text_decode(&at);
	return column;
}

static void begin(struct lexer *lexer)
{
	lexer->at += strspn(lexer->at, BLANKS);
	lexer->token.column = column_of(lexer);
	buf_clear(&lexer->token.text);
}

/* The next length bytes. */
static void take(struct lexer *lexer, enum token_kind kind, unsigned op, size_t length)
{
	lexer->token.kind = kind;
	lexer->token.op = op;
	buf_add(&lexer->token.text, lexer->at, length);
	lexer->at += length;
}

static bool take_sign(struct lexer *lexer)
{
	for (size_t i = 0; i < COUNT(signs); i++) {
		size_t length = strlen(signs[i].text);

		if (strncmp(lexer->at, signs[i].text, length) != 0)
			continue;
		take(lexer, signs[i].kind, signs[i].op, length);
		return true;
	}
	return false;
}

/* Between quotes a backslash takes away what a quote or another backslash would mean. */
static void take_quoted(struct lexer *lexer)
{
	char quote = *lexer->at++;

	lexer->token.kind = TOKEN_QUOTED;
	for (; *lexer->at != quote; lexer->at++) {
		if (lexer->at[0] == '\\' && (lexer->at[1] == quote || lexer->at[1] == '\\'))
			lexer->at++;
		if (*lexer->at == '\0') {
			lexer->token.kind = TOKEN_UNCLOSED;
			return;
		}
		buf_putc(&lexer->token.text, *lexer->at);
	}
	lexer->at++;
}

/* "recvq>0" is three tokens, as recvq is a field; "keep=00:12", which the timer says, is a word. */
static size_t word_length(const char *at)
{
	size_t length = strcspn(at, BLANKS "()&|"), name = strcspn(at, BLANKS "()&|=<>!~");

	return name > 0 && name < length && filter_field_named(at, name) != FIELD_WORD ? name : length;
}

static void take_word(struct lexer *lexer, size_t length)
{
	struct token *token = &lexer->token;

	take(lexer, TOKEN_WORD, 0, length);
	for (size_t i = 0; i < COUNT(words); i++) {
		if (strcmp(words[i].text, buf_str(&token->text)) == 0)
			token->kind = words[i].kind;
	}
}

void lexer_next(struct lexer *lexer)
{
	begin(lexer);
	if (*lexer->at == '\0')
		lexer->token.kind = TOKEN_END;
	else if (*lexer->at == '"' || *lexer->at == '\'')
		take_quoted(lexer);
	else if (!take_sign(lexer))
		take_word(lexer, word_length(lexer->at));
}

static size_t pattern_length(const char *at)
{
	size_t length = 0, open = 0;

	for (; at[length] != '\0' && strchr(BLANKS, at[length]) == NULL; length++) {
		if (at[length] == ')' && open == 0)
			break;
		if (at[length] == '\\' && at[length + 1] != '\0')
			length++;
		else if (at[length] == '(' || at[length] == ')')
			open += at[length] == '(' ? 1 : (size_t)-1;
	}
	return length;
}

void lexer_next_pattern(struct lexer *lexer)
{
	begin(lexer);
	size_t length = pattern_length(lexer->at);

	if (length == 0 || *lexer->at == '"' || *lexer->at == '\'')
		lexer_next(lexer);
	else
		take(lexer, TOKEN_WORD, 0, length);
}

void lexer_init(struct lexer *lexer, const char *text)
{
	*lexer = (struct lexer){ .text = text, .at = text };
	lexer_next(lexer);
}

void lexer_fini(struct lexer *lexer)
{
	buf_fini(&lexer->token.text);
}
