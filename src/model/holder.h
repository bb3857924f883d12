/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who has a port, in a few words.
 */
#ifndef MODEL_HOLDER_H
#define MODEL_HOLDER_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct column_context;
struct table;

struct holder_port {
	uint16_t number;
	uint32_t netns; /* as in struct sock */
	bool anywhere;  /* in any of the network namespaces that the table has sockets of */
};

/*
 * Appends the end of a sentence that begins with the port: "is still held: LISTEN of 4242/server", "has nobody, but sockets in
 * TIME_WAIT", or "is free".  Of several it is one that has no peer, if there is one.
 */
void holder_text(struct buf *out, const struct table *table, const struct holder_port *port,
		 const struct column_context *context);

#endif
