/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file, $XDG_CONFIG_HOME/ports/config or ~/.config/ports/config: long options, one a line, as NAME or
 * NAME=VALUE.  Blank lines and those that begin with # mean nothing.
 */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include <stdbool.h>

struct buf;
struct settings;

/*
 * Applies the file, if there is one.  False and one line in error, "FILE:LINE: ...", when it cannot be read or a line of it
 * is not right.
 */
bool config_apply(struct settings *settings, struct buf *error);

#endif
