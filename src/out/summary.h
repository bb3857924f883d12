/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many sockets there are of each protocol and state.
 */
#ifndef OUT_SUMMARY_H
#define OUT_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/sock.h"

struct listing;
struct query;
struct sink;
struct table;

struct summary {
	size_t counts[PROTO_COUNT][STATE_COUNT + 1][FAMILY_COUNT]; /* the last state: those that the program does not know */
	uint32_t protos;                                           /* 1 << enum sock_proto: those that were asked for */
};

struct summary_line {
	const char *proto, *state;
	size_t total, of[FAMILY_COUNT];
	bool inet; /* it is of IPv4 and IPv6; else these two say nothing */
};

/* Counts the rows of the listing. */
void summary_make(struct summary *summary, const struct table *table, const struct listing *listing,
		  const struct query *query);

/*
 * The next protocol and state of which there is a socket; *at is 0 at first, and moved on.  False: there is no other one.
 * Listeners come first and TIME_WAIT near the end, as a connection goes.
 */
bool summary_next(const struct summary *summary, unsigned *at, struct summary_line *line);

/* Of one protocol, or of all (PROTO_COUNT). */
struct summary_line summary_total(const struct summary *summary, unsigned proto);

/* Writes it for people and awk, with a total for each protocol that was asked for. */
void summary_write(struct sink *sink, const struct summary *summary, bool header);

/* Writes one JSON document; time as clock_format writes it. */
void summary_write_json(struct sink *sink, const struct summary *summary, const char *time);

#endif
