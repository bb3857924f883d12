/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The actors of the playground and their sockets: flags, addresses and states.
 */
#ifndef UI_CREW_VIEW_H
#define UI_CREW_VIEW_H

#include "ui/play.h"
#include "ui/screen.h"

/* Scrolled so that the selected one is seen, which stands out where has_keys. */
void crew_view_draw(struct play_pane *pane, const struct rect *place, bool has_keys, struct screen *screen);

#endif
