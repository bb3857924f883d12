/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TIPC sockets in sock_diag (linux/tipc_sockets_diag.h, linux/tipc_netlink.h; Linux 4.17).  As kernel/family.h says.
 */
#ifndef KERNEL_DIAG_TIPC_H
#define KERNEL_DIAG_TIPC_H

#include <stdbool.h>

struct nlmsghdr;
struct query;
struct sock;

struct nlmsghdr *diag_tipc_request(void *buffer, unsigned proto, unsigned family, const struct query *query);
bool diag_tipc_parse(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed);

#endif
