/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/metrics.h"

#include "base/buf.h"
#include "model/proto.h"
#include "model/tally.h"

static bool is_asked(const struct metrics *metrics, unsigned proto, unsigned family)
{
	return (metrics->protos >> proto & 1) != 0 && (proto_entries[proto].families >> family & 1) != 0;
}

static bool is_known(const struct metrics *metrics, unsigned proto, unsigned family)
{
	return is_asked(metrics, proto, family) && (metrics->incomplete[proto] >> family & 1) == 0;
}

/* The numbers of a port are those of both families. */
static bool is_port_known(const struct metrics *metrics, const struct tally_port *port)
{
	return proto_entries[port->proto].has_ports && is_known(metrics, port->proto, FAMILY_INET) && is_known(metrics, port->proto, FAMILY_INET6);
}

/* Those that have TCP's states. */
#define CONNECTING (UINT32_C(1) << PROTO_TCP | UINT32_C(1) << PROTO_MPTCP | UINT32_C(1) << PROTO_DCCP)

/* A state that there can be is told with 0, too: a series that comes and goes cannot be watched. */
static bool has_state(const struct metrics *metrics, unsigned proto, unsigned state)
{
	const uint32_t unix_states = STATE_BIT(STATE_LISTEN) | STATE_BIT(STATE_UNCONN) | STATE_BIT(STATE_ESTABLISHED);
	const uint32_t datagram = STATE_BIT(STATE_UNCONN) | STATE_BIT(STATE_ESTABLISHED);

	if (state == 0 || state == STATE_COUNT || (state == STATE_BOUND && metrics->hides_bound))
		return false;
	if ((CONNECTING >> proto & 1) != 0)
		return state != STATE_UNCONN;
	return ((PROTOS_UNIX >> proto & 1) != 0 ? unix_states : datagram) >> state & 1;
}

static void put_sockets(struct buf *out, const struct metrics *metrics, const char *name)
{
	for (unsigned proto = 0; proto < PROTO_COUNT; proto++) {
		for (unsigned family = 0; family < FAMILY_COUNT; family++) {
			for (unsigned state = 0; is_known(metrics, proto, family) && state <= STATE_COUNT; state++) {
				uint32_t sockets = metrics->tally->sockets[proto][family][state];

				if (sockets > 0 || has_state(metrics, proto, state))
					buf_printf(out, "%s{proto=\"%s\",family=\"%s\",state=\"%s\"} %u\n", name, proto_name(proto),
						   sock_family_name(family), state < STATE_COUNT ? state_name(state) : "unknown",
						   sockets);
			}
		}
	}
}

static void put_port(struct buf *out, const struct tally_port *port, const char *name)
{
	buf_printf(out, "%s{proto=\"%s\",port=\"", name, proto_name(port->proto));
	if (port->port == 0)
		buf_puts(out, "other");
	else
		buf_uint(out, port->port);
	buf_putc(out, '"');
}

static void put_port_sockets(struct buf *out, const struct metrics *metrics, const char *name)
{
	static const struct {
		const char *name;
		uint32_t protos; /* those that have it */
	} states[TALLY_STATE_COUNT] = {
		[TALLY_LISTEN] = { "LISTEN", CONNECTING | UINT32_C(1) << PROTO_SCTP },
		[TALLY_SYN_RECV] = { "SYN_RECV", CONNECTING },
		[TALLY_ESTABLISHED] = { "ESTABLISHED", UINT32_MAX },
		[TALLY_CLOSE_WAIT] = { "CLOSE_WAIT", CONNECTING },
		[TALLY_TIME_WAIT] = { "TIME_WAIT", CONNECTING },
		[TALLY_UNCONN] = { "UNCONN", ~CONNECTING },
		[TALLY_OTHER] = { "other", UINT32_MAX },
	};

	for (size_t i = 0; i < metrics->tally->count; i++) {
		const struct tally_port *port = &metrics->tally->ports[i];

		for (unsigned state = 0; is_port_known(metrics, port) && state < TALLY_STATE_COUNT; state++) {
			if ((states[state].protos >> port->proto & 1) == 0)
				continue;
			put_port(out, port, name);
			buf_printf(out, ",state=\"%s\"} %u\n", states[state].name, port->states[state]);
		}
	}
}

/* A metric of which each port has one number. */
struct port_metric {
	const char *name, *help;
	bool tcp;                                                     /* or else the datagram protocols */
	bool (*value)(struct buf *out, const struct tally_port *port); /* false: it has none, or it is not known */
};

static bool queued(struct buf *out, const struct tally_port *port)
{
	buf_uint(out, port->queued);
	return port->states[TALLY_LISTEN] > 0;
}

static bool limit(struct buf *out, const struct tally_port *port)
{
	buf_uint(out, port->limit);
	return port->states[TALLY_LISTEN] > 0;
}

static bool fill(struct buf *out, const struct tally_port *port)
{
	buf_printf(out, "%.6g", port->fill);
	return port->states[TALLY_LISTEN] > 0;
}

static bool retransmitted(struct buf *out, const struct tally_port *port)
{
	buf_uint(out, port->retransmitted);
	return !port->unknown_retransmitted;
}

static bool drops(struct buf *out, const struct tally_port *port)
{
	buf_uint(out, port->drops);
	return !port->unknown_drops;
}

static const struct port_metric port_metrics[] = {
	{ "ports_port_accept_queue_connections", "Connections that wait for accept, of all listeners of the port.", true, queued },
	{ "ports_port_accept_queue_limit_connections", "Connections that may wait for accept, of all listeners of the port.", true,
	  limit },
	{ "ports_port_accept_queue_fill_ratio", "Waiting connections by their limit, of the listener of the port that is fullest.",
	  true, fill },
	{ "ports_port_retransmitted_segments", "Segments sent again so far by the connections of the port that are there now.", true,
	  retransmitted },
	{ "ports_port_dropped_requests", "Connection requests thrown away so far by the listeners of the port.", true, drops },
	{ "ports_port_dropped_datagrams", "Datagrams thrown away so far by the sockets of the port that are there now.", false, drops },
};

static void put_head(struct buf *out, const char *name, const char *help)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void put_port_metric(struct buf *out, const struct metrics *metrics, const struct port_metric *metric)
{
	struct buf value = BUF_INIT;

	put_head(out, metric->name, metric->help);
	for (size_t i = 0; i < metrics->tally->count; i++) {
		const struct tally_port *port = &metrics->tally->ports[i];

		buf_clear(&value);
		if (metric->tcp != (port->proto == PROTO_TCP) || !is_port_known(metrics, port) || !metric->value(&value, port))
			continue;
		put_port(out, port, metric->name);
		buf_printf(out, "} %s\n", value.data);
	}
	buf_fini(&value);
}

static bool is_complete(const struct metrics *metrics)
{
	for (unsigned proto = 0; proto < PROTO_COUNT; proto++) {
		for (unsigned family = 0; family < FAMILY_COUNT; family++) {
			if (is_asked(metrics, proto, family) && !is_known(metrics, proto, family))
				return false;
		}
	}
	return true;
}

void metrics_write(struct buf *out, const struct metrics *metrics)
{
	put_head(out, "ports_sockets", "Sockets by protocol, family and state.");
	put_sockets(out, metrics, "ports_sockets");
	put_head(out, "ports_port_sockets", "Sockets by local port and state; other: ports that no server has, or beyond the bound.");
	put_port_sockets(out, metrics, "ports_port_sockets");
	for (size_t i = 0; i < sizeof(port_metrics) / sizeof(port_metrics[0]); i++)
		put_port_metric(out, metrics, &port_metrics[i]);
	if (metrics->has_hidden) {
		put_head(out, "ports_hidden_owners", "Sockets whose owners could not be seen.");
		buf_printf(out, "ports_hidden_owners %zu\n", metrics->hidden);
	}
	put_head(out, "ports_complete", "1 when the kernel told all its sockets; what it did not is left out.");
	buf_printf(out, "ports_complete %d\n", is_complete(metrics));
	buf_puts(out, "# EOF\n");
}
