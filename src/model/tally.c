/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/tally.h"

#include <stdlib.h>

#include "base/die.h"
#include "base/map.h"
#include "model/table.h"

/* While it is made: the ports in the order in which they were found, behind the sums of the rest. */
struct making {
	struct tally *tally;
	struct map index; /* protocol and port -> index of ports */
};

static uint64_t key(unsigned proto, unsigned port)
{
	return (uint64_t)proto << 16 | port;
}

static bool is_server(const struct sock *sock, const struct tally_bounds *bounds)
{
	if (!sock_has_ports(sock))
		return false;
	if (sock->proto != PROTO_UDP && sock->proto != PROTO_UDPLITE)
		return sock->state == STATE_LISTEN;
	return sock->state == STATE_UNCONN && (sock->local_port < bounds->low || sock->local_port > bounds->high);
}

static void add_port(struct making *making, unsigned proto, uint16_t port)
{
	struct tally *tally = making->tally;

	if (map_get(&making->index, key(proto, port)) != MAP_NONE)
		return;
	map_put(&making->index, key(proto, port), (uint32_t)tally->count);
	tally->ports = xrealloc_array(tally->ports, tally->count + 1, sizeof(tally->ports[0]));
	tally->ports[tally->count++] = (struct tally_port){ .proto = (uint8_t)proto, .port = port };
}

static enum tally_state state_of(unsigned state)
{
	static const uint8_t states[STATE_COUNT] = {
		[STATE_LISTEN] = TALLY_LISTEN + 1,           [STATE_SYN_RECV] = TALLY_SYN_RECV + 1,
		[STATE_ESTABLISHED] = TALLY_ESTABLISHED + 1, [STATE_CLOSE_WAIT] = TALLY_CLOSE_WAIT + 1,
		[STATE_TIME_WAIT] = TALLY_TIME_WAIT + 1,     [STATE_UNCONN] = TALLY_UNCONN + 1,
	};

	return state < STATE_COUNT && states[state] != 0 ? (enum tally_state)(states[state] - 1) : TALLY_OTHER;
}

static void count_queue(struct tally_port *port, const struct sock *sock)
{
	double fill = sock->send_queue > 0 ? (double)sock->recv_queue / sock->send_queue : sock->recv_queue;

	if (!sock_has_backlog(sock) || !(sock->have & HAVE_QUEUES))
		return;
	port->queued += sock->recv_queue;
	port->limit += sock->send_queue;
	port->fill = fill > port->fill ? fill : port->fill;
}

/* What is left of a connection has no numbers of its own. */
static bool has_numbers(const struct sock *sock)
{
	return sock->state != STATE_TIME_WAIT && sock->state != STATE_SYN_RECV && sock->timer != TIMER_TIMEWAIT;
}

static void count(struct tally_port *port, const struct row *row)
{
	uint32_t have = row->info != NULL ? row->info->have : 0;

	port->sockets++;
	port->states[state_of(row->sock.state)]++;
	count_queue(port, &row->sock);
	if (!has_numbers(&row->sock))
		return;
	if (have & INFO_TCP)
		port->retransmitted += row->info->retransmitted;
	else
		port->unknown_retransmitted |= row->sock.proto == PROTO_TCP && !sock_is_listening(&row->sock);
	if (row->sock.proto == PROTO_TCP && row->sock.state != STATE_LISTEN)
		return; /* what a connection drops is sent again */
	if (have & INFO_DROPS)
		port->drops += row->info->drops;
	else
		port->unknown_drops = true;
}

static void add(struct tally_port *sum, const struct tally_port *port)
{
	sum->sockets += port->sockets;
	for (size_t i = 0; i < TALLY_STATE_COUNT; i++)
		sum->states[i] += port->states[i];
	sum->queued += port->queued;
	sum->limit += port->limit;
	sum->fill = port->fill > sum->fill ? port->fill : sum->fill;
	sum->retransmitted += port->retransmitted;
	sum->drops += port->drops;
	sum->unknown_retransmitted |= port->unknown_retransmitted;
	sum->unknown_drops |= port->unknown_drops;
}

static int by_sockets(const void *left, const void *right)
{
	const struct tally_port *a = left, *b = right;

	if (a->sockets != b->sockets)
		return a->sockets > b->sockets ? -1 : 1;
	return a->proto != b->proto ? a->proto - b->proto : a->port - b->port;
}

static int by_port(const void *left, const void *right)
{
	const struct tally_port *a = left, *b = right;

	if ((a->port == 0) != (b->port == 0))
		return a->port == 0 ? 1 : -1;
	return a->proto != b->proto ? a->proto - b->proto : a->port - b->port;
}

/* The first of them are the sums of the rest, one for each protocol; those that are too many are added to these. */
static void bound(struct tally *tally, size_t most)
{
	struct tally_port *ports = tally->ports + PROTO_COUNT;
	size_t servers = tally->count - PROTO_COUNT;

	qsort(ports, servers, sizeof(ports[0]), by_sockets);
	for (size_t i = most; i < servers; i++)
		add(&tally->ports[ports[i].proto], &ports[i]);
	tally->count = PROTO_COUNT + (servers < most ? servers : most);
	qsort(tally->ports, tally->count, sizeof(tally->ports[0]), by_port);
}

void tally_make(struct tally *tally, const struct table *table, const struct tally_bounds *bounds)
{
	struct making making = { .tally = tally, .index = MAP_INIT };

	*tally = (struct tally){ .ports = NULL };
	for (unsigned proto = 0; proto < PROTO_COUNT; proto++)
		add_port(&making, proto, 0);
	for (size_t i = 0; i < table->count; i++) {
		if (is_server(&table->rows[i].sock, bounds))
			add_port(&making, table->rows[i].sock.proto, table->rows[i].sock.local_port);
	}
	for (size_t i = 0; i < table->count; i++) {
		const struct sock *sock = &table->rows[i].sock;
		uint32_t at = map_get(&making.index, key(sock->proto, sock->local_port));

		tally->sockets[sock->proto][sock->family][sock->state < STATE_COUNT ? sock->state : STATE_COUNT]++;
		count(&tally->ports[at != MAP_NONE ? at : sock->proto], &table->rows[i]);
	}
	map_fini(&making.index);
	bound(tally, bounds->ports);
}

void tally_fini(struct tally *tally)
{
	free(tally->ports);
	*tally = (struct tally){ .ports = NULL };
}
