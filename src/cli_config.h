/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file, $XDG_CONFIG_HOME/ports/config or ~/.config/ports/config: long options, one a line, as NAME or
 * NAME=VALUE.  Blank lines and those that begin with # mean nothing.
 */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include <stdbool.h>
#include <stdio.h>

struct buf;
struct settings;

/* Appends where it is; nothing when not even a home directory is known. */
void config_path(struct buf *path);

/*
 * Cuts a line into the name of the option and its value, without the blanks around them; value is NULL where there is no =.
 * False for a line that means nothing.
 */
bool config_split(char *line, char **name, char **value);

/*
 * Applies the file, if there is one.  False and one line in error, "FILE:LINE: ...", when it cannot be read or a line of it
 * is not right.
 */
bool config_apply(struct settings *settings, struct buf *error);

/* The same with a file that is open, whose path is for what is said. */
bool config_apply_file(struct settings *settings, FILE *file, const char *path, struct buf *error);

#endif
