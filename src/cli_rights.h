/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which capabilities a command line takes: as the table says of its view (kernel/privileges.h), and what its options change.
 */
#ifndef CLI_RIGHTS_H
#define CLI_RIGHTS_H

#include <stdbool.h>

struct query;
struct settings;

/*
 * Gives up for good what the command does not take, and is to be called before it looks at anything.  query: NULL for one
 * without filters.  False when that is not possible, and then it was said why.
 */
bool cli_keep_rights(const char *command, const struct query *query, bool no_owners);

/* The same for the program without a command; live: what it shows is the live table. */
bool cli_keep_view_rights(const struct settings *settings, bool live);

#endif
