/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "ports wait": until somebody listens on a port, nobody has it any more, or it can be bound; without connecting to it.
 */
#ifndef CLI_WAIT_H
#define CLI_WAIT_H

/* Waits; argv[0] is the word.  The exit status: EXIT_MATCHED it is so, EXIT_TIMED_OUT it was not in time. */
int cli_wait(int argc, char *const argv[]);

#endif
