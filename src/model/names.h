/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of users and devices, learnt once and then only looked up: drawing a row never asks a name service.
 * Who fills it: kernel/names.h, or a test by hand.
 */
#ifndef MODEL_NAMES_H
#define MODEL_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"

/* One kind of name: number -> text. */
struct name_map {
	struct map index; /* number -> index in texts */
	char **texts;     /* owned, each too; NULL: has no name */
	size_t count, capacity;
};

struct names {
	struct name_map users;   /* by uid */
	struct name_map devices; /* by ifindex */
};

#define NAMES_INIT { { MAP_INIT, NULL, 0, 0 }, { MAP_INIT, NULL, 0, 0 } }

void names_fini(struct names *names);

/* Whether the number was learnt, named or not. */
bool name_known(const struct name_map *map, uint32_t number);

/* Remembers a copy of the text (NULL: it has none); the first one stays. */
void name_learn(struct name_map *map, uint32_t number, const char *text);

/* The name, or NULL when there is none or it was never learnt. */
const char *name_get(const struct name_map *map, uint32_t number);

#endif
