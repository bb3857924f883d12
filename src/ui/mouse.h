/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the mouse does: the wheel moves, a click selects a row, sorts by a title, opens a pane, presses a key of the bar.
 */
#ifndef UI_MOUSE_H
#define UI_MOUSE_H

#include "ui/app.h"
#include "ui/input.h"

/* The screen is as app_draw last drew it. */
void mouse_act(struct app *app, const struct mouse *mouse);

#endif
