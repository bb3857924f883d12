/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the families in sock_diag have in common: requests, cookies, and attributes that are alike in all.
 * Those that return a bool are false where the attribute has not the length that it should have.
 */
#ifndef KERNEL_DIAG_ATTR_H
#define KERNEL_DIAG_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nlattr;
struct nlmsghdr;
struct query;
struct sock;
struct sock_info;

/* Builds a dump request in a buffer that has room for it; returns it, and where the family's own part, all zeros, stands. */
struct nlmsghdr *diag_dump_request(void *buffer, size_t length, void **own);

uint64_t diag_cookie(const uint32_t words[2]);

bool diag_attr_u32(const struct nlattr *attr, uint32_t *value);

/* The user who owns the socket. */
bool diag_attr_uid(const struct nlattr *attr, struct sock *sock);

/* SK_MEMINFO: what the queues take, and what was dropped. */
bool diag_attr_memory(const struct nlattr *attr, struct sock_info *info);

/* The same as the queues of a socket that has no others: bytes that what is received and sent takes, as ss(8) shows it. */
bool diag_attr_queues(const struct nlattr *attr, struct sock *sock);

/* Reads SK_MEMINFO from the attribute of that type behind a header of so many bytes if it was asked for; false: nothing was. */
bool diag_inform_memory(const struct nlmsghdr *message, size_t header_bytes, unsigned type, const struct query *query,
			struct sock_info *info);

/* The kernel's number of a state that all families number alike (include/net/tcp_states.h); TCP_CLOSE is STATE_UNCONN. */
uint16_t diag_state(uint8_t kernels);

/* The set of states of a query, for a request. */
uint32_t diag_states(uint32_t states);

#endif
