/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"

/* The finalizer of splitmix64: cookies and inodes are counters, and their low bits alone would make long runs. */
static size_t hash(uint64_t key)
{
	key = (key ^ (key >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	key = (key ^ (key >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (size_t)(key ^ (key >> 31));
}

/* The slot of the key, or the free one where it belongs.  There is always a free one: a quarter stays empty. */
static struct map_slot *find(const struct map *map, uint64_t key)
{
	size_t mask = map->capacity - 1;
	size_t at = hash(key) & mask;

	while (map->slots[at].value != MAP_NONE && map->slots[at].key != key)
		at = (at + 1) & mask;
	return &map->slots[at];
}

static bool has_room(size_t capacity, size_t count)
{
	return 4 * count <= 3 * capacity;
}

/* MAP_NONE has every bit set. */
static void empty(struct map *map)
{
	memset(map->slots, 0xff, map->capacity * sizeof(map->slots[0]));
}

static void grow(struct map *map, size_t count)
{
	struct map old = *map;

	map->capacity = old.capacity ? old.capacity * 2 : 64;
	while (!has_room(map->capacity, count))
		map->capacity *= 2;
	map->slots = xrealloc_array(NULL, map->capacity, sizeof(map->slots[0]));
	empty(map);
	for (size_t i = 0; i < old.capacity; i++) {
		if (old.slots[i].value != MAP_NONE)
			*find(map, old.slots[i].key) = old.slots[i];
	}
	free(old.slots);
}

void map_fini(struct map *map)
{
	free(map->slots);
	*map = (struct map)MAP_INIT;
}

void map_clear(struct map *map)
{
	if (map->count > 0)
		empty(map);
	map->count = 0;
}

void map_reserve(struct map *map, size_t count)
{
	if (!has_room(map->capacity, count))
		grow(map, count);
}

uint32_t map_get(const struct map *map, uint64_t key)
{
	if (map->count == 0)
		return MAP_NONE;
	return find(map, key)->value;
}

void map_put(struct map *map, uint64_t key, uint32_t value)
{
	map_reserve(map, map->count + 1);
	struct map_slot *slot = find(map, key);
	map->count += slot->value == MAP_NONE ? 1 : 0;
	*slot = (struct map_slot){ .key = key, .value = value };
}

/* Backward-shift deletion: the entries behind move up, so that no tombstones slow down later look-ups. */
void map_del(struct map *map, uint64_t key)
{
	if (map->count == 0)
		return;
	struct map_slot *hole = find(map, key);
	if (hole->value == MAP_NONE)
		return;
	size_t mask = map->capacity - 1;
	size_t at = (size_t)(hole - map->slots);
	for (size_t next = (at + 1) & mask; map->slots[next].value != MAP_NONE; next = (next + 1) & mask) {
		size_t home = hash(map->slots[next].key) & mask;
		if (((next - home) & mask) >= ((next - at) & mask)) {
			map->slots[at] = map->slots[next];
			at = next;
		}
	}
	map->slots[at].value = MAP_NONE;
	map->count--;
}

const struct map_slot *map_next(const struct map *map, size_t *at)
{
	while (*at < map->capacity) {
		const struct map_slot *slot = &map->slots[(*at)++];

		if (slot->value != MAP_NONE)
			return slot;
	}
	return NULL;
}
