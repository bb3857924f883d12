/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faces: what a cell means, and how that looks with as many colours as there are.  Nothing is told by hue alone.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

enum face {
	FACE_TEXT,
	FACE_TITLE,
	FACE_HEADER,
	FACE_LISTEN,
	FACE_TIME_WAIT,
	FACE_ESTABLISHED,
	FACE_OPENING,  /* SYN_SENT, SYN_RECV */
	FACE_CLOSING,  /* FIN_WAIT1 to CLOSING, but not TIME_WAIT */
	FACE_WAITING,  /* BOUND, UNCONN */
	FACE_NEW,
	FACE_CHANGED,
	FACE_GONE,
	FACE_DIM,
	FACE_NOTICE,
	FACE_ALERT,    /* something is lost, or was */
	FACE_PROMPT,
	FACE_KEY,      /* in the bar of keys: the key */
	FACE_LABEL,    /* and what it does */
	FACE_COUNT,
	FACE_SELECTED = 0x80, /* added to another one */
};

/* How many colours the terminal has. */
enum depth {
	DEPTH_MONO,
	DEPTH_8,
	DEPTH_256,
	DEPTH_COUNT,
};

struct style {
	int16_t foreground; /* number of the colour; -1: the terminal's own */
	int16_t background;
	bool bold, dim, underline, reverse;
};

/* The style of a face, FACE_SELECTED included. */
struct style theme_style(enum depth depth, unsigned face);

/* The face of a socket in this state (enum sock_state). */
enum face theme_state_face(unsigned state);

#endif
