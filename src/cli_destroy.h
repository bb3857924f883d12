/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "ports destroy": has the kernel destroy sockets.
 */
#ifndef CLI_DESTROY_H
#define CLI_DESTROY_H

/* Destroys, and says how many; argv[0] is the word.  The exit status: EXIT_MATCHED all were, EXIT_NOTHING there were none. */
int cli_destroy(int argc, char *const argv[]);

#endif
