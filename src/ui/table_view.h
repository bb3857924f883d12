/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table on the screen: which lines are seen, which one is selected, and how rows and headlines look.
 */
#ifndef UI_TABLE_VIEW_H
#define UI_TABLE_VIEW_H

#include <stddef.h>

#include "ui/app.h"
#include "ui/screen.h"

/* After the listing was made anew: finds the selected line again, or the one that took its place. */
void table_view_follow(struct app *app);

/* Selects a line, or the last one where there are fewer; if that is another one, nothing is followed any more. */
void table_view_select(struct app *app, size_t line);

/* Selects a row by its index in the listing, and unfolds its group. */
void table_view_reveal(struct app *app, size_t at);

/* Forgets the widths that were needed so far. */
void table_view_reset_widths(struct app *app);

/* The column whose title or texts stand at this x of the screen; NULL: none. */
const struct column *table_view_column_at(const struct app *app, unsigned x);

/* Draws the header and as many rows as fit; scrolls so that the selected one is among them. */
void table_view_draw(struct app *app, const struct rect *place, struct screen *screen);

#endif
