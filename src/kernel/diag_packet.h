/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet sockets in sock_diag (packet(7), linux/packet_diag.h; Linux 3.7).  As kernel/family.h says.
 */
#ifndef KERNEL_DIAG_PACKET_H
#define KERNEL_DIAG_PACKET_H

#include <stdbool.h>

struct nlmsghdr;
struct query;
struct sock;
struct sock_info;

struct nlmsghdr *diag_packet_request(void *buffer, unsigned proto, unsigned family, const struct query *query);
bool diag_packet_parse(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed);
bool diag_packet_inform(const struct nlmsghdr *message, unsigned proto, const struct query *query, struct sock_info *info,
                        unsigned long *malformed);

#endif
