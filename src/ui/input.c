/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/input.h"

#include <ctype.h>
#include <stddef.h>
#include <strings.h>

#include "base/buf.h"
#include "base/text.h"

static const struct {
	uint32_t key;
	const char *name;
} names[] = {
	{ INPUT_TAB, "Tab" },
	{ INPUT_ENTER, "Enter" },
	{ INPUT_ESCAPE, "Esc" },
	{ INPUT_BACKSPACE, "Backspace" },
	{ ' ', "Space" },
	{ INPUT_UP, "Up" },
	{ INPUT_DOWN, "Down" },
	{ INPUT_LEFT, "Left" },
	{ INPUT_RIGHT, "Right" },
	{ INPUT_PAGE_UP, "PgUp" },
	{ INPUT_PAGE_DOWN, "PgDn" },
	{ INPUT_HOME, "Home" },
	{ INPUT_END, "End" },
	{ INPUT_DIGIT, "0-9" },
	{ INPUT_F1, "F1" },
	{ INPUT_F1 + 1, "F2" },
	{ INPUT_F1 + 2, "F3" },
	{ INPUT_F1 + 3, "F4" },
	{ INPUT_F1 + 4, "F5" },
	{ INPUT_F1 + 5, "F6" },
	{ INPUT_F1 + 6, "F7" },
	{ INPUT_F1 + 7, "F8" },
	{ INPUT_F1 + 8, "F9" },
	{ INPUT_F1 + 9, "F10" },
	{ INPUT_F1 + 10, "F11" },
	{ INPUT_F1 + 11, "F12" },
};

void input_format(struct buf *out, uint32_t key)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].key == key) {
			buf_puts(out, names[i].name);
			return;
		}
	}
	if (key < 0x20)
		buf_printf(out, "^%c", (char)(key + '@'));
	else
		text_encode(out, key);
}

/* ^H and ^J are what Backspace and Enter may send: they come as these (term.c), so these are what they name. */
static uint32_t control(char letter)
{
	int capital = toupper((unsigned char)letter);
	uint32_t key = INPUT_CTRL(capital);

	if (capital <= '@' || capital > '_')
		return INPUT_NONE;
	return key == '\b' ? INPUT_BACKSPACE : key == '\n' ? INPUT_ENTER : key;
}

uint32_t input_named(const char *name)
{
	const char *end = name;
	uint32_t c = name[0] != '\0' ? text_decode(&end) : TEXT_INVALID;

	if (*end == '\0')
		return text_char_width(c) > 0 ? c : INPUT_NONE;
	if (name[0] == '^' && name[2] == '\0')
		return control(name[1]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcasecmp(names[i].name, name) == 0)
			return names[i].key;
	}
	return INPUT_NONE;
}

const char *input_name(size_t i)
{
	return i < sizeof(names) / sizeof(names[0]) ? names[i].name : NULL;
}
