/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/lister.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "model/column.h"
#include "model/filter.h"
#include "model/query.h"
#include "model/table.h"

/*
 * How much is done in one step.  Judging costs most when a text is looked for in all columns: 3 us a row, on the machine where
 * these numbers were found; what is sorted is mostly not in the cache.
 */
enum {
	JUDGED_AT_ONCE = 2048,
	SORTED_AT_ONCE = 4096,
	MERGED_AT_ONCE = 16384,
	CHANGED_AT_ONCE = 4096, /* more changes than these are not put in their places one by one */
};

void lister_fini(struct lister *lister)
{
	listing_fini(&lister->next);
	free(lister->spare);
	*lister = (struct lister){ .listing = NULL };
}

static void reserve_judged(struct listing *listing, size_t count)
{
	size_t before = listing->judged_capacity;

	if (count <= before)
		return;
	listing->judged_capacity = count + count / 2;
	listing->judged = xrealloc_array(listing->judged, listing->judged_capacity, sizeof(listing->judged[0]));
	memset(listing->judged + before, 0, (listing->judged_capacity - before) * sizeof(listing->judged[0]));
}

/* Judges the row, and counts it as what it is now. */
static unsigned judge(struct listing *listing, const struct lister *lister, size_t at)
{
	unsigned judged = listing_judge(listing, lister->table, lister->query, at);

	listing->judged[at] = (uint16_t)judged;
	listing_count(listing, judged, false);
	return judged;
}

void lister_begin(struct lister *lister)
{
	struct listing next = *lister->listing;
	size_t count = lister->table->count;

	next.rows = lister->next.rows;
	next.capacity = lister->next.capacity;
	next.judged = lister->next.judged;
	next.judged_capacity = lister->next.judged_capacity;
	next.count = next.fresh = next.gone = next.asked = 0;
	memset(next.states, 0, sizeof(next.states));
	lister->next = next;
	listing_reserve(&lister->next, count);
	reserve_judged(&lister->next, count);
	lister->at = lister->sorted = 0;
	lister->busy = true;
}

static void judge_some(struct lister *lister)
{
	struct listing *next = &lister->next;
	size_t count = lister->table->count, end = lister->at + JUDGED_AT_ONCE;

	for (; lister->at < count && lister->at < end; lister->at++) {
		if ((judge(next, lister, lister->at) & JUDGED_LISTED) != 0)
			next->rows[next->count++] = (uint32_t)lister->at;
	}
	if (lister->at < count)
		return;
	if (next->judged_capacity > count)
		memset(next->judged + count, 0, (next->judged_capacity - count) * sizeof(next->judged[0]));
	lister->at = 0;
	lister->sorted = 1;
}

static size_t lesser(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Sorts the next few rows by themselves: the first of the runs that are merged then. */
static void sort_some(struct lister *lister, struct sorting *sorting)
{
	struct listing *next = &lister->next;
	size_t count = lesser(next->count - lister->at, SORTED_AT_ONCE);

	if (count > 0)
		sorting_sort(sorting, &next->rows[lister->at], count);
	lister->at += count;
	if (lister->at < next->count)
		return;
	lister->at = 0;
	lister->sorted = SORTED_AT_ONCE;
	if (lister->spare_capacity >= next->capacity)
		return;
	lister->spare_capacity = next->capacity;
	lister->spare = xrealloc_array(lister->spare, lister->spare_capacity, sizeof(lister->spare[0]));
}

static void swap_spare(struct lister *lister)
{
	uint32_t *rows = lister->next.rows;
	size_t capacity = lister->next.capacity;

	lister->next.rows = lister->spare;
	lister->next.capacity = lister->spare_capacity;
	lister->spare = rows;
	lister->spare_capacity = capacity;
}

/* Puts two runs after the other together into one. */
static void merge_some(struct lister *lister, struct sorting *sorting)
{
	const uint32_t *rows = lister->next.rows;
	size_t count = lister->next.count, run = lister->sorted;

	for (size_t end = lesser(lister->at + MERGED_AT_ONCE, count); lister->at < end; lister->at++) {
		size_t first = lister->at - lister->at % (2 * run);
		size_t middle = lesser(first + run, count), last = lesser(first + 2 * run, count);

		if (lister->at == first) {
			lister->left = first;
			lister->right = middle;
		}
		bool is_left = lister->left < middle &&
			       (lister->right == last || sorting_compare(sorting, rows[lister->left], rows[lister->right]) <= 0);
		lister->spare[lister->at] = rows[is_left ? lister->left++ : lister->right++];
	}
	if (lister->at < count)
		return;
	swap_spare(lister);
	lister->at = 0;
	lister->sorted = 2 * run;
}

/* What it was made of is left for the next time. */
static void finish(struct lister *lister)
{
	struct listing before = *lister->listing;

	*lister->listing = lister->next;
	lister->next = before;
	lister->busy = false;
}

bool lister_step(struct lister *lister)
{
	struct sorting sorting = listing_sorting(&lister->next, lister->table);

	if (!lister->busy)
		return false;
	if (lister->sorted == 0)
		judge_some(lister);
	else if (lister->sorted == 1)
		sort_some(lister, &sorting);
	else if (lister->sorted < lister->next.count)
		merge_some(lister, &sorting);
	if (lister->sorted > 1 && lister->sorted >= lister->next.count)
		finish(lister);
	return !lister->busy;
}

/* Takes rows out that are no more, and unless there are many those that are to be judged again. */
static void take_out(struct lister *lister, bool many)
{
	const struct changes *changes = &lister->table->changes;
	struct listing *listing = lister->listing;
	enum change least = many ? CHANGE_PLACE : CHANGE_ROW;
	size_t kept = 0;

	reserve_judged(listing, changes->capacity);
	for (size_t i = 0; i < changes->count; i++) {
		size_t at = changes->all[i];

		if (changes_of(changes, at) < least)
			continue;
		listing_count(listing, listing->judged[at], true);
		listing->judged[at] = 0;
	}
	for (size_t i = 0; i < listing->count; i++) {
		if (changes_of(changes, listing->rows[i]) < least)
			listing->rows[kept++] = listing->rows[i];
	}
	listing->count = kept;
}

/* How many rows of the listing stand before that one, or would. */
static size_t find_place(const struct listing *listing, size_t end, uint32_t row, struct sorting *sorting)
{
	size_t low = 0, high = end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sorting_compare(sorting, listing->rows[middle], row) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Puts those in that have changed: the last one first, so that the others move once. */
static void put_in(struct lister *lister)
{
	const struct changes *changes = &lister->table->changes;
	struct listing *listing = lister->listing;
	struct sorting sorting = listing_sorting(listing, lister->table);
	uint32_t rows[CHANGED_AT_ONCE];
	size_t count = 0, end = listing->count;

	for (size_t i = 0; i < changes->count; i++) {
		size_t at = changes->all[i];

		if (at < lister->table->count && (judge(listing, lister, at) & JUDGED_LISTED) != 0)
			rows[count++] = (uint32_t)at;
	}
	sorting_sort(&sorting, rows, count);
	listing_reserve(listing, listing->count + count);
	listing->count += count;
	for (size_t left = count; left > 0; left--) {
		size_t place = find_place(listing, end, rows[left - 1], &sorting);

		memmove(&listing->rows[place + left], &listing->rows[place], (end - place) * sizeof(listing->rows[0]));
		listing->rows[place + left - 1] = rows[left - 1];
		end = place;
	}
}

/*
 * Whether rows may belong elsewhere though nothing is told of them.  What a text says of a time is not counted among that: no
 * row comes or goes because its timer shows the figures that somebody looks for.
 */
static bool depends_on_time(const struct lister *lister)
{
	unsigned asks = lister->listing->filter != NULL ? lister->listing->filter->asks : 0;

	asks |= lister->query->filter != NULL ? lister->query->filter->asks : 0;
	return (asks & ASKS_AGE) != 0 || lister->listing->sort == &columns[COLUMN_TIMER];
}

bool lister_update(struct lister *lister)
{
	struct changes *changes = &lister->table->changes;
	bool many = changes->count > CHANGED_AT_ONCE, some = changes->count > 0;

	if (some)
		take_out(lister, many);
	if (some && !many)
		put_in(lister);
	changes_clear(changes);
	if (many || (some && lister->busy) || depends_on_time(lister))
		lister_begin(lister);
	return some;
}
