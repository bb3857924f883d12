/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/paper.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

static void put_line(struct paper *paper, const struct paragraph *line, bool labelled)
{
	size_t at = paper->lines++;
	const struct rect *place = &paper->place;

	if (at < *paper->top || at - *paper->top >= place->height)
		return;
	unsigned x = line->indent, y = place->y + (unsigned)(at - *paper->top);
	if (labelled && x < place->width)
		screen_put(paper->screen, place->x + x, y, line->label_width, line->label_face, line->label);
	x += line->label_width > 0 ? line->label_width + 1 : 0;
	if (x < place->width)
		screen_put(paper->screen, place->x + x, y, place->width - x, line->face, line->text);
}

/* How many bytes of the text fit in so many columns without breaking a word; at least one character. */
static size_t break_at(const char *clean, size_t width)
{
	const char *at = clean, *blank = NULL;
	size_t taken = 0;

	while (*at != '\0') {
		const char *next = at;

		taken += (size_t)text_char_width(text_decode(&next));
		if (taken > width)
			return (size_t)((blank != NULL ? blank : at > clean ? at : next) - clean);
		at = next;
		blank = *at == ' ' ? at : blank;
	}
	return (size_t)(at - clean);
}

void paper_put(struct paper *paper, const struct paragraph *paragraph)
{
	unsigned left = paragraph->indent + (paragraph->label_width > 0 ? paragraph->label_width + 1 : 0);
	size_t width = paper->place.width > left ? paper->place.width - left : 1;
	struct buf clean = BUF_INIT, part = BUF_INIT;
	struct paragraph line = *paragraph;

	text_clean(&clean, paragraph->text);
	const char *rest = buf_str(&clean);
	for (bool begun = false; !begun || *rest != '\0'; begun = true) {
		size_t length = break_at(rest, width);

		buf_clear(&part);
		buf_add(&part, rest, length);
		line.text = buf_str(&part);
		put_line(paper, &line, !begun && paragraph->label_width > 0);
		rest += length;
		rest += strspn(rest, " ");
	}
	buf_fini(&clean);
	buf_fini(&part);
}

void paper_draw(struct paper *paper, void (*put)(struct paper *paper, void *context), void *context)
{
	unsigned height = paper->place.height;

	paper->place.height = 0;
	paper->lines = 0;
	put(paper, context);
	size_t last_top = paper->lines > height ? paper->lines - height : 0;
	if (*paper->top > last_top)
		*paper->top = last_top;
	paper->place.height = height;
	paper->lines = 0;
	put(paper, context);
}
