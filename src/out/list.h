/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list: a header and a row a line, for people and for grep and awk.
 */
#ifndef OUT_LIST_H
#define OUT_LIST_H

#include <stdbool.h>

struct column_context;
struct column_list;
struct listing;
struct sink;
struct table;

struct list_style {
	bool header;
	const struct column_list *columns;
	bool null;      /* a NUL byte ends each line, and no newline */
	unsigned width; /* of the terminal that it is to fit; 0: nothing is cut or left out */
	const struct column_context *context;
};

/* Writes the rows of the listing. */
void list_write(struct sink *sink, const struct table *table, const struct listing *listing,
		const struct list_style *style);

#endif
