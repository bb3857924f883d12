/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which form the list is printed: the options that choose it, which of them go together, and what it takes.
 */
#ifndef CLI_FORMAT_H
#define CLI_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli.h"

struct buf;

/* For the table of options (option_entry.apply).  There is one format at most: false for a second one. */
bool format_json(void *settings, const char *argument, struct buf *error);
bool format_ndjson(void *settings, const char *argument, struct buf *error);
bool format_csv(void *settings, const char *argument, struct buf *error);
bool format_template(void *settings, const char *argument, struct buf *error);
bool format_count(void *settings, const char *argument, struct buf *error);
bool format_quiet(void *settings, const char *argument, struct buf *error);

/* Whether the argument asks what it could be; then the task is to print that. */
bool format_is_help(struct settings *settings, const char *argument, enum cli_task task);

/* False, and one line in error that names both, when two options mean nothing together. */
bool format_check(const struct settings *settings, struct buf *error);

/* The columns, as a set, whose content is printed or decides the order. */
uint64_t format_columns(const struct settings *settings);

/* Whether the processes must be looked for. */
bool format_wants_owners(const struct settings *settings);

#endif
