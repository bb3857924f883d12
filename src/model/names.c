/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"

static void fini(struct name_map *map)
{
	for (size_t i = 0; i < map->count; i++)
		free(map->texts[i]);
	free(map->texts);
	map_fini(&map->index);
}

void names_fini(struct names *names)
{
	fini(&names->users);
	fini(&names->devices);
	*names = (struct names)NAMES_INIT;
}

bool name_known(const struct name_map *map, uint32_t number)
{
	return map_get(&map->index, number) != MAP_NONE;
}

void name_learn(struct name_map *map, uint32_t number, const char *text)
{
	if (name_known(map, number))
		return;
	if (map->count == map->capacity) {
		map->capacity = map->capacity ? 2 * map->capacity : 8;
		map->texts = xrealloc_array(map->texts, map->capacity, sizeof(map->texts[0]));
	}
	char *copy = text != NULL ? strdup(text) : NULL;
	if (text != NULL && copy == NULL)
		die("out of memory");
	map->texts[map->count] = copy;
	map_put(&map->index, number, (uint32_t)map->count++);
}

const char *name_get(const struct name_map *map, uint32_t number)
{
	uint32_t at = map_get(&map->index, number);

	return at != MAP_NONE ? map->texts[at] : NULL;
}
