/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/query.h"

#include "base/buf.h"
#include "model/sock.h"

void query_init(struct query *query)
{
	*query = (struct query){
		.protos = PROTOS_USUAL,
		.families = (1u << FAMILY_COUNT) - 1,
		.states = STATES_ALL,
	};
}

void query_narrow(struct query *query, const struct query *other)
{
	query->protos &= other->protos;
	query->families &= other->families;
	query->states &= other->states;
	if (other->ports.count > 0)
		query->ports = other->ports;
}

static bool match_state(uint32_t states, unsigned state)
{
	return states == STATES_ALL || (state < STATE_COUNT && (states & STATE_BIT(state)) != 0);
}

bool query_match_ports(const struct portset *ports, const struct sock *sock)
{
	return ports->count == 0 || portset_has(ports, sock->local_port) || portset_has(ports, sock->foreign_port);
}

bool query_match_closed(const struct query *query, const struct sock *sock)
{
	return (query->protos >> sock->proto & 1) != 0 && (query->families >> sock->family & 1) != 0 &&
	       query_match_ports(&query->ports, sock);
}

bool query_match(const struct query *query, const struct sock *sock)
{
	return match_state(query->states, sock->state) && query_match_closed(query, sock);
}

static void describe_option(struct buf *out, bool restricts, const char *option)
{
	if (!restricts)
		return;
	if (out->length > 0)
		buf_putc(out, ' ');
	buf_puts(out, option);
}

void query_describe(struct buf *out, const struct query *query)
{
	if (query->ports.count > 0) {
		describe_option(out, true, "-p ");
		portset_format(out, &query->ports);
	}
	describe_option(out, query->protos == 1u << PROTO_TCP, "-t");
	describe_option(out, query->protos == 1u << PROTO_UDP, "-u");
	describe_option(out, query->families == 1u << FAMILY_INET, "-4");
	describe_option(out, query->families == 1u << FAMILY_INET6, "-6");
	describe_option(out, query->states == STATES_LISTENING, "-l");
}
