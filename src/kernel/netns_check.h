/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the network namespaces that a user has named are there and can be entered, asked before anything is shown.
 */
#ifndef KERNEL_NETNS_CHECK_H
#define KERNEL_NETNS_CHECK_H

struct buf;
struct netns_wish;

/*
 * 0, or one line without a newline in error that names the word at fault, and -EINVAL for one that is none, -EPERM for one that
 * this user may not see or enter.
 */
int netns_check(const struct netns_wish *wish, struct buf *error);

#endif
