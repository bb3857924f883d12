/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/style_map.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "ui/screen.h"

/* No more can there be than faces, selected and not. */
struct legend {
	struct style styles[2 * FACE_COUNT];
	size_t count;
};

static bool is_same(const struct style *a, const struct style *b)
{
	return a->color == b->color && a->bold == b->bold && a->dim == b->dim &&
	       a->underline == b->underline && a->reverse == b->reverse;
}

/* Its letter; the plain one is the first of the legend. */
static char letter_of(struct legend *legend, const struct style *style)
{
	static const char letters[] = ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t at = 0;

	_Static_assert(sizeof(letters) > 2 * FACE_COUNT, "there are too few letters");
	while (at < legend->count && !is_same(&legend->styles[at], style))
		at++;
	if (at == legend->count)
		legend->styles[legend->count++] = *style;
	return letters[at];
}

static void format_style(struct buf *out, const struct style *style)
{
	if (style->color >= 0)
		buf_printf(out, " colour %d", (int)style->color);
	buf_puts(out, style->bold ? " bold" : "");
	buf_puts(out, style->dim ? " dim" : "");
	buf_puts(out, style->underline ? " underlined" : "");
	buf_puts(out, style->reverse ? " reverse" : "");
}

void style_map_format(struct buf *out, const struct screen *screen, enum theme theme, enum depth depth)
{
	struct legend legend = { .styles = { theme_style(theme, depth, FACE_TEXT) }, .count = 1 };

	for (unsigned y = 0; y < screen->height; y++) {
		size_t dots = 0;

		for (unsigned x = 0; x < screen->width; x++) {
			struct style style = theme_style(theme, depth, screen->cells[(size_t)y * screen->width + x].face);
			char letter = letter_of(&legend, &style);

			if (letter == '.') {
				dots++;
				continue;
			}
			buf_fill(out, '.', dots);
			buf_putc(out, letter);
			dots = 0;
		}
		buf_putc(out, '\n');
	}
	for (size_t i = 1; i < legend.count; i++) {
		buf_putc(out, letter_of(&legend, &legend.styles[i]));
		format_style(out, &legend.styles[i]);
		buf_putc(out, '\n');
	}
}
