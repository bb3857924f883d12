/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the system for names: users from the user database (getpwuid_r(3)), devices from the kernel (if_indextoname(3)).
 */
#ifndef KERNEL_NAMES_H
#define KERNEL_NAMES_H

struct names;
struct sock;

/* Learns the names that this socket's row needs and that are not known yet. */
void names_learn(struct names *names, const struct sock *sock);

#endif
