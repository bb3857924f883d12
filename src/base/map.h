/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hash map from 64-bit keys to 32-bit values: open addressing, linear probing, no memory per entry.
 * What cookies, inodes and pids are looked up in.  Any key is allowed.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What map_get returns for a key that is not there; never store it. */
#define MAP_NONE UINT32_MAX

/* Packed, as there are many of them. */
struct map_slot {
	uint64_t key;
	uint32_t value; /* MAP_NONE: the slot is free */
} __attribute__((packed));

struct map {
	struct map_slot *slots; /* owned */
	size_t capacity;        /* slots, a power of two, or 0 */
	size_t count;           /* entries */
};

#define MAP_INIT { NULL, 0, 0 }

void map_fini(struct map *map);

/* Removes every entry and keeps the memory. */
void map_clear(struct map *map);

/* Makes room for so many entries, so that it need not be made bit by bit. */
void map_reserve(struct map *map, size_t count);

uint32_t map_get(const struct map *map, uint64_t key);

/* Adds the entry or replaces its value. */
void map_put(struct map *map, uint64_t key, uint32_t value);

/* Removes the entry if there is one. */
void map_del(struct map *map, uint64_t key);

/* The next entry, in no order; *at is 0 for the first.  NULL behind the last.  The map must stay as it is meanwhile. */
const struct map_slot *map_next(const struct map *map, size_t *at);

#endif
