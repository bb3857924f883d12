/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * meter SECONDS COMMAND...: runs the command, its output to nowhere, and prints what it took: its exit status, or that of a
 * shell for what ended it (137 if it took longer than SECONDS, and was killed), wall, user and system time in microseconds,
 * and the most memory that it had, in KiB.
 *
 * It is small because its own memory is counted as the command's: wait4(2) tells the most that the process ever had, which
 * it did before execve(2), too.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t running;

static void end_it(int number)
{
	(void)number;
	kill(running, SIGKILL);
}

static void become(char **command)
{
	int nowhere = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(nowhere, STDIN_FILENO);
	dup2(nowhere, STDOUT_FILENO);
	dup2(nowhere, STDERR_FILENO);
	execvp(command[0], command);
	_exit(127);
}

static long long now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static long long in_us(struct timeval time)
{
	return time.tv_sec * 1000000LL + time.tv_usec;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = end_it };
	struct rusage usage;
	int status;

	if (argc < 3) {
		fputs("usage: meter SECONDS COMMAND...\n", stderr);
		return 2;
	}
	long long begin = now_us();
	running = fork();
	if (running == 0)
		become(argv + 2);
	sigaction(SIGALRM, &action, NULL);
	alarm((unsigned)atoi(argv[1]));
	while (wait4(running, &status, 0, &usage) < 0) {
		if (errno != EINTR) {
			perror("meter");
			return 1;
		}
	}
	long long end = now_us();
	printf("%d %lld %lld %lld %ld\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), end - begin,
	       in_us(usage.ru_utime), in_us(usage.ru_stime), usage.ru_maxrss);
	return 0;
}
