/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/poller.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>

#include "kernel/diag_inet.h"

int poller_destroy(int netns, const struct sock *sock)
{
	_Alignas(struct nlmsghdr) char buffer[DIAG_DESTROY_BYTES];
	struct nl nl;

	if (!sock_has_ports(sock))
		return -EOPNOTSUPP;
	int error = nl_open_in(&nl, netns, NULL); /* not the one that may be in the middle of a dump */

	if (error < 0)
		return error;
	error = nl_request(&nl, diag_inet_destroy(buffer, sock));
	nl_close(&nl);
	return error;
}

const char *poller_destroy_reason(int error)
{
	switch (error) {
	case -EPERM:
		return "it needs CAP_NET_ADMIN (run as root)";
	case -EOPNOTSUPP:
		return "this kernel cannot (CONFIG_INET_DIAG_DESTROY), or not for sockets of this kind or in this state";
	case -ENOENT:
		return "it is gone, or only bound, which the kernel does not look for";
	default:
		return strerror(-error);
	}
}
