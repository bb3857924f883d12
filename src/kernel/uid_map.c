/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/uid_map.h"

#include <stdio.h>
#include <string.h>

void uid_map_parse(struct uid_map *map, const char *text)
{
	map->differs = true;
	map->count = 0;
	for (const char *line = text; line != NULL && *line != '\0' && map->count < UID_RANGES_MAX;) {
		struct uid_range *range = &map->ranges[map->count];

		if (sscanf(line, "%u %u %u", &range->inside, &range->outside, &range->count) == 3)
			map->count++;
		line = strchr(line, '\n');
		line = line != NULL ? line + 1 : NULL;
	}
}

bool uid_map_outside(const struct uid_map *map, uint32_t inside, uint32_t *outside)
{
	*outside = inside;
	if (!map->differs)
		return true;
	for (uint32_t i = 0; i < map->count; i++) {
		const struct uid_range *range = &map->ranges[i];

		if (inside < range->inside || inside - range->inside >= range->count)
			continue;
		*outside = range->outside + (inside - range->inside);
		return true;
	}
	return false;
}
