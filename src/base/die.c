/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/die.h"

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* A signal handler can reach nothing but file-scope state: this is the one place for it. */
static struct {
	volatile sig_atomic_t armed;
	bool handlers;
	int tty;
	size_t length;
	struct termios settings;
	char bytes[DIE_RESTORE_MAX];
} restore;

/* Async-signal-safe: write and tcsetattr only (signal-safety(7)). */
static void restore_terminal(void)
{
	if (!restore.armed)
		return;
	restore.armed = 0;
	ssize_t written = write(restore.tty, restore.bytes, restore.length);
	(void)written; /* a terminal that went away cannot be restored, and nobody is left to tell */
	tcsetattr(restore.tty, TCSANOW, &restore.settings);
}

static void on_fatal(int signal_number)
{
	restore_terminal();
	raise(signal_number); /* SA_RESETHAND: now with the default action, so that the status and the core are right */
}

static void install_handlers(void)
{
	static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT };
	struct sigaction action = { .sa_handler = on_fatal, .sa_flags = (int)SA_RESETHAND };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		sigaction(fatal[i], &action, NULL);
	restore.handlers = true;
}

void die_restore_set(int tty, const struct termios *settings, const char *bytes, size_t length)
{
	restore.armed = 0;
	if (length == 0)
		return;
	restore.tty = tty;
	restore.settings = *settings;
	restore.length = length < DIE_RESTORE_MAX ? length : DIE_RESTORE_MAX;
	memcpy(restore.bytes, bytes, restore.length);
	if (!restore.handlers)
		install_handlers();
	restore.armed = 1;
}

void die(const char *format, ...)
{
	va_list arguments;

	restore_terminal();
	fputs("ports: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	abort();
}

void *xcalloc(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (memory == NULL)
		die("out of memory (%zu x %zu bytes)", count, size);
	return memory;
}

void *xrealloc_array(void *array, size_t count, size_t size)
{
	void *memory = reallocarray(array, count, size);

	if (memory == NULL)
		die("out of memory (%zu x %zu bytes)", count, size);
	return memory;
}

char *xstrdup(const char *text)
{
	char *made = strdup(text);

	if (made == NULL)
		die("out of memory (%zu bytes)", strlen(text) + 1);
	return made;
}
