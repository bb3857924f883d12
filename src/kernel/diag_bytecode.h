/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's socket filter: small programs that inet_diag_bc_run (net/ipv4/inet_diag.c) runs for each socket, so that only
 * matching ones are sent.  A program is an offer: it lets through all that a query asks for, and what it lets through is still
 * matched here.
 */
#ifndef KERNEL_DIAG_BYTECODE_H
#define KERNEL_DIAG_BYTECODE_H

#include <stddef.h>
#include <stdint.h>

struct nlmsghdr;
struct query;

/*
 * Appends the attribute INET_DIAG_REQ_BYTECODE for sockets of one protocol and family, which are asked for in these states only.
 * Appends nothing when there is nothing that it could keep back, or when the program would not fit in room bytes: then
 * everything comes.
 */
void diag_bytecode_put(struct nlmsghdr *request, const struct query *query, unsigned proto, unsigned family, size_t room);

#endif
