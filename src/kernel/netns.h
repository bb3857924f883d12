/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Descriptors that belong to another network namespace (network_namespaces(7)), and the only place that goes into one.
 *
 * A netlink socket, and a file of /proc/net, tells of the namespace that it was opened in, whoever reads it and from where.
 * So this thread is there only while it opens one.  Where it may not go, or could not come back from, a child goes: it joins
 * the user namespace that owns the other first, which its maker may, and sends what it has opened.
 *
 * What was opened keeps the namespace alive, and its interfaces with it: it is to be closed when the look is over.
 */
#ifndef KERNEL_NETNS_H
#define KERNEL_NETNS_H

#include <stdint.h>

struct uid_map;

/* In place of the descriptor of a namespace: that of this thread. */
enum { NETNS_OWN = -1 };

/* What is to be opened: a file for reading, or else a socket as socket(2) makes it. */
struct netns_what {
	const char *file;
	int domain, type, protocol;
};

/*
 * A descriptor of the namespace that a file stands for, such as /run/netns/NAME and /proc/PID/ns/net, or that the socket
 * /proc/PID/fd/NUMBER is in, and its inode.  -errno: -EINVAL for a file that is no namespace at all; one of another kind is told
 * by netns_open.
 */
int netns_find(const char *path, uint32_t *inode);

/* The inode of this thread's; 0: it is not known, as without /proc. */
uint32_t netns_own(void);

/*
 * Opens it in that namespace: a descriptor or -errno, -EPERM where this user may not go, -EINVAL for what is no network
 * namespace.  uids: what its users are here; NULL: of no interest.  This thread is in its own namespace again when this
 * returns, and if it cannot be, the program dies.
 */
int netns_open(int netns, const struct netns_what *what, struct uid_map *uids);

#endif
