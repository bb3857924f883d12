/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One socket in sock_diag, and all of its attributes.  Knows nothing of how a request is sent.
 */
#ifndef KERNEL_DIAG_DETAIL_H
#define KERNEL_DIAG_DETAIL_H

#include <stdbool.h>

struct nlmsghdr;
struct sock;
struct sock_detail;

/*
 * Whether the kernel can be asked for more of such a socket than a dump of all tells.  Of TIME_WAIT (which a FIN_WAIT2
 * without a process is too) and of a connection request it keeps no more.  One that is only bound is found by walking
 * through all ports: with 220,000 sockets that takes as long as a frame of the screen, which its options are not worth.
 */
bool diag_detail_exists(const struct sock *sock);

/*
 * Builds, in a buffer of DIAG_REQUEST_BYTES, the request for this socket.  What answers it may be others, too.
 *
 * A connection is asked for by its four ends.  Of listeners and of UDP sockets several may have one address (SO_REUSEPORT,
 * SO_REUSEADDR), among which such a request finds the one that a packet would go to (inet_lookup): so these are a dump of
 * one state and port, which the kernel filters.
 */
struct nlmsghdr *diag_detail_request(void *buffer, const struct sock *sock);

/* Reads a reply if it is this socket's, which is known by its cookie; false, and nothing is changed, if it is not. */
bool diag_detail_parse(const struct nlmsghdr *message, const struct sock *sock, struct sock_detail *detail);

#endif
