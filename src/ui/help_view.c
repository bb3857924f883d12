/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/help_view.h"

#include <string.h>

#include "ui/action.h"
#include "ui/input.h"
#include "ui/theme.h"

enum { KEYS_WIDTH = 15, TEXT_X = 2 + KEYS_WIDTH + 1 };

/* A line of the help. */
struct line {
	enum face face;     /* of the left part */
	const char *left;   /* NULL: a headline, which stands in right */
	const char *right;
};

/* Lines are counted as they come, and only those in the window are drawn. */
struct help {
	struct app *app;
	const struct rect *place;
	struct screen *screen;
	unsigned width;
	size_t lines;
};

static void put_line(struct help *help, const struct line *line)
{
	size_t at = help->lines++;

	if (at < help->app->help_top || at - help->app->help_top >= help->place->height)
		return;
	unsigned x = help->place->x, y = help->place->y + (unsigned)(at - help->app->help_top);
	unsigned width = help->place->width;
	if (line->left == NULL) {
		screen_put(help->screen, x, y, width, FACE_TITLE, line->right);
		return;
	}
	screen_put(help->screen, x + 2, y, KEYS_WIDTH, line->face, line->left);
	screen_put(help->screen, x + TEXT_X, y, width > TEXT_X ? width - TEXT_X : 0, FACE_TEXT, line->right);
}

/* How much of the text fits on a line of that many columns without breaking a word; ASCII, as the tables are. */
static size_t break_at(const char *text, size_t width)
{
	size_t length = strlen(text);

	if (length <= width || width == 0)
		return length;
	for (size_t i = width; i > 0; i--) {
		if (text[i] == ' ')
			return i;
	}
	return width;
}

/* What does not fit beside the left part goes on in lines below. */
static void put(struct help *help, const struct line *line)
{
	size_t width = help->width > TEXT_X ? help->width - TEXT_X : 0;
	struct buf part = BUF_INIT;
	const char *left = line->left, *rest = line->right;

	do {
		size_t length = break_at(rest, width);

		buf_clear(&part);
		buf_add(&part, rest, length);
		put_line(help, &(struct line){ line->face, left, buf_str(&part) });
		left = left != NULL ? "" : NULL;
		rest += length;
		rest += strspn(rest, " ");
	} while (*rest != '\0');
	buf_fini(&part);
}

static void put_headline(struct help *help, const char *text)
{
	if (help->lines > 0)
		put(help, &(struct line){ .right = "" });
	put(help, &(struct line){ .right = text });
}

void help_keys(struct buf *out, const struct action *action)
{
	for (size_t i = 0; i < ACTION_KEYS_MAX && action->keys[i] != INPUT_NONE; i++) {
		if (i > 0)
			buf_putc(out, ' ');
		input_format(out, action->keys[i]);
	}
}

static void put_actions(struct help *help, enum mode mode)
{
	struct buf keys = BUF_INIT;

	for (const struct action *action = actions; action->name != NULL; action++) {
		if (action->mode != mode)
			continue;
		buf_clear(&keys);
		help_keys(&keys, action);
		put(help, &(struct line){ FACE_KEY, buf_str(&keys), action->help });
	}
	buf_fini(&keys);
}

static void put_marks(struct help *help)
{
	static const struct line marks[] = {
		{ FACE_NEW, "+", "the socket is new" },
		{ FACE_CHANGED, "~", "its state or an address has changed" },
		{ FACE_GONE, "-", "it is gone; this is how it was last seen" },
		{ FACE_LISTEN, "LISTEN", "a server waits here for connections" },
		{ FACE_TIME_WAIT, "TIME_WAIT", "closed by this side first; kept for 60 s, the timer says what is left" },
		{ FACE_HEADER, "+2", "at the end of the titles: so many columns more than the screen has room for" },
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		put(help, &marks[i]);
}

static void put_all(struct help *help)
{
	help->lines = 0;
	put_headline(help, "Keys");
	put_actions(help, MODE_TABLE);
	put_headline(help, "While a port is typed");
	put_actions(help, MODE_JUMP);
	put_headline(help, "While a search is typed");
	put_actions(help, MODE_SEARCH);
	put_headline(help, "While a filter is typed");
	put_actions(help, MODE_FILTER);
	put_headline(help, "In this help");
	put_actions(help, MODE_HELP);
	put_headline(help, "Marks");
	put_marks(help);
	put_headline(help, "Columns");
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		put(help, &(struct line){ FACE_KEY, columns[i].title, columns[i].help });
}

void help_view_draw(struct app *app, const struct rect *place, struct screen *screen)
{
	const struct rect nowhere = { .height = 0 };
	struct help help = { .app = app, .place = &nowhere, .screen = screen, .width = place->width };

	put_all(&help); /* counts the lines */
	size_t last_top = help.lines > place->height ? help.lines - place->height : 0;
	if (app->help_top > last_top)
		app->help_top = last_top;
	help.place = place;
	put_all(&help);
}
