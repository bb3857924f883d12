/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network namespaces that sockets are in, which stay for a socket alone: a process may hold one that was opened elsewhere.
 *
 * Asks a duplicate of the descriptor, as kernel/flags.h does, and closes it at once.
 */
#ifndef KERNEL_NETNS_SOCK_H
#define KERNEL_NETNS_SOCK_H

#include <stdint.h>

/*
 * A descriptor of the namespace that a socket is in, and its inode.  The socket is that behind a descriptor of the process of a
 * pidfd, if its inode is this one: descriptors and pids are used again.  -errno: -EPERM and -EACCES where the process may not be
 * asked, which takes what ptrace(2) takes, or the socket, which takes CAP_NET_ADMIN over its namespace; -ENOSYS and -ENOTTY
 * before Linux 5.6 and 4.10; -EBADF when the socket is gone.
 */
int netns_sock_ask(int pidfd, int fd, uint64_t socket, uint32_t *inode);

/* The same for the path /proc/PID/fd/NUMBER; -EINVAL for what is none. */
int netns_sock_find(const char *path, uint64_t socket, uint32_t *inode);

#endif
