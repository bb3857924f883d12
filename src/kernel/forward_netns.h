/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which network namespace a program publishes a port for (model/forward.h).
 */
#ifndef KERNEL_FORWARD_NETNS_H
#define KERNEL_FORWARD_NETNS_H

struct forward;

/*
 * Looks for the only one that has the address that it goes to, or, where none is known, in which a child or a socket of the
 * program is.  What may not be looked into is not found, and then nothing is said.
 */
void forward_locate(struct forward *forward);

#endif
