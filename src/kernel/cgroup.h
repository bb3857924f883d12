/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the control groups are to whose numbers the kernel refers (INET_DIAG_CGROUP_ID): those of cgroup2, which every socket
 * is in one of, also on hosts that use it for nothing else.  The reverse, from a path to a number, is filter_host_cgroup.
 */
#ifndef KERNEL_CGROUP_H
#define KERNEL_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"

/* What is known of the tree, for one who asks about several.  To be ended with cgroups_fini. */
struct cgroups {
	bool looked;       /* the rest means something */
	char *mount;       /* owned; where the file system is mounted; NULL: nowhere */
	int root;          /* a descriptor of it; -1: none */
	bool is_whole;     /* what is mounted there is the root of all: what is not below it is nowhere */
	bool walks;        /* to open them by their numbers takes CAP_DAC_READ_SEARCH, which is not there */
	bool missed;       /* some folder could not be read when the tree was walked */
	char **paths;      /* owned, with all that is in it: found by walking */
	size_t count;
	struct map by_id;  /* index in paths */
};

#define CGROUPS_INIT { .looked = false }

void cgroups_fini(struct cgroups *cgroups);

/* Looks through this folder instead of what the system has mounted, as if there were no right to open by numbers. */
void cgroups_look_in(struct cgroups *cgroups, const char *folder);

/*
 * The path of that number, from where it is mounted on, to be freed; CGROUP_DELETED (model/cgroup.h) when it is gone; NULL: it is
 * not known.
 */
char *cgroups_path(struct cgroups *cgroups, uint64_t id);

#endif
