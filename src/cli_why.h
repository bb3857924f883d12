/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "ports why": would this bind work; if not, who is in the way, and what would help.
 */
#ifndef CLI_WHY_H
#define CLI_WHY_H

struct buf;
struct sock;

/*
 * Answers; argv[0] is the word.  The exit status: EXIT_MATCHED it would work, EXIT_NOTHING it would not, EXIT_NOT_PERMITTED it
 * cannot be told; or STATUS_UNREAD.
 */
int cli_why(int argc, char *const argv[]);

/*
 * Appends what it would take to bind beside this socket, to its address and port and without any option, as lines.  Tries
 * nothing.  Any thread may call it.
 */
void cli_why_beside(const struct sock *sock, struct buf *text);

#endif
