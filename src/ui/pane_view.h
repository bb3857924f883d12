/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pane below the table: its title line, which names them all, and what it shows.
 */
#ifndef UI_PANE_VIEW_H
#define UI_PANE_VIEW_H

#include "ui/app.h"
#include "ui/screen.h"

/* Opens the next pane; after the last one comes none. */
void pane_view_next(struct app *app);

/* Scrolls by so many lines; drawing keeps it within the content. */
void pane_view_scroll(struct app *app, size_t up, size_t down);

void pane_view_draw(struct app *app, const struct rect *place, struct screen *screen);

#endif
