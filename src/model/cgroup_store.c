/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/cgroup_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "model/names.h"

struct kept_cgroup {
	struct cgroup cgroup;
	bool needed; /* since the last sweep */
};

static void drop(struct kept_cgroup *kept)
{
	cgroup_fini(&kept->cgroup);
	free(kept);
}

void cgroup_store_fini(struct cgroup_store *store)
{
	for (size_t i = 0; i < store->count; i++)
		drop(store->all[i]);
	free(store->all);
	map_fini(&store->by_id);
	*store = (struct cgroup_store){ .all = NULL };
}

const struct cgroup *cgroup_store_get(struct cgroup_store *store, uint64_t id)
{
	uint32_t at = map_get(&store->by_id, id);

	if (at != MAP_NONE)
		return &store->all[at]->cgroup;
	struct kept_cgroup *kept = xcalloc(1, sizeof(*kept));
	kept->cgroup.id = id;
	store->all = xrealloc_array(store->all, store->count + 1, sizeof(store->all[0]));
	store->all[store->count] = kept;
	map_put(&store->by_id, id, (uint32_t)store->count++);
	return &kept->cgroup;
}

static bool is_same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Where one was that is gone now is worth more than that it is gone. */
static bool learn_path(struct cgroup *cgroup, const char *path)
{
	bool gone = path != NULL && strcmp(path, CGROUP_DELETED) == 0;

	if (path == NULL || (gone ? cgroup->gone : is_same(cgroup->path, path) && !cgroup->gone))
		return false;
	if (gone)
		cgroup->gone = true;
	else
		cgroup_read(cgroup, path);
	return true;
}

static bool learn_name(struct cgroup *cgroup, const char *name)
{
	if (name == NULL || is_same(cgroup->name, name))
		return false;
	cgroup_set_name(cgroup, name);
	return true;
}

bool cgroup_store_learn(struct cgroup_store *store, const struct names *names)
{
	bool learnt = false;

	for (size_t i = 0; i < store->count; i++) {
		struct cgroup *cgroup = &store->all[i]->cgroup;
		struct name_key key = name_number(cgroup->id);

		learnt |= learn_path(cgroup, name_get(&names->of[NAME_CGROUP], key));
		learnt |= learn_name(cgroup, name_get(&names->of[NAME_CONTAINER], key));
	}
	return learnt;
}

void cgroup_store_mark(struct cgroup_store *store, const struct cgroup *cgroup)
{
	uint32_t at = map_get(&store->by_id, cgroup->id);

	if (at != MAP_NONE)
		store->all[at]->needed = true;
}

/* The last one takes its place. */
static void forget(struct cgroup_store *store, size_t at)
{
	struct kept_cgroup *last = store->all[--store->count];

	map_del(&store->by_id, store->all[at]->cgroup.id);
	drop(store->all[at]);
	if (at == store->count)
		return;
	store->all[at] = last;
	map_put(&store->by_id, last->cgroup.id, (uint32_t)at);
}

void cgroup_store_sweep(struct cgroup_store *store)
{
	for (size_t i = 0; i < store->count;) {
		if (!store->all[i]->needed) {
			forget(store, i);
			continue;
		}
		store->all[i++]->needed = false;
	}
}
