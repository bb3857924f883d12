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
	free(listing->judged);
	*listing = (struct listing){ .rows = NULL };
}

struct sorting listing_sorting(const struct listing *listing, const struct table *table)
{
	return (struct sorting){
		.table = table,
		.compare = listing->sort != NULL ? listing->sort->compare : NULL,
		.inverted = listing->inverted,
	};
}

void listing_reserve(struct listing *listing, size_t count)
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

unsigned listing_judge(const struct listing *listing, const struct table *table, const struct query *query, size_t at)
{
	const struct row *row = &table->rows[at];
	unsigned state = row->sock.state < STATE_COUNT ? row->sock.state : STATE_COUNT;
	unsigned judged = row->life != ROW_GONE ? JUDGED_ASKED : JUDGED_GONE;

	if (!query_match(query, &row->sock) || !passes(listing, query->filter, row, table))
		return 0;
	if (!passes(listing, listing->filter, row, table))
		return judged;
	return judged | JUDGED_LISTED | (row->life == ROW_NEW ? JUDGED_NEW : 0u) | state << JUDGED_STATE_SHIFT;
}

void listing_count(struct listing *listing, unsigned judged, bool away)
{
	size_t one = away ? SIZE_MAX : 1;

	listing->asked += (judged & JUDGED_ASKED) != 0 ? one : 0;
	if ((judged & JUDGED_LISTED) == 0)
		return;
	listing->fresh += (judged & JUDGED_NEW) != 0 ? one : 0;
	if ((judged & JUDGED_GONE) != 0)
		listing->gone += one;
	else
		listing->states[judged >> JUDGED_STATE_SHIFT] += one;
}

void listing_make(struct listing *listing, const struct table *table, const struct query *query)
{
	struct sorting sorting = listing_sorting(listing, table);

	listing_reserve(listing, table->count);
	listing->count = listing->fresh = listing->gone = listing->asked = 0;
	memset(listing->states, 0, sizeof(listing->states));
	for (size_t i = 0; i < table->count; i++) {
		unsigned judged = listing_judge(listing, table, query, i);

		listing_count(listing, judged, false);
		if ((judged & JUDGED_LISTED) != 0)
			listing->rows[listing->count++] = (uint32_t)i;
	}
	sorting_sort(&sorting, listing->rows, listing->count);
}
