/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A row is larger than a line of the cache, and comparing two of them waits for memory twice.  So in the usual order what
 * decides first is put into a number beside the index, these pairs are sorted digit by digit, and only rows with equal
 * numbers are looked at again.
 */
#include "model/sorting.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "model/table.h"

struct pair {
	uint64_t key;
	uint32_t row;
};

/* So few are sorted by comparing; the rounds by digits have a price of their own. */
enum { FEW = 64 };

int sorting_compare(const struct sorting *sorting, uint32_t left, uint32_t right)
{
	const struct row *a = &sorting->table->rows[left], *b = &sorting->table->rows[right];
	compare_fn *compare = sorting->compare != NULL ? sorting->compare : compare_usual;

	return sorting->inverted ? compare(b, a) : compare(a, b);
}

static int compare_indices(const void *left, const void *right, void *sorting)
{
	return sorting_compare(sorting, *(const uint32_t *)left, *(const uint32_t *)right);
}

static int compare_pairs(const void *left, const void *right, void *sorting)
{
	const struct pair *a = left, *b = right;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return sorting_compare(sorting, a->row, b->row);
}

enum { DIGIT_BITS = 8, DIGITS = 64 / DIGIT_BITS, DIGIT_VALUES = 1 << DIGIT_BITS };

static unsigned digit(uint64_t key, unsigned at)
{
	return key >> (at * DIGIT_BITS) & (DIGIT_VALUES - 1);
}

/* One round: from one place to the other, by that digit and else as it was; counts: how many have which. */
static void move_by_digit(const struct pair *from, struct pair *to, size_t count, unsigned at, const uint32_t *counts)
{
	uint32_t next[DIGIT_VALUES];
	uint32_t before = 0;

	for (size_t i = 0; i < DIGIT_VALUES; i++) {
		next[i] = before;
		before += counts[i];
	}
	for (size_t i = 0; i < count; i++)
		to[next[digit(from[i].key, at)]++] = from[i];
}

/* By keys, from the last digit to the first; digits that all have in common, as most do, cost nothing. */
static void sort_digits(struct pair *pairs, struct pair *room, size_t count)
{
	uint32_t counts[DIGITS][DIGIT_VALUES] = { { 0 } };
	struct pair *from = pairs, *to = room;

	for (size_t i = 0; i < count; i++) {
		for (unsigned at = 0; at < DIGITS; at++)
			counts[at][digit(pairs[i].key, at)]++;
	}
	for (unsigned at = 0; at < DIGITS; at++) {
		struct pair *moved = to;

		if (counts[at][digit(from[0].key, at)] == count)
			continue;
		move_by_digit(from, to, count, at, counts[at]);
		to = from;
		from = moved;
	}
	if (from != pairs)
		memcpy(pairs, from, count * sizeof(pairs[0]));
}

static void sort_pairs(struct sorting *sorting, struct pair *pairs, struct pair *room, size_t count, unsigned level)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t key = compare_usual_key(&sorting->table->rows[pairs[i].row], level);

		pairs[i].key = sorting->inverted ? ~key : key;
	}
	if (count <= FEW || level == USUAL_KEYS) {
		qsort_r(pairs, count, sizeof(pairs[0]), compare_pairs, sorting);
		return;
	}
	sort_digits(pairs, room, count);
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && pairs[end].key == pairs[i].key;)
			end++;
		if (end - i > 1)
			sort_pairs(sorting, pairs + i, room, end - i, level + 1);
	}
}

void sorting_sort(struct sorting *sorting, uint32_t *rows, size_t count)
{
	if (count < 2)
		return;
	if (sorting->compare != NULL && sorting->compare != compare_usual) {
		qsort_r(rows, count, sizeof(rows[0]), compare_indices, sorting);
		return;
	}
	struct pair *pairs = xrealloc_array(NULL, 2 * count, sizeof(pairs[0]));
	for (size_t i = 0; i < count; i++)
		pairs[i].row = rows[i];
	sort_pairs(sorting, pairs, pairs + count, count, 0);
	for (size_t i = 0; i < count; i++)
		rows[i] = pairs[i].row;
	free(pairs);
}
