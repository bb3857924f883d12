/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/history_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "model/column.h"
#include "model/filter.h"
#include "model/history.h"
#include "model/query.h"
#include "model/table.h"

void history_list_fini(struct history_list *list)
{
	free(list->numbers);
	*list = (struct history_list){ .numbers = NULL };
}

void history_list_reset(struct history_list *list)
{
	list->first = list->end = 0;
	list->total = list->looked = 0;
}

/* What the filter of the query says of more than an entry has, and of states, is left open. */
static bool may_pass(const struct query *query, const struct row *row, const struct column_context *context)
{
	return query->filter == NULL ||
	       filter_judge(query->filter, row, context, KNOWN_ALL & ~(unsigned)KNOWN_STATE) != TRUTH_FALSE;
}

/* The states of the query are those of rows: an entry tells of one that is over. */
static bool is_wanted(const struct history_entry *entry, const struct history_wanted *wanted)
{
	const struct column_context context = { .names = wanted->names };
	const struct row row = history_row(entry);

	if (entry->kind == HISTORY_LOST)
		return true;
	return query_match_closed(wanted->query, &entry->sock) && may_pass(wanted->query, &row, &context) &&
	       filter_match(wanted->filter, &row, &context);
}

/* What was forgotten at the beginning makes room before more is asked for. */
static void add(struct history_list *list, uint64_t number)
{
	if (list->end == list->capacity && list->first > list->capacity / 2) {
		memmove(list->numbers, list->numbers + list->first, (list->end - list->first) * sizeof(list->numbers[0]));
		list->end -= list->first;
		list->first = 0;
	} else if (list->end == list->capacity) {
		list->capacity = list->capacity ? 2 * list->capacity : 64;
		list->numbers = xrealloc_array(list->numbers, list->capacity, sizeof(list->numbers[0]));
	}
	list->numbers[list->end++] = number;
	list->total++;
}

void history_list_update(struct history_list *list, const struct history *history, const struct history_wanted *wanted)
{
	uint64_t oldest = history->total - history->count;

	while (list->first < list->end && list->numbers[list->first] < oldest)
		list->first++;
	if (list->looked < oldest)
		list->looked = oldest;
	for (; list->looked < history->total; list->looked++) {
		const struct history_entry *entry = history_at(history, (size_t)(history->total - 1 - list->looked));

		if (is_wanted(entry, wanted))
			add(list, list->looked);
	}
}

size_t history_list_count(const struct history_list *list)
{
	return list->end - list->first;
}

const struct history_entry *history_list_at(const struct history_list *list, const struct history *history, size_t age)
{
	return history_at(history, (size_t)(history->total - 1 - list->numbers[list->end - 1 - age]));
}
