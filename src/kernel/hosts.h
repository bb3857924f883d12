/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of hosts, from /etc/hosts and the DNS, through c-ares; many are asked for at the same time.
 *
 * In a thread of its own, and not with c-ares's sockets in the loop's poll(2): c-ares reads resolv.conf and, for each
 * address anew, all of /etc/hosts within the call, and hosts files that block half the net have a hundred thousand lines.
 * What it asks of name servers never blocks, so that one thread is enough, and its end is never waited for long.
 */
#ifndef KERNEL_HOSTS_H
#define KERNEL_HOSTS_H

#include <stdbool.h>

struct name_queue;

/* Whether this program was built with c-ares, and what is to be said if it was not. */
bool hosts_can_be_asked(void);
#define HOSTS_CANNOT_BE_ASKED "hosts stay numbers: this build has no c-ares"

/* Answers the queue's questions until it is stopped. */
void hosts_serve(struct name_queue *queue);

#endif
