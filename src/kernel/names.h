/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the system for names, and waits for the answer: users from the user database (getpwuid_r(3)), services from that of
 * services (getservbyport_r(3)), both of which may be far away (nsswitch.conf(5)), devices from the kernel (if_indextoname(3)),
 * control groups from their file system, and containers from the files of their runtimes.
 * Who must not wait has kernel/names_worker.h.
 */
#ifndef KERNEL_NAMES_H
#define KERNEL_NAMES_H

#include <stdint.h>

#include "model/names.h"

struct cgroups;
struct sock;

/* The name, to be freed, or NULL when it has none; not for hosts.  cgroups: kept from one question to the next. */
char *names_ask(const struct name_question *question, struct cgroups *cgroups);

/* Learns the names of these kinds that this socket's row needs and that are not known. */
void names_learn(struct names *names, const struct sock *sock, unsigned kinds, uint64_t now_ns);

/* The same for the cgroup of that number: where it is, and what its container is called. */
void names_learn_cgroup(struct names *names, struct cgroups *cgroups, uint64_t id, uint64_t now_ns);

#endif
