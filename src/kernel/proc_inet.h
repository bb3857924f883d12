/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets that /proc/net tells of: raw sockets of kernels without raw_diag, and ping sockets, which have no sock_diag
 * (proc(5); raw_sock_seq_show in net/ipv4/raw.c, ping_v4_format_sock in net/ipv4/ping.c, and their like of IPv6).
 */
#ifndef KERNEL_PROC_INET_H
#define KERNEL_PROC_INET_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct sock;

/* Appends the file below /proc/thread-self/net of that network namespace (kernel/netns.h).  0 or -errno. */
int proc_inet_read(struct buf *out, int netns, const char *name);

/*
 * Reads one line of it, which ends at a newline or a NUL; false for one that is none of a socket.  A socket without an inode, which
 * nobody holds any more, is none: there is nothing to know it by.
 */
bool proc_inet_parse(const char *line, unsigned proto, unsigned family, struct sock *sock);

#endif
