/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The history in the pane: the latest first, and only what the table's query asks for.
 */
#ifndef UI_HISTORY_VIEW_H
#define UI_HISTORY_VIEW_H

#include "ui/app.h"
#include "ui/screen.h"

/* Draws what fits, from app.pane.top on, which is put right where it is beyond the end. */
void history_view_draw(struct app *app, const struct rect *place, struct screen *screen);

#endif
