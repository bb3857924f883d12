/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks for names without waiting for the answers: in one thread the system's databases, one question after the other, and in
 * another one the hosts (kernel/hosts.h).  Each is started by its first question.
 */
#ifndef KERNEL_NAMES_WORKER_H
#define KERNEL_NAMES_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "model/names.h"

struct names_worker;

/* NULL and errno when an eventfd cannot be had. */
struct names_worker *names_worker_new(void);

/* Waits for no name service: a thread that is in the hands of one ends later, by itself. */
void names_worker_free(struct names_worker *worker);

/* For poll(2): readable when there are answers. */
int names_worker_fd(const struct names_worker *worker);

/*
 * Asks for what of these kinds the socket's row needs and is due (name_due), and remembers that.  False when not all of it
 * could be asked for now: try again when an answer was taken.  Hosts are passed over if they cannot be asked for at all.
 */
bool names_worker_ask(struct names_worker *worker, struct names *names, const struct sock *sock, unsigned kinds,
		      uint64_t now_ns);

/* The same for the cgroup of that number; what finds no room is asked when it is seen again. */
void names_worker_ask_cgroup(struct names_worker *worker, struct names *names, uint64_t id, uint64_t now_ns);

/* Moves the answers that have come into names; false when there were none. */
bool names_worker_take(struct names_worker *worker, struct names *names, uint64_t now_ns);

#endif
