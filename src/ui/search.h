/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The search for a text in what columns say: from row to row, as many at a time as do not keep a key waiting.
 */
#ifndef UI_SEARCH_H
#define UI_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/sock.h"

struct app;

struct search {
	bool on;         /* rows are still to be looked at, or to come */
	bool waits;      /* none of those that are there is it, but others are to come */
	bool forward;
	bool accepted;   /* the prompt for it is left: what is found is shown even where it is folded away */
	size_t at;       /* the row that is next, or was found, by its index in the listing or its groups */
	size_t left;     /* so many are not looked at, that one included */
	size_t count;    /* rows that were listed then */
	struct sock sock; /* of that row, as others may come before it */
	size_t typed;    /* bytes of the text that it is for; 0: there was none since the prompt was opened */
};

/* Looks for app.entry from that row on, going round once; what is found is selected. */
void search_begin(struct app *app, size_t from, bool forward, bool accepted);

/* The same while it is typed: what is typed on stands in no row in which the text before did not. */
void search_change(struct app *app, size_t from);

/* What was typed is accepted: goes on with it, or from that row. */
void search_accept(struct app *app, size_t from);

/* There is something to look at. */
bool search_is_busy(const struct app *app);

/* The next rows; true if there is something else to show. */
bool search_step(struct app *app);

/* The listing is another one, in which the search goes on where it was. */
void search_follow(struct app *app);

#endif
