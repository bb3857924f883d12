/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets beside TCP, UDP and their like in words.
 */
#ifndef MODEL_EXPLAIN_FAMILY_H
#define MODEL_EXPLAIN_FAMILY_H

#include <stdbool.h>

struct buf;
struct column_context;
struct row;

/* Appends what such a socket is there for in its state, as explain_state does; false, and nothing, for those that have ports. */
bool explain_family(struct buf *out, const struct row *row, const struct column_context *context);

#endif
