/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel tells of one socket in words, in short paragraphs that have a label each.
 */
#ifndef MODEL_EXPLAIN_DETAIL_H
#define MODEL_EXPLAIN_DETAIL_H

#include <stddef.h>

struct buf;
struct sock;
struct sock_detail;

/* Appends one line, with nothing in it that is not known; nothing when there is nothing to say. */
typedef void explain_detail_fn(struct buf *out, const struct sock *sock, const struct sock_detail *detail);

/* In the order in which they are to be read: first what TCP has measured, then memory, then options. */
extern const struct detail_paragraph {
	const char *label; /* ten characters at most */
	explain_detail_fn *explain;
} detail_paragraphs[];
extern const size_t detail_paragraph_count;

/* What TCP has measured, by explain_tcp.c. */
void explain_round_trip(struct buf *out, const struct sock *sock, const struct sock_detail *detail);
void explain_window(struct buf *out, const struct sock *sock, const struct sock_detail *detail);
void explain_received(struct buf *out, const struct sock *sock, const struct sock_detail *detail);
void explain_sent(struct buf *out, const struct sock *sock, const struct sock_detail *detail);
void explain_resent(struct buf *out, const struct sock *sock, const struct sock_detail *detail);
void explain_speed(struct buf *out, const struct sock *sock, const struct sock_detail *detail);
void explain_control(struct buf *out, const struct sock *sock, const struct sock_detail *detail);
void explain_agreed(struct buf *out, const struct sock *sock, const struct sock_detail *detail);

#endif
