/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The attributes behind a struct inet_diag_msg.
 */
#ifndef KERNEL_DIAG_ATTR_H
#define KERNEL_DIAG_ATTR_H

struct nlattr;
struct nlmsghdr;

/*
 * The attribute behind this one (NULL: the first one of the message, which has at least its fixed part), or NULL.
 * None reaches behind the end of the message, whatever it says of itself.
 */
const struct nlattr *diag_attr_next(const struct nlmsghdr *message, const struct nlattr *attribute);

#endif
