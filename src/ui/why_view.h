/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pane that says what it would take to bind beside the row that was asked about.
 */
#ifndef UI_WHY_VIEW_H
#define UI_WHY_VIEW_H

#include "ui/app.h"
#include "ui/screen.h"

void why_view_draw(struct app *app, const struct rect *place, struct screen *screen);

#endif
