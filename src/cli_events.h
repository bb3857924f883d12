/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "ports events": what happens to sockets from now on, a line each.
 */
#ifndef CLI_EVENTS_H
#define CLI_EVENTS_H

/* Prints; argv[0] is the word.  The exit status: EXIT_MATCHED something happened, EXIT_NOTHING nothing did; or STATUS_UNREAD. */
int cli_events(int argc, char *const argv[]);

#endif
