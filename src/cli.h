/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line: one table of options, from which parsing, --help and the manual are made.
 */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli_filter.h"
#include "model/column.h"
#include "model/filter.h"
#include "model/group.h"
#include "model/netns.h"
#include "model/query.h"
#include "options.h"
#include "out/template.h"
#include "ui/keymap.h"
#include "ui/theme.h"

struct buf;

enum cli_task {
	TASK_SHOW,
	TASK_COLUMNS, /* --columns help */
	TASK_MEMBERS, /* --format help */
	TASK_HELP,
	TASK_VERSION,
};

enum cli_format {
	FORMAT_TABLE, /* live in a terminal, the list elsewhere */
	FORMAT_JSON,
	FORMAT_NDJSON,
	FORMAT_CSV,
	FORMAT_TEMPLATE,
	FORMAT_COUNT,
	FORMAT_QUIET,
};

struct settings {
	enum cli_task task;
	enum cli_format format;
	struct template template; /* of FORMAT_TEMPLATE; owned */
	bool summary;         /* how many there are, by protocol and state, in place of the sockets */
	bool zero;            /* -0: null for a template, and otherwise packet sockets */
	bool null;            /* a NUL byte ends each line of the list or of the template */
	struct query query;
	struct filter filter; /* owned; of the words and --filter; the query's, unless nothing is in it */
	struct netns_wish netns; /* owned; the query's, if there is any */
	struct filter_words words; /* those that are no options, while they are read */
	bool once;            /* the list even in a terminal */
	bool no_header;
	bool wide;            /* the list is not fitted to the terminal */
	bool extended;        /* the columns of -e */
	struct column_list columns;
	bool columns_asked;   /* all of them were named by the command line, not by the file */
	const struct column *sort; /* NULL: the usual order */
	bool inverted;
	unsigned pane;        /* enum pane */
	enum theme theme;
	struct keymap keymap;
	bool save_view;       /* when the live table is ended */
	bool save_view_asked; /* by the command line, not by the file */
	bool no_config;
	enum group_by group_by; /* of the live table */
	bool no_color;
	bool no_mouse;
	bool readonly;        /* the live program changes nothing but the screen */
	bool no_owners;       /* /proc is not looked into */
	bool resolve;         /* hosts and services are shown by their names */
	uint32_t interval_ms; /* 0: not given */
	bool repeats;         /* the list, too: it was given on the command line */
	uint64_t linger_ns;   /* of rows that are new, changed or gone */
	size_t history_size;  /* entries */
	char *record, *replay; /* owned; files, NULL: none */
	bool synthetic;        /* sockets that are made up, so many */
	uint32_t made_up, churn;
	unsigned width, height; /* of a screen without a terminal; 0: there is one */
	bool playground;       /* the live table begins with it */
	bool private_network;  /* which is in one of its own */
	char *scenario;        /* owned; a file that it begins with, NULL: none */
	char *script;          /* owned; a file, NULL: none */
	bool has_clock;        /* clock_ns: the time of day to begin with, since 1970 */
	uint64_t clock_ns;
	uint32_t protos, families; /* those that were named, before all that were not are put out of the query */
};

/* Exit statuses (DESIGN: the contract with scripts). */
enum exit_status {
	EXIT_MATCHED = 0,
	EXIT_NOTHING = 1,
	EXIT_USAGE = 2,
	EXIT_NOT_PERMITTED = 3,
	EXIT_SYSTEM = 4,
	EXIT_TIMED_OUT = 124, /* as timeout(1) */
};

/* Ends with an entry without a name; in cli_options.c. */
extern const struct option_entry cli_options[];

/* The names of the options, for text_nearest. */
const char *cli_option_name(size_t i);

/*
 * Reads the configuration file, unless the words say --no-config, and then the words after the program's name.  False and
 * one line in error, without "ports: " and the newline, when they are not good: it names the word at fault and what would
 * be right.
 */
bool cli_parse(struct settings *settings, int argc, char *const argv[], struct buf *error);

/* Frees what settings own. */
void cli_fini(struct settings *settings);

/* Appends the text of --help, made from the tables of options and commands. */
void cli_help(struct buf *out);

#endif
