/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The help: keys, columns and marks, made from their tables.
 */
#ifndef UI_HELP_VIEW_H
#define UI_HELP_VIEW_H

#include "ui/app.h"
#include "ui/screen.h"

/* Draws as much of the help as fits, from app.help_top on, which is put right where it is beyond the end. */
void help_view_draw(struct app *app, const struct rect *place, struct screen *screen);

#endif
