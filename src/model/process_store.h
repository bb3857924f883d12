/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What owners run, remembered as long as a row needs it: each process is there once, however many sockets it has.
 * Only filled while a column shows it.
 */
#ifndef MODEL_PROCESS_STORE_H
#define MODEL_PROCESS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "model/process.h"

struct kept_process;

struct process_store {
	struct kept_process **all; /* owned, each in a place of its own, where rows point to it */
	size_t count;
	struct map by_key;
};

void process_store_fini(struct process_store *store);

/* Names one process for good. */
uint64_t process_key(int32_t pid, uint64_t start_ticks);

/* Of the name, for the next function's map; never MAP_NONE. */
uint32_t process_name_sum(const char *comm);

/* Fills known with the key of each process that is remembered, and the sum of its name: exec(2) gives it another one. */
void process_store_known(const struct process_store *store, struct map *known);

/*
 * Moves what is in the list into the store, in place of what it had of the same processes; the list is empty then.  True if
 * something was replaced so: they run something else now.
 */
bool process_store_take(struct process_store *store, struct process_list *list);

/* NULL when it is not remembered.  Stays where it is until it is swept away. */
const struct process *process_store_find(const struct process_store *store, int32_t pid, uint64_t start_ticks);

/* To forget those that nobody needs: mark those that somebody does, and then sweep the others away. */
void process_store_mark(struct process_store *store, const struct process *process);
void process_store_sweep(struct process_store *store);

#endif
