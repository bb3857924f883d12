/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One socket looked at closely, while a table of all of them is being filled elsewhere.
 */
#ifndef KERNEL_INSPECT_H
#define KERNEL_INSPECT_H

struct sock;
struct sock_detail;

/*
 * Asks the kernel for all that it tells of this very socket of a network namespace (kernel/netns.h).  0 or -errno, -ENOENT when
 * it is gone or when there is no more to tell than a dump does; detail is empty then.  Does not wait, and costs what one socket
 * costs, not what all do.
 */
int inspect(int netns, struct sock_detail *detail, const struct sock *sock);

#endif
