/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list, in words or as JSON: printed once, or again and again.
 */
#ifndef CLI_LIST_H
#define CLI_LIST_H

struct settings;
struct source;

/* Prints it to standard output, and what is missing from it to standard error; the exit status, or STATUS_UNREAD. */
int cli_list(const struct settings *settings, struct source *source);

#endif
