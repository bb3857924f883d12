/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ends of the road: out of memory and broken invariants.
 *
 * Before anything is printed the terminal is put back (see die_restore_set), so that the message is readable and the
 * shell usable.  Knows nothing of the program but that buffer.
 */
#ifndef BASE_DIE_H
#define BASE_DIE_H

#include <stddef.h>

/* Prints "ports: MESSAGE" on stderr, after the terminal was restored, and aborts. */
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* malloc family that never returns NULL.  xrealloc_array checks count * size for overflow; count must not be 0. */
void *xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc_array(void *array, size_t count, size_t size) __attribute__((returns_nonnull));
char *xstrdup(const char *text) __attribute__((malloc, returns_nonnull));

/*
 * Bytes that bring the terminal back (leave the alternate screen, show the cursor, ...) and its settings, both written
 * by die() and by the handlers of fatal signals that the first call installs (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT,
 * SIGQUIT).  The bytes are copied; more than DIE_RESTORE_MAX are cut.  length 0: nothing is to be restored any more.
 */
#define DIE_RESTORE_MAX 256
struct termios;
void die_restore_set(int tty, const struct termios *settings, const char *bytes, size_t length);

#endif
