/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that is known of the selected row, in words.
 */
#ifndef UI_DETAIL_VIEW_H
#define UI_DETAIL_VIEW_H

#include "ui/app.h"
#include "ui/screen.h"

void detail_view_draw(struct app *app, const struct rect *place, struct screen *screen);

#endif
