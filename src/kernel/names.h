/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the system for names, and waits for the answer: users from the user database (getpwuid_r(3)), services from that of
 * services (getservbyport_r(3)), both of which may be far away (nsswitch.conf(5)), devices from the kernel (if_indextoname(3)).
 * Who must not wait has kernel/names_worker.h.
 */
#ifndef KERNEL_NAMES_H
#define KERNEL_NAMES_H

#include <stdint.h>

#include "model/names.h"

struct sock;

/* The name, to be freed, or NULL when it has none; not for hosts. */
char *names_ask(const struct name_question *question);

/* Learns the names of these kinds that this socket's row needs and that are not known. */
void names_learn(struct names *names, const struct sock *sock, unsigned kinds, uint64_t now_ns);

#endif
