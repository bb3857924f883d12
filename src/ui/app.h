/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of the live program: all that views draw and actions change.  Knows no terminal, no kernel and no clock; the
 * loop (loop.c) connects it with them, a test with made-up ones.
 */
#ifndef UI_APP_H
#define UI_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/column.h"
#include "model/detail.h"
#include "model/filter.h"
#include "model/group.h"
#include "model/history.h"
#include "model/history_list.h"
#include "model/lister.h"
#include "model/listing.h"
#include "model/names.h"
#include "model/process.h"
#include "model/query.h"
#include "model/table.h"
#include "ui/follow.h"
#include "ui/hit.h"
#include "ui/keymap.h"
#include "ui/screen.h"
#include "ui/search.h"
#include "ui/theme.h"

struct play_pane;
struct ui_options;

/* What the keys mean at the moment.  None of them stops the data. */
enum mode {
	MODE_TABLE,
	MODE_JUMP,   /* a port is being typed */
	MODE_SEARCH, /* a text that rows are searched for */
	MODE_FILTER, /* a filter */
	MODE_COLUMNS, /* the columns are being chosen */
	MODE_KILL,    /* to be confirmed */
	MODE_DESTROY, /* the same */
	MODE_HELP,
	MODE_PLAY,     /* the keys go to the playground */
	MODE_FORM,     /* to its form for the next socket */
	MODE_SEND,     /* what a socket of it is to send is typed */
	MODE_OPTION,   /* an option to set */
	MODE_SHUTDOWN, /* which half to shut down */
	MODE_SAVE,     /* the name of a file for its steps */
	MODE_LESSONS,  /* a lesson is being chosen */
	MODE_PLAY_ASK, /* an address that others can reach, to be confirmed */
	MODE_PLAY_LEAVE, /* the end of all actors, the same */
	MODE_COUNT,
};

/* What is shown below the table. */
enum pane {
	PANE_NONE,
	PANE_DETAIL,
	PANE_HISTORY,
	PANE_WHY,
	PANE_PLAY,
	PANE_COUNT,
};

/* When snapshots come. */
enum pace {
	PACE_INTERVAL,
	PACE_RECORDING, /* when they came */
	PACE_RECORDING_OVER,
};

/* What an action wants of the loop, once. */
enum wish {
	WISH_QUIT = 1 << 0,
	WISH_SUSPEND = 1 << 1,
	WISH_REDRAW = 1 << 2,  /* everything, whatever the terminal shows */
	WISH_REFRESH = 1 << 3, /* ask the kernel now: what is asked for has changed */
	WISH_SAVE_HISTORY = 1 << 4,
	WISH_KILL = 1 << 5,    /* the processes in app.hit, with its signal */
	WISH_DESTROY = 1 << 6, /* the sockets in app.hit */
	WISH_COPY = 1 << 7,    /* the selected row to the terminal's clipboard */
	WISH_SAVE_VIEW = 1 << 8,
	WISH_THEME = 1 << 9,   /* the terminal is to have the colours of app.theme */
	WISH_WHY = 1 << 10,     /* what it would take to bind beside the selected row */
	WISH_PLAY = 1 << 11,    /* the playground is to go on, and to tell what would come of what */
	WISH_SAVE_PLAY = 1 << 12,
	WISH_PRIVATE = 1 << 13, /* to begin anew in a private network */
};

struct table_view {
	size_t top;             /* the first line (model/group.h) that is on the screen */
	size_t at;              /* the selected one */
	size_t height;          /* lines that fit; set when it is laid out */
	bool held;              /* the user has chosen a row: the selection follows it, not its place */
	struct sock sock;       /* of the selected row; of a headline: of the first row below it */
	bool headline;          /* a headline is selected */
	uint64_t group;         /* its group's key */
	unsigned liked[COLUMN_COUNT]; /* the widest text that each column has had to show */
	unsigned widths[COLUMN_COUNT]; /* what each one got when it was last drawn, 0: left out */
	struct rect place;             /* where, the titles included */
};

/* Text below the table that is scrolled by itself. */
struct pane_view {
	enum pane pane;
	bool focused;       /* the keys that move, move here */
	size_t top;         /* lines above the first one that is shown */
	size_t height;      /* lines that fit; set when it is drawn */
	size_t lines;       /* that the text has; the same, but for the history */
	struct rect place;  /* where it was last drawn, its title line included */
	uint64_t seen;      /* shown_history.total when top was right: what came since is above it; or UINT64_MAX: not drawn yet */
};

struct app {
	struct table table;
	struct names names;
	unsigned names_seen;    /* names_changes, when the listing was last begun */
	struct listing listing;
	struct lister lister;   /* keeps it up */
	struct groups groups;   /* of the listing: what stands on the table's lines */
	struct query query;
	uint32_t widened;       /* 1 << enum sock_proto: those of query.protos that only the filter asks for */
	struct table_view view;
	struct follow follow;
	struct pane_view pane;
	struct history history;
	struct history_list shown_history; /* of it, in the pane; up to date when that is drawn */
	bool tours;             /* sockets of several network namespaces are shown, or of another one than the own */
	bool hears_closings;    /* destroy events are heard: no closing is missed without a word */
	struct sock_detail detail;     /* of the selected row, while the detail pane is open; of cookie 0: not known */
	struct buf why;         /* the answer to what was asked of a row, as lines; or that it is being asked */
	struct play_pane *play; /* owned; NULL: nothing can be made here */
	struct process_list processes; /* the owners of the selected row and their parents, while the detail pane is open */
	enum mode mode;
	struct keymap keymap;
	enum theme theme;
	struct buf entry;       /* what is being typed in one of the modes for it */
	size_t entry_from;      /* where the selection was before */
	struct filter filter;   /* rows that do not match it are not listed */
	struct buf filter_text; /* as it was accepted; while one is typed another may hold */
	struct buf sought;      /* what n and N look for */
	struct search search;   /* that is under way, or was last */
	bool rows_come;         /* the snapshot is under way that a key has asked for, or the first one */
	size_t help_top;        /* MODE_HELP: the first line that is shown */
	enum mode help_back;    /* and the mode before */
	unsigned width, height; /* of the screen when it was last drawn */
	struct buf notice;      /* what could not be seen and what would help; one sentence */
	struct buf message;     /* what the last action did; goes with the next key */
	enum pace pace;
	uint32_t interval_ms;   /* PACE_INTERVAL */
	uint64_t now_ns;        /* by the clock of the table */
	uint64_t real_ns;       /* since 1970 */
	size_t chooser_at;      /* MODE_COLUMNS: the selected entry */
	struct hit hit;         /* MODE_KILL, MODE_DESTROY: what would be hit */
	bool seeks_owners;      /* processes are looked for at all */
	const char *readonly;   /* the option with which nothing but the screen can be changed; NULL: everything can be */
	bool paused;
	bool extended;              /* the usual columns, and those of -e */
	struct column_list columns; /* those that are shown */
	bool waiting;           /* the first snapshot has not come yet */
	unsigned wishes;        /* enum wish */
};

/* The app must stay where it is: the table tells it what happens to rows. */
void app_init(struct app *app, const struct query *query, size_t history_size);
void app_fini(struct app *app);

/* app_init, and what the user has asked for. */
void app_begin(struct app *app, const struct ui_options *options);

/* The kernel has destroyed a socket. */
void app_destroyed(struct app *app, const struct sock *sock);

/* The kernel dropped destroy events. */
void app_lost_events(struct app *app);

/* The table has changed: so does what is listed of it, and the selection is kept where it belongs. */
void app_update(struct app *app);

/* What is listed, or its order, is another: the same for all rows.  Of many, some are listed at once, and the others by app_work. */
void app_relist(struct app *app);

/* The same rows are put together otherwise. */
void app_regroup(struct app *app);

/* There is something left to be done that takes longer than a key may wait for. */
bool app_is_busy(const struct app *app);

/* Does the next of it; true if there is something else to show. */
bool app_work(struct app *app);

/* Whether rows may be left out by what is known of them besides the socket itself. */
bool app_is_filtered(const struct app *app);

/*
 * Names may have come: the filter finds them, in the history, too, and rows are put in order by them.  True if they had, and
 * the listing is begun anew.
 */
bool app_take_names(struct app *app);

/* What is shown of what is known has changed: the same, and for the history, from its latest entry on. */
void app_refilter(struct app *app);

/* The query has changed: drops what it does not ask for, lists anew and asks the kernel. */
void app_requery(struct app *app);

/* The columns, or the one that rows are sorted by, have changed: asks the kernel for what they need. */
void app_recolumn(struct app *app);

/* The column is not shown any more: rows that were sorted by it have the usual order. */
void app_unsort(struct app *app, const struct column *column);

/*
 * Adds the wish for flags to the owners that are looked for: where the column is shown, of rows that have not been asked yet
 * and, again, of those that are on the screen; otherwise of the row that the detail pane is about.
 */
void app_want_flags(const struct app *app, bool again, struct map *wanted);

/* What the last action did, in place of what was said before. */
void app_say(struct app *app, const char *text);

/* One key; what it does is in action.h's table. */
void app_key(struct app *app, uint32_t key);

/* Draws everything for the screen's size. */
void app_draw(struct app *app, struct screen *screen);

/* The row that has this index in the listing, or in its groups (groups_rows). */
const struct row *app_row(const struct app *app, size_t at);

/* That index of a socket; SIZE_MAX: it is not shown. */
size_t app_find(const struct app *app, const struct sock *sock);

/* The row on a line; NULL: it is a headline, or there is no such line. */
const struct row *app_row_on(const struct app *app, size_t line);

/* The selected row, NULL when there is none: nothing is listed, or a headline is selected. */
const struct row *app_selected(const struct app *app);

/* The group whose headline is selected, or NULL. */
const struct group *app_selected_group(const struct app *app);

/* How many rows of the listing are selected, the first one's index in *first: one, or all of a group, or none. */
size_t app_selection(const struct app *app, size_t *first);

/* Smaller than this nothing can be shown that would be of use. */
enum { APP_WIDTH_MIN = 40, APP_HEIGHT_MIN = 6 };

#endif
