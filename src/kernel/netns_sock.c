/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/netns_sock.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of the socket, which is closed. */
static int ask(int fd, uint64_t socket, uint32_t *inode)
{
	struct stat about;

	if (fstat(fd, &about) < 0 || !S_ISSOCK(about.st_mode) || about.st_ino != socket) {
		close(fd);
		return -EBADF;
	}
	int netns = ioctl(fd, SIOCGSKNS), error = netns < 0 ? -errno : 0;
	close(fd);
	if (error < 0)
		return error;
	if (fstat(netns, &about) == 0)
		*inode = (uint32_t)about.st_ino;
	return netns;
}

int netns_sock_ask(int pidfd, int fd, uint64_t socket, uint32_t *inode)
{
	int duplicate = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);

	*inode = 0;
	return duplicate < 0 ? -errno : ask(duplicate, socket, inode);
}

int netns_sock_find(const char *path, uint64_t socket, uint32_t *inode)
{
	int pid, fd, end = 0;

	if (sscanf(path, "/proc/%d/fd/%d%n", &pid, &fd, &end) != 2 || path[end] != '\0')
		return -EINVAL;
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0)
		return -errno;
	int netns = netns_sock_ask(pidfd, fd, socket, inode);
	close(pidfd);
	return netns;
}
