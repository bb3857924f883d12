/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/token.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

void fault_fini(struct fault *fault)
{
	buf_fini(&fault->text);
}

__attribute__((format(printf, 2, 0))) static void add_message(struct buf *out, const char *message, va_list arguments)
{
	char text[512];

	vsnprintf(text, sizeof(text), message, arguments);
	buf_puts(out, text);
}

bool fault_word(struct fault *fault, const struct token *token, const char *message, ...)
{
	va_list arguments;

	fault->column = token->column;
	buf_clear(&fault->text);
	buf_putc(&fault->text, '"');
	text_clean(&fault->text, token->text);
	buf_puts(&fault->text, "\": ");
	va_start(arguments, message);
	add_message(&fault->text, message, arguments);
	va_end(arguments);
	return false;
}

bool fault_set(struct fault *fault, unsigned column, const char *message, ...)
{
	va_list arguments;

	fault->column = column;
	buf_clear(&fault->text);
	va_start(arguments, message);
	add_message(&fault->text, message, arguments);
	va_end(arguments);
	return false;
}

bool line_check(const char *line, struct fault *fault)
{
	unsigned column = 1;

	if (strnlen(line, LINE_BYTES_MAX + 1) > LINE_BYTES_MAX)
		return fault_set(fault, 0, "the line is longer than %d bytes", LINE_BYTES_MAX);
	for (const char *at = line; *at != '\0'; column++) {
		unsigned char byte = (unsigned char)*at;
		uint32_t c = text_decode(&at);

		if (c == TEXT_INVALID)
			return fault_set(fault, column, "the byte 0x%02x is not text: a scenario is UTF-8", byte);
		if ((c < 0x20 && c != '\t') || (c >= 0x7f && c <= 0x9f))
			return fault_set(fault, column, "the character U+%04X is not text", c);
	}
	return true;
}

/* Where the cutting stands: in the line, and where decoded bytes go. */
struct cursor {
	const char *at;
	unsigned column;
	char *out;
};

/* Moves over one character. */
static void step_over(struct cursor *cursor)
{
	text_decode(&cursor->at);
	cursor->column++;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool cut_escape(struct cursor *cursor, struct fault *fault)
{
	char c = cursor->at[1];
	int high = -1, low = -1;

	if (c == 'x') {
		high = hex_value(cursor->at[2]);
		low = high >= 0 ? hex_value(cursor->at[3]) : -1;
	}
	if (c == '"' || c == '\\')
		*cursor->out++ = c;
	else if (c == 'n')
		*cursor->out++ = '\n';
	else if (low >= 0)
		*cursor->out++ = (char)(high * 16 + low);
	else
		return fault_set(fault, cursor->column, "behind a backslash in quotes stands \", \\, n or xHH");
	cursor->at += c == 'x' ? 4 : 2;
	cursor->column += c == 'x' ? 4 : 2;
	return true;
}

/* The cursor stands on the opening quote, and in the end behind the closing one. */
static bool cut_quoted(struct cursor *cursor, struct fault *fault)
{
	unsigned opened = cursor->column;

	step_over(cursor);
	while (*cursor->at != '"') {
		const char *from = cursor->at;

		if (*from == '\0')
			return fault_set(fault, opened, "the quote that is opened here is not closed in this line");
		if (*from == '\\') {
			if (!cut_escape(cursor, fault))
				return false;
			continue;
		}
		step_over(cursor);
		memcpy(cursor->out, from, (size_t)(cursor->at - from));
		cursor->out += cursor->at - from;
	}
	step_over(cursor);
	if (*cursor->at != '\0' && *cursor->at != ' ' && *cursor->at != '\t')
		return fault_set(fault, cursor->column, "behind a closing quote stands a blank");
	return true;
}

static void cut_plain(struct cursor *cursor)
{
	size_t length = strcspn(cursor->at, " \t");
	const char *end = cursor->at + length;

	memcpy(cursor->out, cursor->at, length);
	cursor->out += length;
	while (cursor->at < end)
		step_over(cursor);
}

bool tokens_cut(struct tokens *tokens, const char *line, struct fault *fault)
{
	struct cursor cursor = { .at = line, .column = 1, .out = tokens->bytes };

	tokens->count = 0;
	for (;;) {
		size_t blanks = strspn(cursor.at, " \t");

		tokens->end = cursor.column;
		cursor.at += blanks;
		cursor.column += (unsigned)blanks;
		if (*cursor.at == '\0')
			return true;
		if (tokens->count == TOKENS_MAX)
			return fault_set(fault, cursor.column, "too many words for one step");
		struct token *token = &tokens->list[tokens->count++];
		*token = (struct token){
			.text = cursor.out,
			.offset = (size_t)(cursor.at - line),
			.column = cursor.column,
			.quoted = *cursor.at == '"',
		};
		if (!token->quoted)
			cut_plain(&cursor);
		else if (!cut_quoted(&cursor, fault))
			return false;
		token->length = (size_t)(cursor.out - token->text);
		*cursor.out++ = '\0';
	}
}

void token_quote(struct buf *out, const char *bytes, size_t length)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c == '\n')
			buf_puts(out, "\\n");
		else if (c < 0x20 || c >= 0x7f)
			buf_printf(out, "\\x%02x", c);
		else
			buf_putc(out, (char)c);
	}
	buf_putc(out, '"');
}

/* As tokens_cut would read it back, and step_parse not take it for what stands before the result. */
static bool is_plain(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c <= ' ' || c >= 0x7f || c == '"' || c == '\\')
			return false;
	}
	return length > 0 && !(length == 2 && memcmp(bytes, "=>", 2) == 0);
}

void token_add(struct buf *out, const char *bytes, size_t length)
{
	if (is_plain(bytes, length))
		buf_add(out, bytes, length);
	else
		token_quote(out, bytes, length);
}
