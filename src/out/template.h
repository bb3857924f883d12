/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line for each socket as the user wants it: text with names of members in braces, "{local.port} {owners.comm}".
 */
#ifndef OUT_TEMPLATE_H
#define OUT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct column_context;
struct listing;
struct member;
struct sink;
struct table;

struct template_piece {
	char *text;                  /* owned; what stands before the member */
	const struct member *member; /* NULL: none, at the end */
};

struct template {
	struct template_piece *pieces; /* owned */
	size_t count;
};

/*
 * Reads a template: {NAME} is what the member says, {{ and }} are braces, all else stands for itself.  False, and one line in
 * error, when it is not good: it names the word at fault, where it stands, and the nearest that is right.  To be ended with
 * template_fini in any case.
 */
bool template_parse(struct template *template, const char *text, struct buf *error);
void template_fini(struct template *template);

/* The columns that say the same, as a set: what they need, it needs. */
uint64_t template_columns(const struct template *template);

/* Whether each line tells the time itself. */
bool template_has_time(const struct template *template);

struct template_style {
	const struct template *template;
	const struct column_context *context;
	bool null; /* a NUL byte ends each line, and no newline */
};

/* Writes a line for each row of the listing.  What comes from outside is cleaned (base/text.h). */
void template_write(struct sink *sink, const struct table *table, const struct listing *listing,
		    const struct template_style *style);

#endif
