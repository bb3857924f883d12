/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys, whatever terminal they come from: a Unicode character, or one of these.
 * Knows no terminal; term.c translates.
 */
#ifndef UI_INPUT_H
#define UI_INPUT_H

#include <stddef.h>
#include <stdint.h>

struct buf;

#define INPUT_CTRL(letter) ((uint32_t)(letter) & 0x1f)

enum input {
	INPUT_NONE = 0,
	INPUT_TAB = '\t',
	INPUT_ENTER = '\r',
	INPUT_ESCAPE = 0x1b,
	INPUT_BACKSPACE = 0x7f,
	INPUT_UP = 0x110000, /* the first number that is no character */
	INPUT_DOWN,
	INPUT_LEFT,
	INPUT_RIGHT,
	INPUT_PAGE_UP,
	INPUT_PAGE_DOWN,
	INPUT_HOME,
	INPUT_END,
	INPUT_MOUSE, /* what it did is asked of the terminal */
	INPUT_DIGIT, /* in tables of keys: any of 0 to 9 */
	INPUT_F1,    /* to INPUT_F1 + 11 */
};

enum mouse_button {
	MOUSE_CLICK,
	MOUSE_WHEEL_UP,
	MOUSE_WHEEL_DOWN,
};

/* What INPUT_MOUSE was. */
struct mouse {
	unsigned x, y; /* the cell of the screen */
	enum mouse_button button;
};

/* Appends the key's name as help shows it: "Up", "F1", "^L", "Space", "q". */
void input_format(struct buf *out, uint32_t key);

/* The key of that name, in capitals or not where it has several letters; INPUT_NONE when there is none. */
uint32_t input_named(const char *name);

/* The names of keys that are not their own names, for text_nearest. */
const char *input_name(size_t i);

#endif
