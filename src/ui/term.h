/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The terminal: the one file that knows ncurses.  It blits screens, hands out keys, and leaves the terminal as it found it.
 */
#ifndef UI_TERM_H
#define UI_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/theme.h"

struct buf;
struct screen;

/*
 * Takes the terminal on standard input and output over.  color: use its colours if it has some; utf8: it takes UTF-8.  0,
 * or -ENOTSUP with one sentence (no full stop) in why, for a terminal that cannot be drawn on.  From then on fatal signals
 * and die() restore it.
 */
struct term_options {
	bool color;
	enum theme theme;
	bool utf8;
	bool mouse; /* have the terminal tell of it; then it does not select text by itself */
};
int term_open(const struct term_options *options, struct buf *why);

/* What the mouse did, after INPUT_MOUSE; false when it was nothing that has a meaning here. */
struct mouse;
bool term_mouse(struct mouse *mouse);

/* Gives the terminal back; it can be opened no second time. */
void term_close(void);

void term_size(unsigned *width, unsigned *height);

/* Asks the terminal how large it is now; after SIGWINCH. */
void term_resize(void);

/* Gives the terminal to the shell until term_resume, which draws the last screen again. */
void term_suspend(void);
void term_resume(void);

/* Other colours, from the next term_blit on that draws everything. */
void term_theme(enum theme theme);

/* Draws what differs from what the terminal shows, in one write; all: everything, whatever it shows. */
void term_blit(const struct screen *screen, bool all);

/* Gives the text to the terminal's clipboard (OSC 52); a terminal that has none passes over it. */
void term_copy(const char *text);

/* The next key that was typed, INPUT_NONE when there is none now.  To be called until that. */
uint32_t term_key(void);

#endif
