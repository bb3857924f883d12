/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/why_view.h"

#include <string.h>

#include "ui/keymap.h"
#include "ui/paper.h"
#include "ui/theme.h"

/* The first line is the answer, those that are not indented are headlines. */
static void put_line(struct paper *paper, const char *line, bool first)
{
	unsigned indent = (unsigned)strspn(line, " ");

	paper_put(paper, &(struct paragraph){
				 .indent = indent,
				 .face = first ? FACE_NOTICE : indent > 0 ? FACE_TEXT : FACE_TITLE,
				 .text = line + indent,
			 });
}

static void put_all(struct paper *paper, void *context)
{
	const char *text = buf_str(context);
	struct buf line = BUF_INIT;

	for (const char *at = text; *at != '\0';) {
		size_t length = strcspn(at, "\n");

		buf_clear(&line);
		buf_add(&line, at, length);
		put_line(paper, buf_str(&line), at == text);
		at += length + (at[length] == '\n' ? 1 : 0);
	}
	buf_fini(&line);
}

static void add_hint(struct buf *out, const struct app *app)
{
	buf_puts(out, "No row was asked about yet; ");
	keymap_name(out, &app->keymap, "why");
	buf_puts(out, " asks about the selected one.");
}

void why_view_draw(struct app *app, const struct rect *place, struct screen *screen)
{
	struct paper paper = { .screen = screen, .place = *place, .top = &app->pane.top };
	struct buf hint = BUF_INIT;

	if (app->why.length == 0)
		add_hint(&hint, app);
	paper_draw(&paper, put_all, app->why.length > 0 ? &app->why : &hint);
	app->pane.lines = paper.lines;
	buf_fini(&hint);
}
