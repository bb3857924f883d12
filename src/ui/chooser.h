/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Choosing the columns and their order: the shown ones in their order, then those that could be shown.
 * Each change takes effect at once.
 */
#ifndef UI_CHOOSER_H
#define UI_CHOOSER_H

#include <stddef.h>

#include "ui/app.h"
#include "ui/screen.h"

/* Goes to the entry so many further up or down, as far as there are any. */
void chooser_move(struct app *app, size_t up, size_t down);

/* Shows the column, or leaves it out; the last one that is shown stays. */
void chooser_toggle(struct app *app);

/* Moves a shown column by one place: later, or earlier. */
void chooser_shift(struct app *app, bool later);

void chooser_draw(struct app *app, const struct rect *place, struct screen *screen);

#endif
