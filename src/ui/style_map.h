/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a screen looks, as text: a letter for each cell, and below what the letters mean.
 */
#ifndef UI_STYLE_MAP_H
#define UI_STYLE_MAP_H

#include "ui/theme.h"

struct buf;
struct screen;

/* Appends it, in a theme that is not THEME_AUTO; cells as the terminal has them by itself are dots, and left out at the ends of lines. */
void style_map_format(struct buf *out, const struct screen *screen, enum theme theme, enum depth depth);

#endif
