/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals as something to read, not something that interrupts.
 */
#ifndef UI_SIGNALS_H
#define UI_SIGNALS_H

/*
 * Blocks the signals that a terminal and a shell send (SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH), in this thread
 * and those that it creates, and returns a descriptor that becomes readable with them, or -errno.
 */
int signals_open(void);

/* The next signal that has come, 0 when there is none now. */
int signals_next(int signals);

/*
 * Stops the program as SIGTSTP does, and returns when it is continued: at once where there is no shell that could do so
 * (the kernel drops SIGTSTP for orphaned process groups, which it would not do with SIGSTOP).
 */
void signals_stop(void);

/* Closes the descriptor (-1: there is none) and lets the signals through again. */
void signals_close(int signals);

#endif
