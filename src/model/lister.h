/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps a listing up with its table: what has changed there is put where it belongs, and the rest is not looked at.  Where
 * everything is to be judged or sorted anew, that is done step by step, and until it is done the listing stands as it was.
 */
#ifndef MODEL_LISTER_H
#define MODEL_LISTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/listing.h"

struct lister {
	struct listing *listing;   /* borrowed, with its order and its filter; the first three are the caller's to set */
	struct table *table;       /* borrowed; must keep its changes, which are the lister's to clear */
	const struct query *query; /* borrowed; what is asked for */
	bool busy;                 /* the listing is being made anew: until that is done the table must not change */
	struct listing next;       /* while it is busy; what the listing will be */
	uint32_t *spare;           /* owned; what is sorted goes there */
	size_t spare_capacity;
	size_t at;                 /* the row that is to be judged, or the place to be sorted into, next */
	size_t sorted;             /* so many in a row are sorted by now; 0: rows are still being judged */
	size_t left, right;        /* what goes to that place: the next of one such row, or of the one behind it */
};

void lister_fini(struct lister *lister);

/* Begins to make it anew, however far that was. */
void lister_begin(struct lister *lister);

/* The next step, of some milliseconds, and true when that was the last one.  Nothing and false when it is not busy. */
bool lister_step(struct lister *lister);

/*
 * The table has changed: false if not so.  Rows that are no more are not in the listing when this returns; if much has changed,
 * or what depends on time, the rest is begun.
 */
bool lister_update(struct lister *lister);

#endif
