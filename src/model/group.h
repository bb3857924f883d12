/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of a listing put together by port, process, state, unit, container or network namespace: which groups there are, what
 * they sum up to, and which lines that makes of headlines and rows.  Groups that are folded have a headline only.
 *
 * A row is in one group: a socket that several processes hold is in that of the first one.  Knows nothing of the screen.
 */
#ifndef MODEL_GROUP_H
#define MODEL_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"

struct buf;
struct listing;
struct names;
struct row;
struct table;

enum group_by {
	GROUP_BY_NONE,
	GROUP_BY_PORT, /* the local one */
	GROUP_BY_PROCESS,
	GROUP_BY_STATE,
	GROUP_BY_UNIT,
	GROUP_BY_CONTAINER,
	GROUP_BY_NETNS, /* the network namespace */
	GROUP_BY_COUNT,
};

struct group {
	uint64_t key;          /* names the group, in every listing */
	size_t first, count;   /* its rows, as groups_rows has them */
	size_t line;           /* of its headline */
	size_t alive;          /* rows that are not ROW_GONE; they count in one of the four: */
	size_t listening, established, time_wait, unconnected, other;
	size_t fresh, gone, tagged;
	uint64_t recv_bytes, send_bytes; /* of the queues that hold bytes, which a listener's do not */
	bool has_bytes;        /* there are such queues, and they are known */
	bool folded;
};

struct groups {
	enum group_by by;      /* the caller's to set before they are made */
	struct group *all;     /* owned; as their first rows stand in the listing */
	size_t count, capacity;
	uint32_t *rows;        /* owned; the listing's, in the order of the groups; means nothing without groups */
	size_t rows_capacity;
	size_t lines;          /* headlines and the rows that are not folded away */
	struct map index;      /* key -> index in all */
	struct map exceptions; /* keys of groups that are not as fold_all says */
	bool fold_all;         /* groups, those that are still to come too, are folded */
};

/* What stands on a line. */
struct line {
	const struct group *group; /* NULL: rows are not put together */
	size_t at;                 /* the row's index in groups_rows; of a headline: that of its group's first row */
	bool headline;
};

void groups_fini(struct groups *groups);

/* Makes them anew: the groups stand as their first rows are sorted, and the rows of each as they are. */
void groups_make(struct groups *groups, const struct listing *listing, const struct table *table);

/* The rows of the listing that they were made of, indices into table.rows, in the order in which they are shown. */
const uint32_t *groups_rows(const struct groups *groups, const struct listing *listing);

/* The line must be one of groups.lines. */
struct line groups_line(const struct groups *groups, size_t line);

/* The line of a row, or of the headline that it is folded under. */
size_t groups_line_of(const struct groups *groups, size_t at);

/* The group that has the row; NULL: rows are not put together. */
const struct group *groups_of(const struct groups *groups, size_t at);

/* The group of that key, or NULL. */
const struct group *groups_find(const struct groups *groups, uint64_t key);

/* Folds or unfolds one group, or all of them; remembered by key for those that come and go. */
void groups_fold(struct groups *groups, uint64_t key, bool folded);
void groups_fold_all(struct groups *groups, bool folded);

/* Appends the headline: what the group has in common, and its totals.  row: its first one. */
void groups_format(struct buf *out, const struct groups *groups, const struct group *group, const struct row *row,
		   const struct names *names);

/* "none", "port", "process", "state", "unit", "container", "netns". */
const char *group_by_name(enum group_by by);

/* What must be asked for to put them together so (enum sock_need). */
uint32_t group_by_needs(enum group_by by);

/* By name.  False and one line without a newline in error when there is none: it names the word and the nearest. */
bool group_by_parse(enum group_by *by, const char *word, struct buf *error);

#endif
