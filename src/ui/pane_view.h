/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pane below the table: its title line, which names them all, and what it shows.
 */
#ifndef UI_PANE_VIEW_H
#define UI_PANE_VIEW_H

#include "ui/app.h"
#include "ui/screen.h"

const char *pane_view_name(enum pane pane);

/* The pane (enum pane) of that name.  False, and one line in error that names the nearest, when there is none. */
bool pane_view_parse(unsigned *pane, const char *name, struct buf *error);

/* Opens the next pane; after the last one comes none. */
void pane_view_next(struct app *app);

/* Scrolls by so many lines; drawing keeps it within the content. */
void pane_view_scroll(struct app *app, size_t up, size_t down);

void pane_view_draw(struct app *app, const struct rect *place, struct screen *screen);

#endif
