/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/text.h"
#include "ui/theme.h"

bool screen_parse_size(const char *text, unsigned *width, unsigned *height)
{
	int end = 0;

	return strspn(text, "0123456789x") == strlen(text) && sscanf(text, "%4ux%4u%n", width, height, &end) == 2 &&
	       text[end] == '\0' && *width >= 1 && *width <= 1000 && *height >= 1 && *height <= 1000;
}

void screen_fini(struct screen *screen)
{
	free(screen->cells);
	*screen = (struct screen){ .cells = NULL };
}

void screen_resize(struct screen *screen, unsigned width, unsigned height)
{
	size_t count = (size_t)width * height;

	screen->cells = xrealloc_array(screen->cells, count > 0 ? count : 1, sizeof(screen->cells[0]));
	screen->width = width;
	screen->height = height;
	for (size_t i = 0; i < count; i++)
		screen->cells[i].width = 1; /* what was there means nothing: no halves to look after */
	for (unsigned y = 0; y < height; y++)
		screen_fill(screen, 0, y, width, FACE_TEXT);
}

static struct cell *cell_at(struct screen *screen, unsigned x, unsigned y)
{
	return &screen->cells[(size_t)y * screen->width + x];
}

static void blank(struct cell *cell)
{
	*cell = (struct cell){ .c = ' ', .width = 1, .face = cell->face };
}

/* Half a wide character cannot stay: where this cell is one of two, the other one becomes a blank. */
static void part(struct screen *screen, unsigned x, unsigned y)
{
	unsigned width = cell_at(screen, x, y)->width;

	if (width == 0)
		blank(cell_at(screen, x - 1, y));
	if (width == 2)
		blank(cell_at(screen, x + 1, y));
}

/* The place of a wide character is two cells, and both must be on the screen. */
static void set(struct screen *screen, unsigned x, unsigned y, const struct cell *cell)
{
	part(screen, x, y);
	*cell_at(screen, x, y) = *cell;
	if (cell->width < 2)
		return;
	part(screen, x + 1, y);
	*cell_at(screen, x + 1, y) = (struct cell){ .c = 0, .width = 0, .face = cell->face };
}

void screen_fill(struct screen *screen, unsigned x, unsigned y, unsigned width, unsigned face)
{
	const struct cell empty = { .c = ' ', .width = 1, .face = (uint8_t)face };

	if (y >= screen->height)
		return;
	for (; width > 0 && x < screen->width; x++, width--)
		set(screen, x, y, &empty);
}

static unsigned put_clean(struct screen *screen, const struct rect *place, unsigned face, const char *text)
{
	unsigned x = place->x, end = place->x + place->width;

	while (*text != '\0') {
		uint32_t c = text_decode(&text);
		unsigned width = (unsigned)text_char_width(c);

		if (x + width > end)
			break;
		set(screen, x, place->y, &(struct cell){ .c = c, .width = (uint8_t)width, .face = (uint8_t)face });
		x += width;
	}
	return x - place->x;
}

unsigned screen_put(struct screen *screen, unsigned x, unsigned y, unsigned width, unsigned face, const char *text)
{
	struct buf clean = BUF_INIT, cut = BUF_INIT;

	if (x >= screen->width || y >= screen->height)
		return 0;
	if (width > screen->width - x)
		width = screen->width - x;
	text_clean(&clean, text);
	text_cut(&cut, buf_str(&clean), width);
	unsigned taken = put_clean(screen, &(struct rect){ x, y, width, 1 }, face, buf_str(&cut));
	buf_fini(&clean);
	buf_fini(&cut);
	return taken;
}

void screen_format(struct buf *out, const struct screen *screen)
{
	for (unsigned y = 0; y < screen->height; y++) {
		size_t end = out->length;

		for (unsigned x = 0; x < screen->width; x++) {
			uint32_t c = screen->cells[(size_t)y * screen->width + x].c;

			if (c != 0)
				text_encode(out, c);
			end = c != ' ' ? out->length : end;
		}
		if (out->length > end) {
			out->length = end;
			out->data[end] = '\0';
		}
		buf_putc(out, '\n');
	}
}
