/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the sockets of a table add up to: by protocol, family and state, and by the ports that servers have.
 *
 * The number of ports is bounded, whatever there is on a host: those with the most sockets are told apart, all others, and every
 * socket whose local port no server has, are summed up in one for each protocol.
 */
#ifndef MODEL_TALLY_H
#define MODEL_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/sock.h"

struct table;

/* The states that are told apart for a port. */
enum tally_state {
	TALLY_LISTEN,
	TALLY_SYN_RECV,
	TALLY_ESTABLISHED,
	TALLY_CLOSE_WAIT,
	TALLY_TIME_WAIT,
	TALLY_UNCONN,
	TALLY_OTHER,
	TALLY_STATE_COUNT,
};

struct tally_port {
	uint8_t proto;            /* enum sock_proto */
	uint16_t port;            /* 0: all that are not told apart */
	uint32_t sockets;
	uint32_t states[TALLY_STATE_COUNT];
	uint64_t queued, limit;   /* connections that wait for accept(), and how many may, of all listeners together */
	double fill;              /* of the listener that is fullest: queued / limit */
	uint64_t retransmitted;   /* segments, of the connections that are there now */
	uint64_t drops;           /* what was thrown away: datagrams; of listeners: requests */
	bool unknown_retransmitted, unknown_drops; /* of some socket it is not known: then the sum is not known either */
};

/* The last one of each counts states that this program does not know. */
struct tally {
	uint32_t sockets[PROTO_COUNT][FAMILY_COUNT][STATE_COUNT + 1];
	struct tally_port *ports; /* owned; by protocol and port; the sums of the rest stand last */
	size_t count;
};

struct tally_bounds {
	size_t ports;        /* so many at most are told apart */
	uint16_t low, high;  /* the ports that the kernel gives to clients: UDP sockets that have one are no servers */
};

void tally_make(struct tally *tally, const struct table *table, const struct tally_bounds *bounds);
void tally_fini(struct tally *tally);

#endif
