/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/theme.h"

#include "model/sock.h"

enum { RED = 1, GREEN, YELLOW, BLUE, MAGENTA, CYAN, OWN = -1 };

#define STYLE(fg, ...) { .foreground = (fg), .background = OWN, __VA_ARGS__ }

static const struct style styles[FACE_COUNT][DEPTH_COUNT] = {
	[FACE_TEXT] = { STYLE(OWN), STYLE(OWN), STYLE(OWN) },
	[FACE_TITLE] = { STYLE(OWN, .bold = true), STYLE(OWN, .bold = true), STYLE(OWN, .bold = true) },
	[FACE_HEADER] = { STYLE(OWN, .reverse = true), STYLE(OWN, .reverse = true), STYLE(OWN, .reverse = true) },
	[FACE_LISTEN] = { STYLE(OWN, .bold = true), STYLE(GREEN, .bold = true), STYLE(40, .bold = true) },
	[FACE_TIME_WAIT] = { STYLE(OWN, .underline = true), STYLE(YELLOW, .underline = true),
			     STYLE(214, .underline = true) },
	[FACE_ESTABLISHED] = { STYLE(OWN), STYLE(OWN), STYLE(OWN) },
	[FACE_OPENING] = { STYLE(OWN), STYLE(MAGENTA), STYLE(170) },
	[FACE_CLOSING] = { STYLE(OWN), STYLE(CYAN), STYLE(73) },
	[FACE_WAITING] = { STYLE(OWN), STYLE(BLUE, .bold = true), STYLE(75) },
	[FACE_NEW] = { STYLE(OWN, .bold = true), STYLE(GREEN, .bold = true), STYLE(46, .bold = true) },
	[FACE_CHANGED] = { STYLE(OWN, .bold = true), STYLE(YELLOW, .bold = true), STYLE(226, .bold = true) },
	[FACE_GONE] = { STYLE(OWN, .dim = true), STYLE(RED), STYLE(167) },
	[FACE_DIM] = { STYLE(OWN, .dim = true), STYLE(OWN, .dim = true), STYLE(245) },
	[FACE_NOTICE] = { STYLE(OWN, .bold = true), STYLE(YELLOW), STYLE(220) },
	[FACE_ALERT] = { STYLE(OWN, .bold = true, .reverse = true), STYLE(RED, .bold = true, .reverse = true),
			 STYLE(196, .bold = true, .reverse = true) },
	[FACE_PROMPT] = { STYLE(OWN, .bold = true), STYLE(OWN, .bold = true), STYLE(OWN, .bold = true) },
	[FACE_KEY] = { STYLE(OWN, .bold = true), STYLE(OWN, .bold = true), STYLE(OWN, .bold = true) },
	[FACE_LABEL] = { STYLE(OWN, .reverse = true), STYLE(OWN, .reverse = true), STYLE(OWN, .reverse = true) },
};

struct style theme_style(enum depth depth, unsigned face)
{
	unsigned plain = face & ~(unsigned)FACE_SELECTED;
	struct style style = styles[plain < FACE_COUNT ? plain : FACE_TEXT][depth];

	if (face & FACE_SELECTED)
		style.reverse = true;
	return style;
}

enum face theme_state_face(unsigned state)
{
	switch (state) {
	case STATE_LISTEN:
		return FACE_LISTEN;
	case STATE_TIME_WAIT:
		return FACE_TIME_WAIT;
	case STATE_SYN_SENT:
	case STATE_SYN_RECV:
		return FACE_OPENING;
	case STATE_BOUND:
	case STATE_UNCONN:
		return FACE_WAITING;
	case STATE_FIN_WAIT1:
	case STATE_FIN_WAIT2:
	case STATE_CLOSE:
	case STATE_CLOSE_WAIT:
	case STATE_LAST_ACK:
	case STATE_CLOSING:
		return FACE_CLOSING;
	default:
		return FACE_ESTABLISHED;
	}
}
