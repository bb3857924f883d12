/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets as CSV (RFC 4180): what the columns say, as the members that programs are told.  What is not known is an empty
 * field without quotes; a text that is known and empty has them.
 */
#ifndef OUT_CSV_H
#define OUT_CSV_H

#include <stdbool.h>

struct buf;
struct column_context;
struct column_list;
struct listing;
struct sink;
struct summary;
struct table;

struct csv_style {
	bool header;
	bool clean; /* texts are cleaned (base/text.h) because they go to a terminal; otherwise each byte is what it was */
	const struct column_list *columns;
	const struct column_context *context;
};

/* Writes the rows of the listing, a socket a line; of each column its members, in their order, each member once. */
void csv_write(struct sink *sink, const struct table *table, const struct listing *listing, const struct csv_style *style);

/* Writes how many there are of each protocol and state, if any. */
void csv_write_summary(struct sink *sink, const struct summary *summary, const struct csv_style *style);

/* Appends a text as a field, in quotes where it needs them. */
void csv_text(struct buf *out, const char *text);

#endif
