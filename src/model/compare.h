/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The orders of rows: one for each column, and the one that a table has by itself.
 * Every order is total, as the cookie decides between what is otherwise alike: rows do not change places for nothing.
 */
#ifndef MODEL_COMPARE_H
#define MODEL_COMPARE_H

#include <stdint.h>

struct row;

/* Below, at or above 0, as qsort(3) wants it. */
typedef int compare_fn(const struct row *a, const struct row *b);

/* The internet first; of it listeners, then sockets that have a port without a peer, then connections; each by port or name. */
int compare_usual(const struct row *left, const struct row *right);

/*
 * Numbers in the same order: rows are ordered by the first, those that have the same one by the second, and so on, up to
 * USUAL_KEYS of them; where all are the same, by compare_usual.  Beyond the last one it is 0.
 */
enum { USUAL_KEYS = 3 };
uint64_t compare_usual_key(const struct row *row, unsigned level);

/* By one column each.  What is unknown comes last. */
int compare_proto(const struct row *a, const struct row *b);
int compare_recv_queue(const struct row *a, const struct row *b);
int compare_send_queue(const struct row *a, const struct row *b);
int compare_local(const struct row *a, const struct row *b);
int compare_foreign(const struct row *a, const struct row *b);
int compare_state(const struct row *a, const struct row *b);
int compare_timer(const struct row *a, const struct row *b);
int compare_flags(const struct row *a, const struct row *b);
int compare_user(const struct row *a, const struct row *b);
int compare_inode(const struct row *a, const struct row *b);
int compare_cookie(const struct row *a, const struct row *b);
int compare_owners(const struct row *a, const struct row *b);
int compare_age(const struct row *a, const struct row *b);
int compare_device(const struct row *a, const struct row *b);
int compare_rtt(const struct row *a, const struct row *b);
int compare_window(const struct row *a, const struct row *b);
int compare_retrans(const struct row *a, const struct row *b);
int compare_bytes_in(const struct row *a, const struct row *b);
int compare_bytes_out(const struct row *a, const struct row *b);
int compare_congestion(const struct row *a, const struct row *b);
int compare_memory(const struct row *a, const struct row *b);
int compare_netns(const struct row *a, const struct row *b);
int compare_unit(const struct row *a, const struct row *b);
int compare_command(const struct row *a, const struct row *b);
int compare_container(const struct row *a, const struct row *b);
int compare_cgroup(const struct row *a, const struct row *b);

/* The largest, or widest, first: who does most is who one looks for. */
int compare_exposure(const struct row *a, const struct row *b);
int compare_backlog(const struct row *a, const struct row *b);
int compare_file(const struct row *a, const struct row *b);
int compare_token(const struct row *a, const struct row *b);
int compare_in_rate(const struct row *a, const struct row *b);
int compare_out_rate(const struct row *a, const struct row *b);
int compare_drops(const struct row *a, const struct row *b);

#endif
