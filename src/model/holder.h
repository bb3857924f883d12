/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who has a port, in a few words.
 */
#ifndef MODEL_HOLDER_H
#define MODEL_HOLDER_H

#include <stdint.h>

struct buf;
struct column_context;
struct table;

/*
 * Appends the end of a sentence that begins with the port: "is still held: LISTEN of 4242/server", "has nobody, but sockets in
 * TIME_WAIT", or "is free".  Of several it is one that has no peer, if there is one.
 */
void holder_text(struct buf *out, const struct table *table, uint16_t port, const struct column_context *context);

#endif
