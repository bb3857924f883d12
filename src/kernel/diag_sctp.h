/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is different in sock_diag for SCTP (net/sctp/diag.c, Linux 4.7) from the rest of inet_diag.  As kernel/family.h says.
 */
#ifndef KERNEL_DIAG_SCTP_H
#define KERNEL_DIAG_SCTP_H

#include <stdbool.h>

struct nlmsghdr;
struct sock;

/*
 * As diag_inet_parse.  An association has one of TCP's states that means the same; and as many of them may have one socket,
 * and so one cookie, an identity of its own, made of the cookie and of its ends.
 */
bool diag_sctp_parse(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed);

#endif
