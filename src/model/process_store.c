/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/process_store.h"

#include <stdlib.h>

#include "base/die.h"

struct kept_process {
	struct process process;
	bool needed; /* since the last sweep */
};

static void drop(struct kept_process *kept)
{
	process_fini(&kept->process);
	free(kept);
}

void process_store_fini(struct process_store *store)
{
	for (size_t i = 0; i < store->count; i++)
		drop(store->all[i]);
	free(store->all);
	map_fini(&store->by_key);
	*store = (struct process_store){ .all = NULL };
}

/* A pid has 22 bits at most (PID_MAX_LIMIT), and 42 bits of ticks last for more than a thousand years. */
uint64_t process_key(int32_t pid, uint64_t start_ticks)
{
	return (uint64_t)(uint32_t)pid << 42 | (start_ticks & ((UINT64_C(1) << 42) - 1));
}

static uint64_t key_of(const struct process *process)
{
	return process_key(process->pid, process->start_ticks);
}

/* FNV-1a. */
uint32_t process_name_sum(const char *comm)
{
	uint32_t sum = 2166136261u;

	for (; *comm != '\0'; comm++)
		sum = (sum ^ (uint8_t)*comm) * 16777619u;
	return sum >> 1;
}

void process_store_known(const struct process_store *store, struct map *known)
{
	for (size_t i = 0; i < store->count; i++)
		map_put(known, key_of(&store->all[i]->process), process_name_sum(store->all[i]->process.comm));
}

static struct kept_process *find(const struct process_store *store, uint64_t key)
{
	uint32_t at = map_get(&store->by_key, key);

	return at != MAP_NONE ? store->all[at] : NULL;
}

static struct kept_process *find_or_add(struct process_store *store, uint64_t key)
{
	struct kept_process *kept = find(store, key);

	if (kept != NULL)
		return kept;
	kept = xcalloc(1, sizeof(*kept));
	store->all = xrealloc_array(store->all, store->count + 1, sizeof(store->all[0]));
	store->all[store->count] = kept;
	map_put(&store->by_key, key, (uint32_t)store->count++);
	return kept;
}

bool process_store_take(struct process_store *store, struct process_list *list)
{
	size_t before = store->count, count = list->count;

	for (size_t i = 0; i < list->count; i++) {
		struct kept_process *kept = find_or_add(store, key_of(&list->all[i]));

		process_fini(&kept->process);
		kept->process = list->all[i];
	}
	free(list->all);
	*list = (struct process_list){ .all = NULL };
	return store->count - before < count;
}

const struct process *process_store_find(const struct process_store *store, int32_t pid, uint64_t start_ticks)
{
	const struct kept_process *kept = find(store, process_key(pid, start_ticks));

	return kept != NULL ? &kept->process : NULL;
}

void process_store_mark(struct process_store *store, const struct process *process)
{
	struct kept_process *kept = find(store, key_of(process));

	if (kept != NULL)
		kept->needed = true;
}

/* The last one takes its place. */
static void forget(struct process_store *store, size_t at)
{
	struct kept_process *last = store->all[--store->count];

	map_del(&store->by_key, key_of(&store->all[at]->process));
	drop(store->all[at]);
	if (at == store->count)
		return;
	store->all[at] = last;
	map_put(&store->by_key, key_of(&last->process), (uint32_t)at);
}

void process_store_sweep(struct process_store *store)
{
	for (size_t i = 0; i < store->count;) {
		if (!store->all[i]->needed) {
			forget(store, i);
			continue;
		}
		store->all[i++]->needed = false;
	}
}
