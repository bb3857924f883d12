/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of the table is shown, and in which order: an index into the table's rows.
 * To be made again after each change of the table, or kept up with it (model/lister.h).
 */
#ifndef MODEL_LISTING_H
#define MODEL_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/sock.h"
#include "model/sorting.h"

struct column;
struct filter;
struct names;
struct query;
struct table;

struct listing {
	uint32_t *rows; /* owned; indices into table.rows */
	size_t count, capacity;
	uint16_t *judged; /* owned; by index into table.rows, what the totals count it as; NULL: it is not kept up */
	size_t judged_capacity;
	size_t states[STATE_COUNT + 1]; /* rows in each state; the last: in states that the program does not know */
	size_t fresh, gone;             /* rows that are ROW_NEW, ROW_GONE; gone ones count in no state */
	size_t asked;                   /* rows that the query asks for and are not gone, whatever the filter says of them */

	/* The caller's to set before it is made. */
	const struct column *sort;      /* NULL: the usual order, listeners first, then by port */
	bool inverted;                  /* last comes first */
	const struct filter *filter;    /* what a row must match as well; NULL: nothing */
	const struct names *names;      /* for the filters; never NULL while there is one */
	bool owners_come;               /* those that are not known yet are being looked for */
};

void listing_fini(struct listing *listing);

/* Makes it anew from the rows that the query asks for. */
void listing_make(struct listing *listing, const struct table *table, const struct query *query);

/* What a row counts as: 0: as nothing. */
enum judged {
	JUDGED_ASKED = 1 << 0,
	JUDGED_LISTED = 1 << 1,
	JUDGED_NEW = 1 << 2,
	JUDGED_GONE = 1 << 3,
	JUDGED_STATE_SHIFT = 4, /* its state, or STATE_COUNT, from there on */
};

unsigned listing_judge(const struct listing *listing, const struct table *table, const struct query *query, size_t at);

/* Adds it to the totals, or takes it away. */
void listing_count(struct listing *listing, unsigned judged, bool away);

/* Makes room for so many rows. */
void listing_reserve(struct listing *listing, size_t count);

/* How its rows are sorted. */
struct sorting listing_sorting(const struct listing *listing, const struct table *table);

#endif
