/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grid that views draw on: a character, its width and a face for every cell.
 * Knows no terminal, no colours and nothing of what is drawn; whatever does not fit is cut off at the edges.
 */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

struct buf;

struct cell {
	uint32_t c;    /* 0: the right half of the wide character before it */
	uint8_t width; /* columns: 1, 2, or 0 for such a half */
	uint8_t face;  /* enum face, and FACE_SELECTED */
};

struct screen {
	unsigned width, height;
	struct cell *cells; /* owned; row by row */
};

/* Reads "80x24", each from 1 to 1000. */
bool screen_parse_size(const char *text, unsigned *width, unsigned *height);

/* A part of a screen that a view may draw on. */
struct rect {
	unsigned x, y, width, height;
};

void screen_fini(struct screen *screen);

/* Changes the size; the content is lost. */
void screen_resize(struct screen *screen, unsigned width, unsigned height);

/* Blanks a row from x on, width columns, in the face given. */
void screen_fill(struct screen *screen, unsigned x, unsigned y, unsigned width, unsigned face);

/*
 * Puts a text at x, y, over at most width columns, and returns how many it took.  The text may be anything: what must not
 * reach a terminal becomes an escape (base/text.h).  One that is too long ends in "…".
 */
unsigned screen_put(struct screen *screen, unsigned x, unsigned y, unsigned width, unsigned face, const char *text);

/* Appends the screen as text, a line for each row, without the blanks at their ends. */
void screen_format(struct buf *out, const struct screen *screen);

#endif
