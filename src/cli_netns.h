/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network namespaces that a command line asks for, looked at before anything else is begun.
 */
#ifndef CLI_NETNS_H
#define CLI_NETNS_H

struct query;

/* EXIT_MATCHED, or another exit status, and one line on stderr that names the one that is not there or may not be entered. */
int cli_check_netns(const struct query *query);

#endif
