/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text from outside, made harmless and measured.
 *
 * Process names, interface names and the like are whatever other users chose.  Everything that would not simply stand in
 * its own columns of a terminal - control and escape bytes, invalid UTF-8, bidirectional, zero-width and invisible characters - is
 * replaced by a visible escape (\x1b, \u202e) on its way to a terminal or a list.  Widths are those of wcwidth(3) in
 * a UTF-8 locale, which main() sees to; in one that knows ASCII only, which it chooses for terminals that take no UTF-8, all
 * else is escaped.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* What text_decode returns for a byte that begins no valid UTF-8 sequence. */
#define TEXT_INVALID UINT32_MAX

/*
 * Decodes one character of the NUL-terminated text at *at, which must not be at its end, and moves *at behind it.
 * Overlong forms, surrogates and values over U+10FFFF are invalid; then one byte is passed over.
 */
uint32_t text_decode(const char **at);

/* Columns that the character takes: 1 or 2, and 0 for every one that text_clean escapes. */
int text_char_width(uint32_t c);

/* Columns of a text that text_clean made. */
size_t text_width(const char *clean);

/* Appends the text with everything escaped that must not reach a terminal. */
void text_clean(struct buf *out, const char *text);

/* Appends as much of a text that text_clean made as fits in width columns; a cut one ends in "…", or ">", where that is possible. */
void text_cut(struct buf *out, const char *clean, size_t width);

/* The same, but what is left out is left out of the middle. */
void text_cut_middle(struct buf *out, const char *clean, size_t width);

/* Appends the text, cleaned, in lines of at most so many columns, each with the margin before it and a newline behind it. */
void text_wrap(struct buf *out, const char *text, size_t width, const char *margin);

/* Whether the text has something before the ending, and then it. */
bool text_ends_with(const char *text, const char *ending);

/* How many bytes must be added, removed or replaced to make one word of the other (Levenshtein); of 64 bytes of each. */
size_t text_distance(const char *a, const char *b);

/* The names of a set, one for each number from 0 on; NULL behind the last one. */
typedef const char *text_name_fn(size_t i);

/* The name that is nearest to the word. */
const char *text_nearest(const char *word, text_name_fn *name);

/* Makes a line of error, which quotes as much of the word as fits in one, names the nearest of the set, and is no more.  False. */
bool text_fail_nearest(struct buf *error, const char *word, const char *kind, text_name_fn *name);

/* Reads a number in decimal, from least to most; strtod(3) alone would take "0x1", "inf" and " 1" as well. */
bool text_number(const char *text, double least, double most, double *value);

/*
 * Reads a time that something lasts: "30s", "500ms", "2m", "1.5h", "3d", "20us", or plain seconds.  False, and nothing is read,
 * when it is none, or not from least to most.
 */
bool text_duration(const char *text, uint64_t least_ns, uint64_t most_ns, uint64_t *ns);

/* Appends the character as UTF-8. */
void text_encode(struct buf *out, uint32_t c);

#endif
