/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/screen.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/text.h"
#include "ui/theme.h"

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
	for (unsigned y = 0; y < height; y++)
		screen_fill(screen, 0, y, width, FACE_TEXT);
}

static struct cell *cell_at(struct screen *screen, unsigned x, unsigned y)
{
	return &screen->cells[(size_t)y * screen->width + x];
}

/* Half a wide character cannot stay: where the neighbour of a changed cell was the other half, it becomes a blank. */
static void blank_half(struct screen *screen, unsigned x, unsigned y)
{
	if (x < screen->width && cell_at(screen, x, y)->width == 0)
		*cell_at(screen, x, y) = (struct cell){ .c = ' ', .width = 1, .face = cell_at(screen, x, y)->face };
}

static void set(struct screen *screen, unsigned x, unsigned y, const struct cell *cell)
{
	if (x > 0 && cell_at(screen, x, y)->width == 0 && cell->width > 0 && cell_at(screen, x - 1, y)->width == 2) {
		struct cell *left = cell_at(screen, x - 1, y);
		*left = (struct cell){ .c = ' ', .width = 1, .face = left->face };
	}
	*cell_at(screen, x, y) = *cell;
}

void screen_fill(struct screen *screen, unsigned x, unsigned y, unsigned width, unsigned face)
{
	const struct cell blank = { .c = ' ', .width = 1, .face = (uint8_t)face };

	if (y >= screen->height)
		return;
	for (; width > 0 && x < screen->width; x++, width--)
		*cell_at(screen, x, y) = blank;
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
		if (width == 2)
			*cell_at(screen, x + 1, place->y) = (struct cell){ .c = 0, .width = 0, .face = (uint8_t)face };
		x += width;
	}
	blank_half(screen, x, place->y);
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
