/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/theme.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/sock.h"

enum { RED = 1, GREEN, YELLOW, BLUE, MAGENTA, CYAN, OWN = -1 };

#define STYLE(number, ...) { .color = (number), __VA_ARGS__ }

/* Without colours.  What must be seen at a glance differs from the rest by an attribute here, and in every other table. */
static const struct style mono[FACE_COUNT] = {
	[FACE_TEXT] = STYLE(OWN),
	[FACE_TITLE] = STYLE(OWN, .bold = true),
	[FACE_HEADER] = STYLE(OWN, .reverse = true),
	[FACE_LISTEN] = STYLE(OWN, .bold = true),
	[FACE_TIME_WAIT] = STYLE(OWN, .underline = true),
	[FACE_ESTABLISHED] = STYLE(OWN),
	[FACE_OPENING] = STYLE(OWN),
	[FACE_CLOSING] = STYLE(OWN),
	[FACE_WAITING] = STYLE(OWN),
	[FACE_NEW] = STYLE(OWN, .bold = true),
	[FACE_CHANGED] = STYLE(OWN, .bold = true),
	[FACE_GONE] = STYLE(OWN, .dim = true),
	[FACE_DIM] = STYLE(OWN, .dim = true),
	[FACE_NOTICE] = STYLE(OWN, .bold = true),
	[FACE_ALERT] = STYLE(OWN, .bold = true, .reverse = true),
	[FACE_PROMPT] = STYLE(OWN, .bold = true),
	[FACE_KEY] = STYLE(OWN, .bold = true),
	[FACE_LABEL] = STYLE(OWN, .reverse = true),
};

/*
 * With 8 and with 256 colours; a face that is not here looks as without any.  Of the 8 everybody chooses shades; as
 * terminals come, yellow, green and cyan cannot be read on white, nor blue on black, unless it is bold.
 */
struct styles {
	struct style few, many;
};

static const struct styles colored[THEME_COUNT][FACE_COUNT] = {
	[THEME_DARK] = {
		[FACE_LISTEN] = { STYLE(GREEN, .bold = true), STYLE(40, .bold = true) },
		[FACE_TIME_WAIT] = { STYLE(YELLOW, .underline = true), STYLE(214, .underline = true) },
		[FACE_OPENING] = { STYLE(MAGENTA), STYLE(170) },
		[FACE_CLOSING] = { STYLE(CYAN), STYLE(73) },
		[FACE_WAITING] = { STYLE(BLUE, .bold = true), STYLE(75) },
		[FACE_NEW] = { STYLE(GREEN, .bold = true), STYLE(46, .bold = true) },
		[FACE_CHANGED] = { STYLE(YELLOW, .bold = true), STYLE(226, .bold = true) },
		[FACE_GONE] = { STYLE(RED), STYLE(167) },
		[FACE_DIM] = { STYLE(OWN, .dim = true), STYLE(245) },
		[FACE_NOTICE] = { STYLE(YELLOW), STYLE(220) },
		[FACE_ALERT] = { STYLE(RED, .bold = true, .reverse = true), STYLE(196, .bold = true, .reverse = true) },
	},
	[THEME_LIGHT] = {
		[FACE_LISTEN] = { STYLE(BLUE, .bold = true), STYLE(28, .bold = true) },
		[FACE_TIME_WAIT] = { STYLE(MAGENTA, .underline = true), STYLE(130, .underline = true) },
		[FACE_OPENING] = { STYLE(MAGENTA), STYLE(127) },
		[FACE_CLOSING] = { STYLE(BLUE), STYLE(23) },
		[FACE_WAITING] = { STYLE(OWN), STYLE(25) },
		[FACE_NEW] = { STYLE(BLUE, .bold = true), STYLE(28, .bold = true) },
		[FACE_CHANGED] = { STYLE(MAGENTA, .bold = true), STYLE(94, .bold = true) },
		[FACE_GONE] = { STYLE(RED), STYLE(160) },
		[FACE_DIM] = { STYLE(OWN, .dim = true), STYLE(243) },
		[FACE_NOTICE] = { STYLE(MAGENTA), STYLE(94) },
		[FACE_ALERT] = { STYLE(RED, .bold = true, .reverse = true), STYLE(160, .bold = true, .reverse = true) },
	},
	[THEME_BOTH] = {
		[FACE_LISTEN] = { STYLE(OWN, .bold = true), STYLE(28, .bold = true) },
		[FACE_TIME_WAIT] = { STYLE(MAGENTA, .underline = true), STYLE(130, .underline = true) },
		[FACE_OPENING] = { STYLE(MAGENTA), STYLE(133) },
		[FACE_CLOSING] = { STYLE(OWN), STYLE(30) },
		[FACE_WAITING] = { STYLE(OWN), STYLE(62) },
		[FACE_NEW] = { STYLE(OWN, .bold = true), STYLE(28, .bold = true) },
		[FACE_CHANGED] = { STYLE(MAGENTA, .bold = true), STYLE(130, .bold = true) },
		[FACE_GONE] = { STYLE(RED), STYLE(131) },
		[FACE_DIM] = { STYLE(OWN, .dim = true), STYLE(243) },
		[FACE_NOTICE] = { STYLE(MAGENTA), STYLE(130) },
		[FACE_ALERT] = { STYLE(RED, .bold = true, .reverse = true), STYLE(161, .bold = true, .reverse = true) },
	},
};

static const char *name_of(size_t i)
{
	static const char *const names[THEME_COUNT] = { "auto", "dark", "light", "both", "mono" };

	return i < THEME_COUNT ? names[i] : NULL;
}

const char *theme_name(enum theme theme)
{
	return name_of(theme);
}

bool theme_parse(enum theme *theme, const char *name, struct buf *error)
{
	for (enum theme at = 0; at < THEME_COUNT; at++) {
		if (strcmp(name_of(at), name) == 0) {
			*theme = at;
			return true;
		}
	}
	return text_fail_nearest(error, name, "theme", name_of);
}

/* The background stands last: "15;0", "15;default;0".  Of the 16 colours these are the light ones: 7 and 9 to 15. */
enum theme theme_resolve(enum theme theme, const char *colorfgbg)
{
	const char *last = colorfgbg != NULL ? strrchr(colorfgbg, ';') : NULL;
	char *end;

	if (theme != THEME_AUTO || last == NULL)
		return theme == THEME_AUTO ? THEME_BOTH : theme;
	unsigned long background = strtoul(last + 1, &end, 10);
	if (end == last + 1 || *end != '\0' || background > 15)
		return THEME_BOTH;
	return background == 7 || background > 8 ? THEME_LIGHT : THEME_DARK;
}

/* A cube of six shades each of red, green and blue, and 24 greys (ctlseqs of xterm, 256colres.h). */
uint32_t theme_rgb(unsigned color)
{
	static const uint8_t shades[] = { 0, 95, 135, 175, 215, 255 };
	unsigned cube = color - 16, grey = 8 + 10 * (color - 232);

	if (color >= 232)
		return grey << 16 | grey << 8 | grey;
	return (uint32_t)shades[cube / 36] << 16 | (uint32_t)shades[cube / 6 % 6] << 8 | shades[cube % 6];
}

static struct style plain_style(enum theme theme, enum depth depth, unsigned face)
{
	const struct styles *styles = &colored[theme][face];
	struct style style = depth == DEPTH_8 ? styles->few : styles->many;

	if (depth == DEPTH_MONO || styles->many.color == 0)
		return mono[face];
	if (depth == DEPTH_TRUE)
		style.color = (int32_t)theme_rgb((unsigned)style.color);
	return style;
}

/* What is reversed by itself stands out of a selected row by not being so. */
struct style theme_style(enum theme theme, enum depth depth, unsigned face)
{
	unsigned plain = face & ~(unsigned)FACE_SELECTED;
	struct style style = plain_style(theme, depth, plain < FACE_COUNT ? plain : FACE_TEXT);

	if (face & FACE_SELECTED)
		style.reverse = !style.reverse;
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
