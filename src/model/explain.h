/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A socket in words: what its state means, what ends it, what its timer and queues say.
 * Knows rows and the rules of TCP; nothing of the screen.
 */
#ifndef MODEL_EXPLAIN_H
#define MODEL_EXPLAIN_H

#include <stdint.h>

struct buf;
struct column_context;
struct row;

/* Appends a few sentences on one line, ended by a full stop. */
void explain_state(struct buf *out, const struct row *row, const struct column_context *context);

/*
 * Which bind() it is in the way of, and what would change that, as a sentence; nothing for a row that is in nobody's way.
 */
void explain_blocks(struct buf *out, const struct row *row, const struct column_context *context);

/* The same about the timer, the queues, the owners; nothing when there is nothing to say. */
void explain_timer(struct buf *out, const struct row *row, const struct column_context *context);
void explain_queues(struct buf *out, const struct row *row);
void explain_owners(struct buf *out, const struct row *row);

/* The same about its flags: which are set, or why that is not known. */
void explain_flags(struct buf *out, const struct row *row);

#endif
