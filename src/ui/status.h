/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands above the bar of keys: what is being typed, a question, what the last key did, or else what could not be seen.
 */
#ifndef UI_STATUS_H
#define UI_STATUS_H

#include "ui/app.h"
#include "ui/screen.h"

/* How many lines of this width it takes: more than one for a question or a message that is long; most at most. */
unsigned status_height(const struct app *app, unsigned width, unsigned most);

void status_draw(const struct app *app, const struct rect *place, struct screen *screen);

#endif
