/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets as JSON, schema 1 (man page, JSON): members are only ever added.  What is not known is null.
 */
#ifndef OUT_JSON_H
#define OUT_JSON_H

#include <stdbool.h>

#include <stddef.h>
#include <stdint.h>

struct buf;
struct column_context;
struct history;
struct listing;
struct names;
struct row;
struct sink;
struct table;

/* Appends one socket as an object on one line, without the newline. */
void json_socket(struct buf *out, const struct row *row, const struct column_context *context);

/* Writes one socket a line. */
void json_write_lines(struct sink *sink, const struct table *table, const struct listing *listing,
		      const struct column_context *context);

/* What a document says of all its sockets. */
struct json_head {
	size_t hidden;       /* sockets with owners that were not seen */
	size_t hidden_flags; /* sockets with owners that could not be asked for their flags */
	bool tours;          /* several network namespaces were to be looked into */
	size_t refused;      /* and so many could not be entered */
};

/* Writes one document, with the time of the context. */
void json_write_document(struct sink *sink, const struct table *table, const struct listing *listing,
			 const struct column_context *context, const struct json_head *head);

/* Appends one entry of a history as an object on one line, and the newline. */
struct history_entry;
void json_entry(struct buf *out, const struct history_entry *entry, const struct names *names);

/* Writes the history, the oldest first, one entry a line (man page, JSON). */
void json_write_history(struct sink *sink, const struct history *history, const struct names *names);

/*
 * Appends the text as a JSON string.  A byte that is not UTF-8 becomes the escape \udcHH, a lone surrogate, as Python's
 * "surrogateescape" does: the document is valid, and nothing is lost.
 */
void json_string(struct buf *out, const char *text);

#endif
