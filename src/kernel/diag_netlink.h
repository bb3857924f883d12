/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netlink sockets in sock_diag (netlink(7), linux/netlink_diag.h; Linux 3.10).  As kernel/family.h says.
 */
#ifndef KERNEL_DIAG_NETLINK_H
#define KERNEL_DIAG_NETLINK_H

#include <stdbool.h>

struct nlmsghdr;
struct query;
struct sock;
struct sock_info;

struct nlmsghdr *diag_netlink_request(void *buffer, unsigned proto, unsigned family, const struct query *query);
bool diag_netlink_parse(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed);
bool diag_netlink_inform(const struct nlmsghdr *message, unsigned proto, const struct query *query, struct sock_info *info,
                         unsigned long *malformed);

#endif
