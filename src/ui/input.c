/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/input.h"

#include <stddef.h>

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
};

void input_format(struct buf *out, uint32_t key)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].key == key) {
			buf_puts(out, names[i].name);
			return;
		}
	}
	if (key >= INPUT_F1)
		buf_printf(out, "F%u", key - INPUT_F1 + 1);
	else if (key < 0x20)
		buf_printf(out, "^%c", (char)(key + '@'));
	else
		text_encode(out, key);
}
