/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's socket filter: small programs that inet_diag_bc_run (net/ipv4/inet_diag.c) runs for each socket, so that only
 * matching ones are sent.  A program is an offer: what it lets through is still matched here.
 */
#ifndef KERNEL_DIAG_BYTECODE_H
#define KERNEL_DIAG_BYTECODE_H

#include <stddef.h>

struct nlmsghdr;
struct portset;

/*
 * Appends the attribute INET_DIAG_REQ_BYTECODE that lets through sockets whose local or foreign port is in the set.
 * Appends nothing when the set is empty, or when its program would not fit in room bytes: then everything comes.
 */
void diag_bytecode_put(struct nlmsghdr *request, const struct portset *ports, size_t room);

#endif
