/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/privileges.h"

int spawn_channel(int *mine, int *its)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	if (fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) {
		int error = -errno;

		close(ends[0]);
		close(ends[1]);
		return error;
	}
	*mine = ends[0];
	*its = ends[1];
	return 0;
}

int spawn_agent(const struct agent_start *start, struct spawned *spawned)
{
	int its, error = spawn_channel(&spawned->channel, &its);

	if (error < 0)
		return error;
	spawned->pid = fork();
	if (spawned->pid == 0)
		agent_exec(its, start);
	error = spawned->pid < 0 ? -errno : 0;
	close(its);
	if (error < 0)
		close(spawned->channel);
	return error;
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	int error = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return error;
}

/* The user becomes root in it, who keeps capabilities over execve(2); user_namespaces(7). */
static int enter_user_namespace(void)
{
	char users[32], groups[32];

	snprintf(users, sizeof(users), "0 %u 1", geteuid());
	snprintf(groups, sizeof(groups), "0 %u 1", getegid());
	if (unshare(CLONE_NEWUSER) < 0)
		return -errno;
	int error = write_file("/proc/self/uid_map", users);
	if (error == 0)
		error = write_file("/proc/self/setgroups", "deny");
	if (error == 0)
		error = write_file("/proc/self/gid_map", groups);
	if (error == 0 && !privileges_keep(RIGHT_AGENTS | RIGHT_PRIVATE)) /* of all that a new namespace gives */
		error = -errno;
	return error;
}

static int raise_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), error = 0;

	if (fd < 0)
		return -errno;
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		error = -errno;
	request.ifr_flags |= IFF_UP;
	if (error == 0 && ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		error = -errno;
	close(fd);
	return error;
}

/* Files of unix sockets are to vanish with the run: the mount does, with the last process that sees it. */
static int mount_own_folder(void)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -errno;
	return mount("ports-lab", SPAWN_DIRECTORY, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777,size=1m") < 0 ?
		       -errno : 0;
}

int spawn_private(bool files)
{
	int flags = CLONE_NEWNET | (files ? CLONE_NEWNS : 0);

	if (unshare(flags) < 0) {
		int error = errno == EPERM ? enter_user_namespace() : -errno;

		if (error == 0 && unshare(flags) < 0)
			error = -errno;
		if (error < 0)
			return error;
	}
	int error = raise_loopback();
	return error == 0 && files ? mount_own_folder() : error;
}

bool spawn_has_inet6(void)
{
	struct sockaddr_in6 name = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool has = fd >= 0 && bind(fd, (const struct sockaddr *)&name, sizeof(name)) == 0;

	if (fd >= 0)
		close(fd);
	return has;
}

bool spawn_has_users(void)
{
	FILE *map = fopen("/proc/self/uid_map", "re");
	unsigned long inside, outside, count, users = 0;

	while (map != NULL && fscanf(map, "%lu %lu %lu", &inside, &outside, &count) == 3)
		users += count;
	if (map != NULL)
		fclose(map);
	return users > 1;
}

int spawn_again(char *const argv[])
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execv("/proc/self/exe", argv);
	return -errno;
}
