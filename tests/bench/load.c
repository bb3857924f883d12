/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load --pairs=N --processes=M ...: makes the sockets, says "ready" and how many there are, and holds them until its
 * input ends or it is told to end.  Nothing is left then but sockets in TIME_WAIT, which end with the network namespace.
 */
#include "load.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
	const char *name;
	size_t offset;
} counts[] = {
	{ "pairs", offsetof(struct load, pairs) },
	{ "processes", offsetof(struct load, processes) },
	{ "matches", offsetof(struct load, matches) },
	{ "time-wait", offsetof(struct load, time_wait) },
	{ "listeners", offsetof(struct load, listeners) },
	{ "udp", offsetof(struct load, udp) },
	{ "churn", offsetof(struct load, churn) },
};

enum { COUNT_OF_COUNTS = sizeof(counts) / sizeof(counts[0]) };

void load_fail(int error, const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fprintf(stderr, "load: %s%s%s\n", text, error != 0 ? ": " : "", error != 0 ? strerror(error) : "");
	_exit(1);
}

static uint32_t parse_count(const char *name, const char *text)
{
	char *end;
	unsigned long count = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || count > 10000000)
		load_fail(0, "--%s=%s is no number from 0 to 10000000", name, text);
	return (uint32_t)count;
}

static struct load parse(int argc, char **argv)
{
	struct load load = { .processes = 1, .listeners = 1 };
	struct option options[COUNT_OF_COUNTS + 1] = { { .name = NULL } };
	int at, found;

	for (size_t i = 0; i < COUNT_OF_COUNTS; i++)
		options[i] = (struct option){ .name = counts[i].name, .has_arg = required_argument };
	while ((found = getopt_long(argc, argv, "", options, &at)) == 0)
		*(uint32_t *)((char *)&load + counts[at].offset) = parse_count(counts[at].name, optarg);
	if (found != -1 || optind < argc)
		load_fail(0, "usage: load [--pairs|--processes|--matches|--time-wait|--listeners|--udp|--churn=COUNT]...");
	if (load.processes == 0 || load.listeners == 0)
		load_fail(0, "at least one process and one listener are needed");
	if (load.matches > load_share(&load, LOAD_MATCHING(&load)))
		load_fail(0, "--matches=%u: the process that is to have them has %u pairs", load.matches,
			  load_share(&load, LOAD_MATCHING(&load)));
	return load;
}

/* The sum of 1, 2, ... up to the process's number, of all of them. */
uint32_t load_share(const struct load *load, uint32_t number)
{
	uint64_t all = (uint64_t)load->processes * (load->processes + 1);
	uint64_t before = (uint64_t)number * (number + 1), behind = (uint64_t)(number + 1) * (number + 2);

	return (uint32_t)(load->pairs * behind / all - load->pairs * before / all);
}

uint32_t load_tcp(const struct load *load)
{
	return 2 * load->pairs + load->time_wait + load->listeners + 2 * load->churn;
}

/* One process for each number, and the one behind the last for the rest; none survives this one. */
static pid_t begin(const struct load *load, uint32_t number, int report, pid_t parent)
{
	struct rest rest = { .listener = -1 };
	pid_t pid = fork();

	if (pid < 0)
		load_fail(errno, "no process number %u", number);
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	if (number < load->processes)
		load_hold_pairs(load, number);
	else
		load_hold_rest(&rest, load);
	if (write(report, "", 1) != 1)
		_exit(1);
	close(report);
	if (number == load->processes)
		load_keep_up(&rest, load);
	for (;;)
		pause();
}

/* What to do when one of these is readable. */
enum { EVENT_SIGNAL, EVENT_INPUT, EVENT_REPORT, EVENT_COUNT };

/* SIGTERM and SIGINT end it as the end of the input does, a child that has ended is a failure: the exit status. */
static int status_of_signal(int fd)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != sizeof(info) || info.ssi_signo != SIGCHLD)
		return 0;
	fputs("load: a process has ended too early\n", stderr);
	return 1;
}

/* Counts the processes that are done until all are, then waits to be ended; the exit status. */
static int serve(struct pollfd *polled, const struct load *load)
{
	char bytes[4096];
	uint32_t missing = load->processes + 1;

	for (;;) {
		poll(polled, EVENT_COUNT, -1);
		if (polled[EVENT_SIGNAL].revents != 0)
			return status_of_signal(polled[EVENT_SIGNAL].fd);
		if (polled[EVENT_INPUT].revents != 0 && read(STDIN_FILENO, bytes, sizeof(bytes)) <= 0)
			return 0;
		if (polled[EVENT_REPORT].revents == 0)
			continue;
		missing -= (uint32_t)read(polled[EVENT_REPORT].fd, bytes, sizeof(bytes));
		if (missing > 0)
			continue;
		polled[EVENT_REPORT].fd = -1;
		printf("ready tcp=%u udp=%u\n", load_tcp(load), load->udp);
		fflush(stdout);
	}
}

static int open_signals(void)
{
	/* Who is stopped for a while, so that the sockets stand still, has not ended. */
	const struct sigaction ended = { .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDSTOP };
	sigset_t signals;

	sigaction(SIGCHLD, &ended, NULL);
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_CLOEXEC);
}

/* All would end with this process anyway (PR_SET_PDEATHSIG), but who waits for it is to find nothing of them. */
static void end(pid_t *pids, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		kill(pids[i], SIGKILL);
	for (uint32_t i = 0; i < count; i++)
		waitpid(pids[i], NULL, 0);
	free(pids);
}

int main(int argc, char **argv)
{
	struct load load = parse(argc, argv);
	int report[2], signals = open_signals();
	pid_t *pids = calloc(load.processes + 1, sizeof(pids[0]));

	load_prepare(&load);
	if (pids == NULL || signals < 0 || pipe(report) < 0)
		load_fail(errno, "cannot begin");
	for (uint32_t i = 0; i <= load.processes; i++)
		pids[i] = begin(&load, i, report[1], getpid());
	close(report[1]);
	int status = serve((struct pollfd[EVENT_COUNT]){
		[EVENT_SIGNAL] = { .fd = signals, .events = POLLIN },
		[EVENT_INPUT] = { .fd = STDIN_FILENO, .events = POLLIN },
		[EVENT_REPORT] = { .fd = report[0], .events = POLLIN },
	}, &load);
	end(pids, load.processes + 1);
	return status;
}
