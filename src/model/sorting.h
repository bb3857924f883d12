/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sorts rows of a table by their indices.
 */
#ifndef MODEL_SORTING_H
#define MODEL_SORTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/compare.h"

struct table;

struct sorting {
	const struct table *table;
	compare_fn *compare; /* NULL: compare_usual */
	bool inverted;       /* last comes first */
};

/* Puts the indices into that order. */
void sorting_sort(struct sorting *sorting, uint32_t *rows, size_t count);

/* Of two of them: less than 0, 0 or more. */
int sorting_compare(const struct sorting *sorting, uint32_t left, uint32_t right);

#endif
