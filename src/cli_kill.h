/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "ports kill": ends those who listen on a port.
 */
#ifndef CLI_KILL_H
#define CLI_KILL_H

/*
 * Sends the signal, waits, and says what became of it; argv[0] is the word.  The exit status: EXIT_MATCHED nobody who was meant
 * has the port any more, EXIT_NOTHING nobody had, EXIT_NOT_PERMITTED, EXIT_TIMED_OUT.
 */
int cli_kill(int argc, char *const argv[]);

#endif
