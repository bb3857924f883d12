/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the sockets add up to as metrics: the text format of OpenMetrics, which Prometheus and node_exporter's textfile collector
 * read.  Everything is a gauge, so that it is the older format of Prometheus, too, which names counters otherwise.
 */
#ifndef OUT_METRICS_H
#define OUT_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct tally;

struct metrics {
	const struct tally *tally;
	const uint32_t *incomplete; /* for each protocol, bit 1 << enum sock_family: its numbers are not known, and left out */
	uint32_t protos;            /* 1 << enum sock_proto: those that were asked for */
	bool hides_bound;           /* this kernel tells nothing of sockets in the state BOUND */
	bool has_hidden;
	size_t hidden;              /* sockets whose owners could not be seen */
};

/* Appends all of it. */
void metrics_write(struct buf *out, const struct metrics *metrics);

#endif
