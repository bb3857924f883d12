/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The view of the live table as lines of the configuration file: which options it is made of, and what they say now.
 * Knows nothing of files.
 */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include <stdbool.h>
#include <stddef.h>

struct app;
struct buf;

/* Whether the option is one of those that a view is made of; ports, filters and tags are none of its. */
bool view_has(const char *option);

/* Appends the lines that make this view out of the usual one. */
void view_format(struct buf *out, const struct app *app);

/*
 * Appends the content of a configuration file with the lines of a view in it replaced: the new ones stand where the first
 * of them stood, or at the end.  All other bytes stay as they are.
 */
void view_rewrite(struct buf *out, const char *text, size_t length, const char *lines);

#endif
