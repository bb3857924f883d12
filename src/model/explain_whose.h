/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In words: in which control group and container a socket is, and who can reach it.
 */
#ifndef MODEL_EXPLAIN_WHOSE_H
#define MODEL_EXPLAIN_WHOSE_H

struct buf;
struct row;

/* Each appends one sentence; nothing when nothing is known, or there is nothing to say. */
void explain_cgroup(struct buf *out, const struct row *row);
void explain_container(struct buf *out, const struct row *row);
void explain_exposure(struct buf *out, const struct row *row);

#endif
