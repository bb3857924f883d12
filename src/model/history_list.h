/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which entries of a history are shown: those that the query and the filter ask for, as far as an entry has what they ask
 * about, and every loss.  Each entry is looked at once, as the history may be long, and the list is drawn often.
 */
#ifndef MODEL_HISTORY_LIST_H
#define MODEL_HISTORY_LIST_H

#include <stddef.h>
#include <stdint.h>

struct filter;
struct history;
struct history_entry;
struct names;
struct query;

/* What is asked for; of the caller. */
struct history_wanted {
	const struct query *query;
	const struct filter *filter;
	const struct names *names; /* for the filter */
};

struct history_list {
	uint64_t *numbers;      /* owned; of entries as history.total counts them, the oldest first */
	size_t first, end;      /* those between are still in the history */
	size_t capacity;
	uint64_t total;         /* entries ever listed */
	uint64_t looked;        /* entries ever looked at */
};

void history_list_fini(struct history_list *list);

/* Something else is asked for: all entries are to be looked at again. */
void history_list_reset(struct history_list *list);

/* Looks at the entries that came since, and forgets those that the history has forgotten. */
void history_list_update(struct history_list *list, const struct history *history, const struct history_wanted *wanted);

size_t history_list_count(const struct history_list *list);

/* The entry's number counted from the latest one, 0; it must be there, and the list up to date. */
const struct history_entry *history_list_at(const struct history_list *list, const struct history *history, size_t age);

#endif
