/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/form_view.h"

#include <string.h>

#include "base/text.h"
#include "ui/paper.h"
#include "ui/theme.h"

/* Blanks between two fields. */
enum { GAP = 2 };

/* Where a field stands, in lines and columns of the form. */
struct spot {
	unsigned line, x, width;
};

static void put_field(const struct play_pane *pane, unsigned field, struct buf *out)
{
	const struct form *form = &pane->form;

	if (form_is_typed(field) || field < FIELD_OPTIONS) {
		buf_printf(out, "%s ", form_label(field));
		form_value(form, field, pane->ground, out);
		if (form->text[field][0] == '\0' && form_is_typed(field))
			buf_putc(out, '-');
	} else {
		buf_printf(out, "[%c] %s", form_is_checked(form, field) ? 'x' : ' ', form_label(field));
	}
}

static unsigned field_width(const struct play_pane *pane, unsigned field)
{
	struct buf text = BUF_INIT;

	put_field(pane, field, &text);
	unsigned width = (unsigned)text_width(buf_str(&text));
	buf_fini(&text);
	return width;
}

/* Address and port stay together; options begin on a line of their own, so that what is typed before does not move them. */
static unsigned lay_out(const struct play_pane *pane, unsigned width, struct spot spots[FIELD_COUNT])
{
	unsigned line = 0, x = 0;

	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		unsigned needed = field_width(pane, field);
		unsigned together = needed + (field == FIELD_ADDRESS ? GAP + field_width(pane, FIELD_PORT) : 0);

		if (x > 0 && (x + together > width || field == FIELD_OPTIONS)) {
			line++;
			x = 0;
		}
		spots[field] = (struct spot){ line, x, needed < width ? needed : width };
		x += needed + GAP;
	}
	return line + 1;
}

unsigned form_view_lines(const struct play_pane *pane, unsigned width, bool has_options)
{
	struct spot spots[FIELD_COUNT];
	unsigned lines = lay_out(pane, width, spots);

	return has_options ? lines : spots[FIELD_OPTIONS].line;
}

static unsigned field_face(const struct form *form, unsigned field, bool has_keys)
{
	unsigned face = form->faults[field].length > 0	? FACE_ALERT :
			form_is_checked(form, field)	? FACE_TITLE :
			has_keys || field < FIELD_OPTIONS ? FACE_TEXT :
							  FACE_DIM;

	return has_keys && field == form->at ? face | FACE_SELECTED : face;
}

void form_view_draw(const struct play_pane *pane, const struct rect *place, bool has_keys, struct screen *screen)
{
	struct spot spots[FIELD_COUNT];
	unsigned lines = lay_out(pane, place->width, spots), top = 0;
	struct buf text = BUF_INIT;

	if (has_keys && lines > place->height && place->height > 0 && spots[pane->form.at].line >= place->height)
		top = spots[pane->form.at].line - place->height + 1;
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		const struct spot *spot = &spots[field];

		if (spot->line < top || spot->line - top >= place->height)
			continue;
		buf_clear(&text);
		put_field(pane, field, &text);
		screen_put(screen, place->x + spot->x, place->y + spot->line - top, spot->width,
			   field_face(&pane->form, field, has_keys), buf_str(&text));
	}
	buf_fini(&text);
}

static void put_wrong(struct paper *paper, void *context)
{
	paper_put(paper, &(struct paragraph){ .face = FACE_ALERT, .text = context });
}

static void put_told(struct paper *paper, void *context)
{
	struct buf line = BUF_INIT;

	for (const char *at = context; *at != '\0';) {
		size_t length = strcspn(at, "\n");

		buf_clear(&line);
		buf_add(&line, at, length);
		bool fails = strstr(buf_str(&line), " will fail: ") != NULL || strstr(buf_str(&line), " may fail") != NULL;
		paper_put(paper, &(struct paragraph){ .face = fails ? FACE_ALERT : FACE_TEXT, .text = buf_str(&line) });
		at += length + (at[length] == '\n' ? 1 : 0);
	}
	buf_fini(&line);
}

static void draw_text(const char *text, void (*put)(struct paper *paper, void *context), const struct rect *place,
		      struct screen *screen)
{
	struct buf copy = BUF_INIT;
	size_t top = 0;
	struct paper paper = { .screen = screen, .place = *place, .top = &top };

	buf_puts(&copy, text);
	if (copy.length > 0 && place->height > 0)
		paper_draw(&paper, put, copy.data);
	if (paper.lines > place->height && place->height > 0)
		screen_put(screen, place->x + place->width - 1, place->y + place->height - 1, 1, FACE_NOTICE, "…");
	buf_fini(&copy);
}

void form_view_draw_told(const char *text, const struct rect *place, struct screen *screen)
{
	draw_text(text, put_told, place, screen);
}

void form_view_draw_verdict(const struct play_pane *pane, const struct rect *place, struct screen *screen)
{
	const struct form *form = &pane->form;
	struct buf text = BUF_INIT;
	bool is_wrong = form_complain(form, &text);

	if (is_wrong)
		buf_putc(&text, '.');
	else if (pane->ground->look.error < 0)
		buf_printf(&text, "Nothing is foreseen: the kernel does not tell its sockets (%s).",
			   strerror(-pane->ground->look.error));
	else
		buf_puts(&text, buf_str(&form->told));
	draw_text(buf_str(&text), is_wrong ? put_wrong : put_told, place, screen);
	buf_fini(&text);
}
