/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The columns: one table from which the screen, the list, sorting and the manual are made.
 * A column turns a row into text; it knows nothing of where the text goes.
 */
#ifndef MODEL_COLUMN_H
#define MODEL_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/column_text.h"
#include "model/compare.h"

struct buf;
struct names;
struct row;
struct table;

enum column_id {
	COLUMN_PROTO,
	COLUMN_RECV_QUEUE,
	COLUMN_SEND_QUEUE,
	COLUMN_LOCAL,
	COLUMN_FOREIGN,
	COLUMN_STATE,
	COLUMN_TIMER,
	COLUMN_FLAGS,
	COLUMN_USER,
	COLUMN_INODE,
	COLUMN_COOKIE,
	COLUMN_AGE,
	COLUMN_DEVICE,
	COLUMN_FILE,
	COLUMN_BACKLOG,
	COLUMN_RTT,
	COLUMN_WINDOW,
	COLUMN_RETRANS,
	COLUMN_BYTES_IN,
	COLUMN_BYTES_OUT,
	COLUMN_IN_RATE,
	COLUMN_OUT_RATE,
	COLUMN_CONGESTION,
	COLUMN_MEMORY,
	COLUMN_DROPS,
	COLUMN_TOKEN,
	COLUMN_NETNS,
	COLUMN_UNIT,
	COLUMN_CONTAINER,
	COLUMN_CGROUP,
	COLUMN_EXPOSURE,
	COLUMN_COMMAND,
	COLUMN_OWNERS,
	COLUMN_COUNT,
};

/* What a text depends on beside the row. */
struct column_context {
	const struct names *names;
	const struct table *table; /* of the row, for the names of peers; NULL: they are not told */
	uint64_t now_ns; /* timers are shown as they stand then, by the clock of row.seen_ns */
	bool brief;      /* for a narrow place: the first owner and how many more, not all of them */
	bool numeric;    /* hosts and services are numbers, whatever names says */
	uint64_t shown;  /* COLUMN_BIT()s of the columns that were asked for; JSON tells what they say */
	const char *time; /* of the look, as clock_format writes it; NULL: not known */
	uint32_t protos; /* 1 << enum sock_proto: which may come; formats with the same members for all leave out the others' */
	bool timed;      /* formats of a socket a line tell it of each */
};

struct column {
	const char *id;      /* as users write it */
	const char *title;   /* as the screen shows it; the list has dashes where it has blanks */
	const char *help;    /* one sentence without a full stop */
	uint8_t least_width; /* optional columns are left out rather than this one made narrower than that */
	uint8_t tight_width; /* it is left out rather than made narrower than this; 0: than least_width */
	uint8_t keep;        /* the lower, the earlier it is left out; below COLUMN_ESSENTIAL: an optional one */
	bool right;          /* aligned */
	bool keeps_end;      /* when it is cut, then in the middle: the port, how many more owners, is worth more */
	bool keeps_port;     /* and what follows the last colon stays whole as long as it fits */
	bool live;           /* usual in the live table; in the list with -e only, so that others' places stay the same */
	bool extended;       /* shown with -e only */
	bool named;          /* shown only when it is named */
	uint32_t needs;      /* enum sock_need: asked for only while it is shown */
	compare_fn *compare;
	column_text_fn *text;
};

/* By enum column_id, which is also their order from left to right. */
extern const struct column columns[COLUMN_COUNT];

#define COLUMN_ESSENTIAL 5

/* What a text says where nothing is known, or there is nothing. */
#define COLUMN_UNKNOWN "-"

/* The columns of a view, from left to right. */
struct column_list {
	const struct column *all[COLUMN_COUNT];
	size_t count;
	bool named; /* the user named all of them */
};

/* In place of a column's id: the order that a table has by itself. */
#define SORT_USUAL "usual"

/* By its id; NULL, and one line in error that names the nearest, when there is none. */
const struct column *column_named(const char *id, struct buf *error);

/* Appends a line for each: its id, its title, and what it shows. */
void columns_describe(struct buf *out);

/* Which columns a view has when none are named. */
enum column_view {
	VIEW_LIST,
	VIEW_LIVE,
	VIEW_EXTENDED, /* either, with -e */
};

void column_list_usual(struct column_list *list, enum column_view view);

/* Adds what the list has not, and the live table has, unless the user named all columns. */
void column_list_enliven(struct column_list *list);

/*
 * Replaces the list by what the text names: ids separated by commas, each once; "+id,id" adds to the list.  False, nothing
 * changed, and one line without a newline in error when one is none: it names the word and the nearest that is right.
 */
bool column_list_parse(struct column_list *list, const char *text, struct buf *error);

bool column_list_has(const struct column_list *list, const struct column *column);
void column_list_remove(struct column_list *list, const struct column *column);

/* Adds those of -e in their usual places, or takes them away; whatever else is there stays, and one column does in any case. */
void column_list_extend(struct column_list *list, bool extended);

/* Adds the column, unless it is there, before the last one, which stands at the end because it is long. */
void column_list_add(struct column_list *list, const struct column *column);

/* A set of columns, one bit each. */
#define COLUMN_BIT(id) (UINT64_C(1) << (id))

uint64_t column_list_set(const struct column_list *list);

/* What must be asked for to show those of the set, or of the list. */
uint32_t column_set_needs(uint64_t set);
uint32_t column_list_needs(const struct column_list *list);

/* Fills shown with the usual columns for a view; returns how many. */
size_t columns_select(enum column_view view, const struct column *shown[COLUMN_COUNT]);

/* Appends as much of a column's text as fits in width columns of the screen, with "…" where something is left out. */
void column_cut(struct buf *out, const struct column *column, const char *text, size_t width);

/*
 * Shares total columns of a screen among count columns with one blank between neighbours.  widths comes in as what each
 * would like to have (its widest text or title) and goes out as what it gets, 0 for those left out.  Those that are wider
 * than their least width give way, the widest first; if that is not enough, optional columns are left out, then those that
 * are left become tight, and at last they are left out too.
 */
void columns_fit(const struct column *const *shown, size_t count, unsigned total, unsigned *widths);

#endif
