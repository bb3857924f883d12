/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text longer than its place: paragraphs are put one after the other, are broken between words, and only those lines
 * that are in the window are drawn.
 */
#ifndef UI_PAPER_H
#define UI_PAPER_H

#include <stddef.h>

#include "ui/screen.h"

struct paper {
	struct screen *screen;
	struct rect place;
	size_t *top;  /* lines above the window; put right where it is beyond the end */
	size_t lines; /* put so far */
};

/* A label of a fixed width on the left, and a text beside it; both may be anything. */
struct paragraph {
	unsigned indent;      /* blanks before the label */
	unsigned label_width; /* 0: there is none */
	unsigned label_face, face;
	const char *label;
	const char *text;
};

/* Calls put once to count the lines, and once to draw them. */
void paper_draw(struct paper *paper, void (*put)(struct paper *paper, void *context), void *context);

/* To be called by that function. */
void paper_put(struct paper *paper, const struct paragraph *paragraph);

#endif
