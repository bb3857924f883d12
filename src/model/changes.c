/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"

void changes_fini(struct changes *changes)
{
	free(changes->kinds);
	free(changes->all);
	*changes = (struct changes){ .kinds = NULL };
}

/* There is one entry for each row at most, so both need the same room. */
static void reserve(struct changes *changes, size_t at)
{
	size_t before = changes->capacity;

	if (at < before)
		return;
	changes->capacity = 2 * at + 64;
	changes->kinds = xrealloc_array(changes->kinds, changes->capacity, sizeof(changes->kinds[0]));
	changes->all = xrealloc_array(changes->all, changes->capacity, sizeof(changes->all[0]));
	memset(changes->kinds + before, CHANGE_NONE, changes->capacity - before);
}

void changes_note(struct changes *changes, size_t at, enum change change)
{
	if (!changes->kept)
		return;
	reserve(changes, at);
	if (changes->kinds[at] == CHANGE_NONE)
		changes->all[changes->count++] = (uint32_t)at;
	if (changes->kinds[at] < change)
		changes->kinds[at] = (uint8_t)change;
}

enum change changes_of(const struct changes *changes, size_t at)
{
	return at < changes->capacity ? changes->kinds[at] : CHANGE_NONE;
}

void changes_clear(struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		changes->kinds[changes->all[i]] = CHANGE_NONE;
	changes->count = 0;
}
