/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a command ends: its exit status, and the reason on standard error where it failed.
 */
#ifndef CLI_END_H
#define CLI_END_H

struct buf;
struct sink;

/* In place of an exit status: whoever was reading has gone away, and has seen enough. */
enum { STATUS_UNREAD = -1 };

/* The same: the program is to begin anew in a private network. */
enum { STATUS_AGAIN = -2 };

/* Prints what is wrong with the command line; the exit status. */
int cli_usage(const struct buf *error);

/* Prints a text to standard output, such as that of --help; the exit status. */
int cli_print(void (*help)(struct buf *out));

/* Ends an output: the exit status, which is the given one unless something could not be written. */
int cli_finish(struct sink *sink, int status);

/* Says why there is nothing to show, by the -errno with which the kernel could not be asked; the exit status. */
int cli_fail(int error);

#endif
