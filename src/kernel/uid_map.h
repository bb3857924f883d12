/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the users of another user namespace are in this one (user_namespaces(7)): sock_diag tells a socket's user as whoever
 * opened the netlink socket would call him.
 */
#ifndef KERNEL_UID_MAP_H
#define KERNEL_UID_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct uid_range {
	uint32_t inside, outside, count;
};

/* The kernel takes no more (linux/user_namespace.h, UID_GID_MAP_MAX_EXTENTS). */
enum { UID_RANGES_MAX = 340 };

struct uid_map {
	bool differs; /* users have other numbers there; with no range nobody has one that is known */
	uint32_t count;
	struct uid_range ranges[UID_RANGES_MAX];
};

/* Reads the text of /proc/PID/uid_map, as far as it is one; the map differs then. */
void uid_map_parse(struct uid_map *map, const char *text);

/* False: that user is none here. */
bool uid_map_outside(const struct uid_map *map, uint32_t inside, uint32_t *outside);

#endif
