/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Express data path sockets in sock_diag (linux/xdp_diag.h; Linux 5.1).  As kernel/family.h says.
 */
#ifndef KERNEL_DIAG_XDP_H
#define KERNEL_DIAG_XDP_H

#include <stdbool.h>

struct nlmsghdr;
struct query;
struct sock;
struct sock_info;

struct nlmsghdr *diag_xdp_request(void *buffer, unsigned proto, unsigned family, const struct query *query);
bool diag_xdp_parse(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed);
bool diag_xdp_inform(const struct nlmsghdr *message, unsigned proto, const struct query *query, struct sock_info *info,
                     unsigned long *malformed);

#endif
