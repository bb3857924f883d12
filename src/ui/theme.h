/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faces: what a cell means, and how that looks with as many colours as there are.  Nothing is told by hue alone.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

struct buf;

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

/* Which colours there are for: THEME_AUTO becomes one of the others by what is known of the terminal's background. */
enum theme {
	THEME_AUTO,
	THEME_DARK,
	THEME_LIGHT,
	THEME_BOTH, /* readable on either, as brilliant on none */
	THEME_MONO,
	THEME_COUNT,
};

/* How many colours the terminal has. */
enum depth {
	DEPTH_MONO,
	DEPTH_8,
	DEPTH_256,
	DEPTH_TRUE, /* numbers of colours are 0xRRGGBB */
	DEPTH_COUNT,
};

struct style {
	int32_t color; /* of the text, a number; -1: the terminal's own, as the background always is */
	bool bold, dim, underline, reverse;
};

const char *theme_name(enum theme theme);

/* The theme of that name.  False, and one line in error that names the nearest, when there is none. */
bool theme_parse(enum theme *theme, const char *name, struct buf *error);

/* The theme itself; for THEME_AUTO that of the background that COLORFGBG tells of, THEME_BOTH where it (or NULL) tells none. */
enum theme theme_resolve(enum theme theme, const char *colorfgbg);

/* The style of a face, FACE_SELECTED included.  theme: not THEME_AUTO. */
struct style theme_style(enum theme theme, enum depth depth, unsigned face);

/* 0xRRGGBB of one of the colours 16 to 255, which are the same in every terminal that has 256. */
uint32_t theme_rgb(unsigned color);

/* The face of a socket in this state (enum sock_state). */
enum face theme_state_face(unsigned state);

#endif
