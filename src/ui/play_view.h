/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The playground's pane: actors and their sockets, the form and what would come of it, and the system calls that were made.
 */
#ifndef UI_PLAY_VIEW_H
#define UI_PLAY_VIEW_H

#include "ui/app.h"
#include "ui/screen.h"

void play_view_draw(struct app *app, const struct rect *place, struct screen *screen);

/* Its title line, which says where it is. */
void play_view_draw_title(const struct app *app, const struct rect *place, struct screen *screen);

/* How many of so many lines it takes: it leaves a few rows of the table. */
unsigned play_view_height(const struct app *app, unsigned height);

/* Appends the question of a mode that asks one. */
void play_view_ask(const struct app *app, struct buf *out);

#endif
