/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The live program, as main() sees it.
 */
#ifndef UI_UI_H
#define UI_UI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/group.h"
#include "ui/theme.h"

struct app;
struct buf;
struct clock;
struct column;
struct column_list;
struct history;
struct keymap;
struct names;
struct query;
struct sock;
struct source;

/* The interval between two refreshes, unless one is asked for. */
#define UI_INTERVAL_MS 1000u

struct ui_options {
	struct source *source; /* of sockets */
	struct clock *clock;   /* that it lives by, too */
	const struct query *query;
	uint32_t interval_ms;
	uint64_t linger_ns;    /* how long rows that are new, changed or gone are marked */
	size_t history_size;   /* entries that are kept */
	/* Appends, as lines, what it would take to bind beside the socket.  Is called in a thread of its own. */
	void (*why)(const struct sock *sock, struct buf *text);
	/* Writes the history to a file: 0 or -errno. */
	int (*save_history)(const struct history *history, const struct names *names, const char *path);
	/* Saves the view, and says where, or why not and then returns false, in one sentence without a full stop. */
	bool (*save_view)(const struct app *app, struct buf *message);
	bool saves_at_end;     /* when the user quits */
	const struct column_list *columns; /* to begin with */
	bool extended; /* they are those of -e */
	const struct column *sort; /* NULL: the usual order */
	bool inverted;
	unsigned pane; /* enum pane */
	const struct keymap *keymap;
	enum theme theme;
	enum group_by group_by;
	/* The playground: it is opened at once, it is in a private network, it can ask for one (UI_PRIVATE). */
	bool play, is_private, can_be_private;
	const char *play_name, *play_text; /* a scenario to begin with, that was parsed before; NULL: none */
	size_t play_length;
	bool play_all;                     /* and all its steps are made at once; else it is gone through */
	/* Writes a new file: 0 or -errno, -EEXIST where there is one of that name. */
	int (*save_text)(const char *path, const char *text, size_t length);
	bool owners;   /* look for the processes */
	bool resolve;  /* show names of hosts and services to begin with */
	const char *readonly; /* the option with which nothing but the screen can be changed; NULL: all can be */
	bool color;
	bool mouse;
	bool utf8;     /* the terminal takes UTF-8 */
};

/* What ui_run returns for a terminal that it cannot draw on, and when the view could not be saved; no errno. */
#define UI_NO_TERMINAL (-10000)
#define UI_NOT_SAVED (-10001)

/* The user wants to begin anew in a private network. */
#define UI_PRIVATE (-10002)

/*
 * Runs until the user ends it: 0.  A positive number is the signal that ended it, with which the caller is to end; a
 * negative one the -errno for which there never was anything to show, or one of the above with the reason in why.
 */
int ui_run(const struct ui_options *options, struct buf *why);

#endif
