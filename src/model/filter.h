/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The filter language: which rows are meant, in ss(8)'s words and in some that it has not; ports(1), FILTER, is its manual.
 * One text for the command line, the live table, the configuration file and every command: filter_parse makes a tree of it.
 *
 * A fact may not be known, or not yet, so a judgement has three values, after Kleene: what is not known is neither so nor not
 * so, and only what is TRUTH_TRUE is shown.
 */
#ifndef MODEL_FILTER_H
#define MODEL_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct column_context;
struct filter_node;
struct row;
struct sock;

/* In this order "and" is the least of its parts and "or" the most. */
enum truth {
	TRUTH_FALSE,
	TRUTH_UNKNOWN,
	TRUTH_TRUE,
};

/* What is known of a row when it is judged; what depends on anything else is TRUTH_UNKNOWN. */
enum filter_known {
	KNOWN_CLASS = 1 << 0,  /* protocol and family */
	KNOWN_STATE = 1 << 1,
	KNOWN_ENDS = 1 << 2,   /* addresses, ports and the number of the device */
	KNOWN_READING = 1 << 3, /* all else that the kernel says, which another moment may change, and names */
	KNOWN_OWNERS = 1 << 4, /* nobody looks for owners any more; without it those that were not sought yet will come */
	KNOWN_NAMES = 1 << 5,  /* nobody asks for names of hosts any more; without it what is not found may be one */
	KNOWN_ALL = (1 << 6) - 1,
};

/* What must be looked for, or looked at for a while, beside what the kernel is asked for. */
enum filter_ask {
	ASKS_OWNERS = 1 << 0, /* who holds the sockets, or their flags */
	ASKS_AGE = 1 << 1,    /* since when they were seen */
	ASKS_RATES = 1 << 2,  /* what was counted in two looks */
	ASKS_TEXT = 1 << 3,   /* what columns say, owners among them if they are looked for */
	ASKS_NETNS = 1 << 4,  /* other network namespaces */
};

/* Deeper than this nothing may be nested, and a filter has not more conditions than that. */
enum { FILTER_DEPTH_MAX = 64, FILTER_CONDITIONS_MAX = 256 };

struct filter {
	char *text;                /* owned; as it was written; NULL: nothing was */
	struct filter_node *nodes; /* owned (model/filter_node.h); the last one is the root */
	size_t count;              /* 0: everything matches */
	uint32_t needs;            /* enum sock_need */
	uint32_t asks;             /* enum filter_ask */
	uint32_t protos;           /* 1 << enum sock_proto: those that it names, which may not be asked for without it */
};

#define FILTER_INIT { .text = NULL }

void filter_fini(struct filter *filter);

/*
 * Replaces the filter by what the text says; one of blanks alone lets everything pass.  False, and nothing is changed, when it
 * is not right: one line without a newline is appended to error, with the column, the word at fault and what would be right.
 */
bool filter_parse(struct filter *filter, const char *text, struct buf *error);

/* known: enum filter_known.  The context's names may be NULL unless KNOWN_READING is there. */
enum truth filter_judge(const struct filter *filter, const struct row *row, const struct column_context *context,
			unsigned known);

/* Whether the row is meant, for certain, by all that will ever be known of it. */
bool filter_match(const struct filter *filter, const struct row *row, const struct column_context *context);

/*
 * Whether a row of this socket may be meant, now or at another moment of its life, by so much of KNOWN_CLASS, KNOWN_STATE and
 * KNOWN_ENDS: it need not be asked for where it may not.  filter may be NULL: everything.
 */
bool filter_admits(const struct filter *filter, const struct sock *sock, unsigned known);

/* Whether the text stands in what some column says of the row, by numbers or by names; upper and lower case are the same. */
bool filter_finds(const char *text, const struct row *row, const struct column_context *context);

#endif
