/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The unix domain in sock_diag (sock_diag(7), linux/unix_diag.h).
 */
#ifndef KERNEL_DIAG_UNIX_H
#define KERNEL_DIAG_UNIX_H

#include <stdbool.h>

struct nlmsghdr;
struct query;
struct sock;
struct sock_info;
struct unix_sock;

/*
 * Reads one reply; false when it is too short or of a type that is not known.  Attributes that have not the length that they
 * should have are passed over, and added to malformed.
 */
bool diag_unix_parse(const struct nlmsghdr *message, struct unix_sock *sock, unsigned long *malformed);

/*
 * Calls each for every socket of the unix domain in this network namespace, and waits for the end.  0 or -errno; -ENOENT: this
 * kernel has no sock_diag for them (CONFIG_UNIX_DIAG).
 */
int diag_unix_dump(void (*each)(void *context, const struct unix_sock *sock), void *context);

/* Builds, in a buffer of DIAG_ONE_BYTES, the request to be told of this very socket, for diag_unix_inform. */
#define DIAG_ONE_BYTES 256
struct nlmsghdr *diag_unix_one(void *buffer, const struct sock *sock);

/* As kernel/family.h says: the same for a table. */
struct nlmsghdr *diag_unix_request(void *buffer, unsigned proto, unsigned family, const struct query *query);
bool diag_unix_parse_sock(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed);
bool diag_unix_inform(const struct nlmsghdr *message, unsigned proto, const struct query *query, struct sock_info *info,
		      unsigned long *malformed);

#endif
