/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/help_view.h"

#include "ui/action.h"
#include "ui/keymap.h"
#include "ui/paper.h"
#include "ui/theme.h"

enum { INDENT = 2, KEYS_WIDTH = 15 };

static void put_headline(struct paper *paper, const char *text)
{
	if (paper->lines > 0)
		paper_put(paper, &(struct paragraph){ .text = "" });
	paper_put(paper, &(struct paragraph){ .face = FACE_TITLE, .text = text });
}

static void put_entry(struct paper *paper, enum face face, const char *left, const char *text)
{
	paper_put(paper, &(struct paragraph){
				 .indent = INDENT,
				 .label_width = KEYS_WIDTH,
				 .label_face = face,
				 .label = left,
				 .face = FACE_TEXT,
				 .text = text,
			 });
}

static void put_actions(struct paper *paper, const struct keymap *keymap, enum mode mode)
{
	struct buf keys = BUF_INIT;

	for (const struct action *action = actions; action->name != NULL; action++) {
		if (action->mode != mode)
			continue;
		buf_clear(&keys);
		keymap_format(&keys, keymap, action);
		put_entry(paper, FACE_KEY, buf_str(&keys), action->help);
	}
	buf_fini(&keys);
}

static void put_marks(struct paper *paper)
{
	put_entry(paper, FACE_NEW, "+", "the socket is new");
	put_entry(paper, FACE_CHANGED, "~", "its state or an address has changed");
	put_entry(paper, FACE_GONE, "-", "it is gone; this is how it was last seen");
	put_entry(paper, FACE_ALERT, "!", "the listener's queue is full, or was; connections are dropped then");
	put_entry(paper, FACE_CHANGED, "*", "tagged");
	put_entry(paper, FACE_TEXT, "@", "followed");
	put_entry(paper, FACE_TEXT, "#", "one of the playground's");
	put_entry(paper, FACE_TITLE, "▾ ▸", "a group, unfolded and folded; its Recv-Q and Send-Q are sums of bytes, without listeners");
	put_entry(paper, FACE_LISTEN, "LISTEN", "a server waits here for connections");
	put_entry(paper, FACE_ALERT, "129", "in Recv-Q: how many wait in such a queue");
	put_entry(paper, FACE_TIME_WAIT, "TIME_WAIT", "closed by this side first; kept for 60 s, the timer says what is left");
	put_entry(paper, FACE_HEADER, "^ v", "before a title: the rows are sorted by this column, the least or the most first");
	put_entry(paper, FACE_HEADER, "+2", "at the end of the titles: so many columns more than the screen has room for");
}

static void put_mouse(struct paper *paper)
{
	put_entry(paper, FACE_KEY, "wheel", "scroll the table, the pane or this help");
	put_entry(paper, FACE_KEY, "click", "select the row; on a title: sort by it, once more: the other way round; on the mark of a "
					    "headline: fold or unfold; in the bar of keys: that key");
	put_entry(paper, FACE_KEY, "click the pane", "the keys that move go there; on its titles: the next pane");
}

static void put_all(struct paper *paper, void *context)
{
	const struct app *app = context;
	static const struct {
		enum mode mode;
		const char *title;
	} modes[] = {
		{ MODE_TABLE, "Keys" },
		{ MODE_JUMP, "While a port is typed" },
		{ MODE_SEARCH, "While a search is typed" },
		{ MODE_FILTER, "While a filter is typed" },
		{ MODE_COLUMNS, "While the columns are chosen" },
		{ MODE_KILL, "When it asks whom to kill" },
		{ MODE_DESTROY, "When it asks what to destroy" },
		{ MODE_PLAY, "In the playground" },
		{ MODE_FORM, "In its form" },
		{ MODE_SEND, "While what is to be sent is typed" },
		{ MODE_OPTION, "While an option is typed" },
		{ MODE_SHUTDOWN, "While what is to be shut down is typed" },
		{ MODE_SAVE, "While the name of a file is typed" },
		{ MODE_LESSONS, "While a lesson is chosen" },
		{ MODE_PLAY_ASK, "When it asks about an address" },
		{ MODE_PLAY_LEAVE, "When it asks whether to end the actors" },
		{ MODE_HELP, "In this help" },
	};

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		put_headline(paper, modes[i].title);
		put_actions(paper, &app->keymap, modes[i].mode);
	}
	put_headline(paper, "Mouse");
	put_mouse(paper);
	put_headline(paper, "Marks");
	put_marks(paper);
	put_headline(paper, "Columns");
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		put_entry(paper, FACE_KEY, columns[i].title, columns[i].help);
}

void help_view_draw(struct app *app, const struct rect *place, struct screen *screen)
{
	struct paper paper = { .screen = screen, .place = *place, .top = &app->help_top };

	paper_draw(&paper, put_all, app);
}
