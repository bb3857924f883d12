/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "model/column.h"
#include "model/filter.h"
#include "model/query.h"
#include "model/sorting.h"
#include "model/table.h"

void listing_fini(struct listing *listing)
{
	free(listing->rows);
	*listing = (struct listing){ .rows = NULL };
}

static void tally(struct listing *listing, const struct row *row)
{
	unsigned state = row->sock.state;

	listing->fresh += row->life == ROW_NEW ? 1 : 0;
	if (row->life == ROW_GONE)
		listing->gone++;
	else
		listing->states[state < STATE_COUNT ? state : STATE_COUNT]++;
}

static void reserve(struct listing *listing, size_t count)
{
	if (count <= listing->capacity)
		return;
	listing->capacity = count + count / 2;
	listing->rows = xrealloc_array(listing->rows, listing->capacity, sizeof(listing->rows[0]));
}

/* Owners that are still looked for may make a row match, or not: until then it does neither. */
static bool passes(const struct listing *listing, const struct filter *filter, const struct row *row, const struct table *table)
{
	const struct column_context context = { .names = listing->names, .table = table, .now_ns = table->now_ns };
	unsigned known = listing->owners_come ? KNOWN_ALL & ~(unsigned)KNOWN_OWNERS : KNOWN_ALL;

	return filter == NULL || filter_judge(filter, row, &context, known) == TRUTH_TRUE;
}

void listing_make(struct listing *listing, const struct table *table, const struct query *query)
{
	struct sorting sorting = {
		.table = table,
		.compare = listing->sort != NULL ? listing->sort->compare : NULL,
		.inverted = listing->inverted,
	};

	reserve(listing, table->count);
	listing->count = listing->fresh = listing->gone = listing->asked = 0;
	memset(listing->states, 0, sizeof(listing->states));
	for (size_t i = 0; i < table->count; i++) {
		const struct row *row = &table->rows[i];

		if (!query_match(query, &row->sock) || !passes(listing, query->filter, row, table))
			continue;
		listing->asked += row->life != ROW_GONE ? 1 : 0;
		if (!passes(listing, listing->filter, row, table))
			continue;
		listing->rows[listing->count++] = (uint32_t)i;
		tally(listing, row);
	}
	sorting_sort(&sorting, listing->rows, listing->count);
}
