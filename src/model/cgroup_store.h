/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control groups that sockets were made in, remembered as long as a row needs them: each is there once, however many sockets
 * it has.  What they are called is learnt later than that they are there.
 */
#ifndef MODEL_CGROUP_STORE_H
#define MODEL_CGROUP_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "model/cgroup.h"

struct kept_cgroup;
struct names;

struct cgroup_store {
	struct kept_cgroup **all; /* owned, each in a place of its own, where rows point to it */
	size_t count;
	struct map by_id;
};

void cgroup_store_fini(struct cgroup_store *store);

/* The one of that number, which stays where it is until it is swept away; nothing but the number is known of a new one. */
const struct cgroup *cgroup_store_get(struct cgroup_store *store, uint64_t id);

/* Takes over what names has of them (NAME_CGROUP, NAME_CONTAINER); true when something is not as it was. */
bool cgroup_store_learn(struct cgroup_store *store, const struct names *names);

/* To forget those that nobody needs: mark those that somebody does, and then sweep the others away. */
void cgroup_store_mark(struct cgroup_store *store, const struct cgroup *cgroup);
void cgroup_store_sweep(struct cgroup_store *store);

#endif
