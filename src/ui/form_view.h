/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The form for the next socket: its fields one behind the other, as many on a line as fit; and below them what is wrong, or
 * what would come of it.
 */
#ifndef UI_FORM_VIEW_H
#define UI_FORM_VIEW_H

#include "ui/play.h"
#include "ui/screen.h"

/* How many lines the fields take at that width: all of them, or those before the options. */
unsigned form_view_lines(const struct play_pane *pane, unsigned width, bool has_options);

/* Draws the fields; scrolled so that the one that is filled in is seen, which stands out where has_keys. */
void form_view_draw(const struct play_pane *pane, const struct rect *place, bool has_keys, struct screen *screen);

/* Draws what is wrong with the field, or with the first that is not right; else the verdict. */
void form_view_draw_verdict(const struct play_pane *pane, const struct rect *place, struct screen *screen);

/* Draws lines that were told; the first one in the face of its verdict. */
void form_view_draw_told(const char *text, const struct rect *place, struct screen *screen);

#endif
