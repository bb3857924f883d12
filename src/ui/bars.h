/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines above and below everything else: title, totals, and the bar of keys.
 */
#ifndef UI_BARS_H
#define UI_BARS_H

#include "ui/app.h"
#include "ui/screen.h"

/* Each draws on one line of the screen. */
void bars_draw_title(const struct app *app, unsigned y, struct screen *screen);
void bars_draw_totals(const struct app *app, unsigned y, struct screen *screen);
void bars_draw_keys(const struct app *app, unsigned y, struct screen *screen);

/* The action whose key or label stands at this x of the bar of keys; NULL: none. */
struct action;
const struct action *bars_key_at(const struct app *app, unsigned x);

#endif
