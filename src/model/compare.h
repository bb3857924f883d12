/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The orders of rows: one for each column, and the one that a table has by itself.
 * Every order is total, as the cookie decides between what is otherwise alike: rows do not change places for nothing.
 */
#ifndef MODEL_COMPARE_H
#define MODEL_COMPARE_H

struct row;

/* Below, at or above 0, as qsort(3) wants it. */
typedef int compare_fn(const struct row *a, const struct row *b);

/* Listeners first, then sockets that have a port without a peer, then connections; each by port. */
compare_fn compare_usual;

/* What is unknown comes last. */
compare_fn compare_proto, compare_recv_queue, compare_send_queue, compare_local, compare_foreign, compare_state,
	compare_timer, compare_user, compare_inode, compare_cookie, compare_owners;

#endif
