/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which rows of a table are not as they were when somebody last looked, so that who shows them need not look at all others.
 */
#ifndef MODEL_CHANGES_H
#define MODEL_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* By how much. */
enum change {
	CHANGE_NONE,
	CHANGE_ROW,   /* something is told of the row that was not, or not so; or it is new */
	CHANGE_PLACE, /* another row has its place, or none */
};

struct changes {
	bool kept;      /* the caller's to set, while there is none: without it nothing is noted */
	uint8_t *kinds; /* owned; enum change, by index, which may be that of a row that is no more */
	uint32_t *all;  /* owned; the indices of those that are not CHANGE_NONE */
	size_t count, capacity;
};

void changes_fini(struct changes *changes);

/* Notes it, unless more is noted already. */
void changes_note(struct changes *changes, size_t at, enum change change);

/* What happened to that row. */
enum change changes_of(const struct changes *changes, size_t at);

/* Forgets all of them. */
void changes_clear(struct changes *changes);

#endif
