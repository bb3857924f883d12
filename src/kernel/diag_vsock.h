/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets between virtual machines and their host in sock_diag (vsock(7), linux/vm_sockets_diag.h; Linux 4.15).  As kernel/family.h says.
 */
#ifndef KERNEL_DIAG_VSOCK_H
#define KERNEL_DIAG_VSOCK_H

#include <stdbool.h>

struct nlmsghdr;
struct query;
struct sock;

struct nlmsghdr *diag_vsock_request(void *buffer, unsigned proto, unsigned family, const struct query *query);
bool diag_vsock_parse(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed);

#endif
