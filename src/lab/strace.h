/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps as the system calls that they are, the way strace(1) writes them; in place of descriptors stand the sockets' names.
 */
#ifndef LAB_STRACE_H
#define LAB_STRACE_H

struct buf;
struct reply;
struct socket_kind_entry;
struct step;

/* family: of the socket (AF_INET, ...), which says what "*" is. */
void strace_call(struct buf *out, const struct step *step, int family);

/* Appends "0", "-1 EADDRINUSE (Address already in use)", or what the call returned. */
void strace_result(struct buf *out, const struct step *step, const struct reply *reply);

#endif
