/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages between the program and its agents, one line of text each: a request is a number and a step as it stands in
 * a scenario, a reply has the same number and what came out.
 *
 *     17 b: bind s 0.0.0.0:80
 *     17 EADDRINUSE cookie 464403 port 0
 *
 * What comes from the other side is not trusted: it is text of a known length, or it is thrown away.
 */
#ifndef LAB_WIRE_H
#define LAB_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/step.h"

enum {
	WIRE_BYTES_MAX = LINE_BYTES_MAX,
	WORD_BYTES_MAX = 23,
};

struct reply {
	uint32_t token;   /* the request's number */
	char word[WORD_BYTES_MAX + 1]; /* ok, eof, or the name of an errno */
	uint64_t cookie;  /* SO_COOKIE of the socket that was made or used; 0: none */
	uint16_t port;    /* its local port; 0: it has none */
	int32_t pid;      /* fork: the child's; 0 otherwise */
	bool has_value;
	size_t value_length;
	char value[TEXT_BYTES_MAX + 1]; /* get, recv; NUL-terminated, may have NULs in it */
};

/* Appends the message, without a newline. */
void wire_request(struct buf *out, uint32_t token, const struct step *step);
void wire_reply(struct buf *out, const struct reply *reply);

/* False for what is none. */
bool wire_parse_request(const char *bytes, size_t length, uint32_t *token, struct step *step);
bool wire_parse_reply(const char *bytes, size_t length, struct reply *reply);

#endif
