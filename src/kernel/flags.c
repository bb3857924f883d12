/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/flags.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "model/flags.h"

void flags_process_fini(struct flags_process *process)
{
	if (process->pidfd >= 0)
		close(process->pidfd);
	process->pidfd = -1;
}

/* TCP_REPAIR has SO_REUSEADDR answer 2, and then it counts for others that bind as if it was set (sk_reuse). */
static void learn(struct sock_flags *flags, enum sock_flag flag, int socket, int level, int option)
{
	int value;
	socklen_t length = sizeof(value);

	if (getsockopt(socket, level, option, &value, &length) == 0)
		flags_learn(flags, flag, value != 0);
}

/* IPV6_V6ONLY is no option of an IPv4 socket, and stays unknown. */
static int ask_socket(int socket, struct flags_answer *answer)
{
	socklen_t length = sizeof(answer->cookie);

	*answer = (struct flags_answer){ .cookie = 0 };
	if (getsockopt(socket, SOL_SOCKET, SO_COOKIE, &answer->cookie, &length) < 0)
		return -errno;
	learn(&answer->flags, FLAG_REUSEADDR, socket, SOL_SOCKET, SO_REUSEADDR);
	learn(&answer->flags, FLAG_REUSEPORT, socket, SOL_SOCKET, SO_REUSEPORT);
	learn(&answer->flags, FLAG_V6ONLY, socket, IPPROTO_IPV6, IPV6_V6ONLY);
	return 0;
}

int flags_ask(struct flags_process *process, int fd, struct flags_answer *answer)
{
	if (process->error == 0 && process->pidfd < 0) {
		process->pidfd = (int)syscall(SYS_pidfd_open, process->pid, 0);
		process->error = process->pidfd < 0 ? -errno : 0;
	}
	if (process->error != 0)
		return process->error;
	int duplicate = (int)syscall(SYS_pidfd_getfd, process->pidfd, fd, 0);
	if (duplicate < 0) {
		int error = -errno;

		process->error = error == -EBADF ? 0 : error; /* that descriptor alone is closed */
		return error;
	}
	int error = ask_socket(duplicate, answer);
	close(duplicate);
	return error;
}

/* A line of /proc/cgroups: name, hierarchy (0: version 2, or none), how many groups there are, and more (cgroups(7)). */
static bool is_harmful(const char *line)
{
	unsigned hierarchy, groups;
	char name[16];

	return sscanf(line, "%15s %u %u", name, &hierarchy, &groups) == 3 && hierarchy != 0 && groups > 1 &&
	       (strcmp(name, "net_cls") == 0 || strcmp(name, "net_prio") == 0);
}

bool flags_harm(int proc)
{
	char text[4096], *rest = text;
	int file = openat(proc, "cgroups", O_RDONLY | O_CLOEXEC);
	ssize_t length = file >= 0 ? read(file, text, sizeof(text) - 1) : 0;
	bool harmful = false;

	if (file >= 0)
		close(file);
	text[length > 0 ? length : 0] = '\0';
	for (const char *line; (line = strsep(&rest, "\n")) != NULL;)
		harmful |= is_harmful(line);
	return harmful;
}
