/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The history in the pane: the latest first, and only what the table's query and filter ask for.
 */
#ifndef UI_HISTORY_VIEW_H
#define UI_HISTORY_VIEW_H

#include "ui/app.h"
#include "ui/screen.h"
#include "ui/theme.h"

/* Draws what fits, from app.pane.top on, which is put right where it is beyond the end. */
void history_view_draw(struct app *app, const struct rect *place, struct screen *screen);

/* Appends how many closings were noticed, and how often some were missed; returns the face for that. */
enum face history_view_sum_up(const struct app *app, struct buf *out);

#endif
