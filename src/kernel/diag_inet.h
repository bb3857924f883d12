/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP, UDP and others over IPv4 and IPv6 in sock_diag: a query becomes a request, a reply becomes a struct sock.
 * Knows the kernel's structures (sock_diag(7), linux/inet_diag.h) and nothing of sockets, tables or time.
 */
#ifndef KERNEL_DIAG_INET_H
#define KERNEL_DIAG_INET_H

#include <stdbool.h>
#include <stddef.h>

struct nlmsghdr;
struct query;
struct sock;

/*
 * The kernel dumps one protocol of one family at a time (AF_UNSPEC: ENOENT), but see diag_inet_join.
 * Builds such a request in buffer, of DIAG_REQUEST_BYTES at least; only its sequence number is left to fill in.
 * Returns NULL where the query asks for no state that this protocol has.
 */
#define DIAG_REQUEST_BYTES (64 * 1024)
struct nlmsghdr *diag_inet_request(void *buffer, unsigned proto, unsigned family, const struct query *query);

/*
 * Makes of a request for TCP sockets of one family one for those of both, if the other one asks the same: the kernel goes
 * through one table for either.  False, and nothing has changed, when it does not, or asks for something else than TCP.
 */
bool diag_inet_join(struct nlmsghdr *request, const struct nlmsghdr *other);

/* Takes away from a request what the kernel would have kept back by itself: everything in these states comes. */
void diag_inet_strip(struct nlmsghdr *request);

#define DIAG_DESTROY_BYTES 256

/* Builds, in a buffer of so many bytes, the request to destroy this very socket (SOCK_DESTROY, Linux 4.5). */
struct nlmsghdr *diag_inet_destroy(void *buffer, const struct sock *sock);

/* The same to be told of it, without any attribute that must be asked for. */
struct nlmsghdr *diag_inet_one(void *buffer, const struct sock *sock);

/*
 * Reads one reply; false when it is too short or of another family.  Attributes that are not known are passed over; those
 * that have not the length that they should have, too, and they are added to malformed.
 */
bool diag_inet_parse(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed);

/* Reads what was asked for besides (query.needs) from the same reply. */
struct sock_info;
void diag_inet_parse_info(const struct nlmsghdr *message, unsigned proto, struct sock_info *info, unsigned long *malformed);

/* The same if something of it was asked for; else false. */
bool diag_inet_inform(const struct nlmsghdr *message, unsigned proto, const struct query *query, struct sock_info *info,
		      unsigned long *malformed);

/* As diag_inet_parse, for the message that a destroyed socket leaves; its state is STATE_CLOSE. */
bool diag_inet_parse_destroyed(const struct nlmsghdr *message, struct sock *sock, unsigned long *malformed);

#endif
