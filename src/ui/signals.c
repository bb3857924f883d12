/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH };

/*
 * Never called, as the signals are blocked.  ncurses puts its own handlers only in the place of default ones, and those
 * would be in the way: while it draws it ignores SIGTSTP, which throws away one that waits to be read.
 */
static void never(int number)
{
	(void)number;
}

static void set_handlers(void (*handler)(int number))
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (signal(numbers[i], handler) == SIG_IGN)
			signal(numbers[i], SIG_IGN); /* as nohup(1) wants it */
	}
}

static void fill(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(set, numbers[i]);
}

int signals_open(void)
{
	sigset_t set;

	fill(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	set_handlers(never);
	int signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return signals >= 0 ? signals : -errno;
}

int signals_next(int signals)
{
	struct signalfd_siginfo info;

	return read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info) ? (int)info.ssi_signo : 0;
}

void signals_stop(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	signal(SIGTSTP, SIG_DFL);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL); /* here it stops */
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGTSTP, never);
}

void signals_close(int signals)
{
	sigset_t set;

	if (signals < 0)
		return;
	close(signals);
	set_handlers(SIG_DFL);
	fill(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}
