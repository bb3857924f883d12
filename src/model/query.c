/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/query.h"

#include "base/buf.h"
#include "base/text.h"
#include "model/filter.h"
#include "model/proto.h"
#include "model/netns.h"
#include "model/sock.h"

void query_init(struct query *query)
{
	*query = (struct query){
		.protos = PROTOS_USUAL,
		.families = FAMILIES_INET,
		.states = STATES_ALL,
	};
}

/* A protocol that only the filter names is asked for, too: "proto udplite". */
void query_restrict(struct query *query, uint32_t protos, uint32_t families, const struct filter *filter)
{
	query->protos = protos != 0 ? protos : query->protos | filter->protos;
	if (families != 0)
		query->families = families;
	query->filter = filter->count > 0 ? filter : NULL;
	query->needs |= filter->needs;
}

void query_narrow(struct query *query, const struct query *other)
{
	query->protos &= other->protos;
	query->families &= other->families;
	query->states &= other->states;
	if (other->ports.count > 0)
		query->ports = other->ports;
	if (other->filter != NULL)
		query->filter = other->filter;
}

static bool match_state(uint32_t states, unsigned state)
{
	return states == STATES_ALL || (state < STATE_COUNT && (states & STATE_BIT(state)) != 0);
}

bool query_match_ports(const struct portset *ports, const struct sock *sock)
{
	if (ports->count == 0)
		return true;
	return sock_has_ports(sock) && (portset_has(ports, sock->local_port) || portset_has(ports, sock->foreign_port));
}

static bool has_class(const struct query *query, unsigned proto, unsigned family)
{
	return (query->protos >> proto & 1) != 0 && (proto_entries[proto].families >> family & 1) != 0 &&
	       (!family_is_inet(family) || (query->families >> family & 1) != 0);
}

bool query_has_class(const struct query *query, unsigned proto, unsigned family)
{
	const struct sock sock = { .proto = (uint8_t)proto, .family = (uint8_t)family };

	return has_class(query, proto, family) && (query->ports.count == 0 || sock_has_ports(&sock)) &&
	       filter_admits(query->filter, &sock, KNOWN_CLASS);
}

uint32_t query_states(const struct query *query, unsigned proto, unsigned family)
{
	const uint32_t all = (STATE_BIT(STATE_COUNT) - STATE_BIT(1)) | STATE_BIT(STATE_OTHERS);
	struct sock sock = { .proto = (uint8_t)proto, .family = (uint8_t)family };
	uint32_t states = query->states & all;

	for (unsigned state = 1; state <= STATE_COUNT && !query->any_state; state++) {
		sock.state = (uint16_t)(state < STATE_COUNT ? state : STATE_RAW);
		if (!filter_admits(query->filter, &sock, KNOWN_CLASS | KNOWN_STATE))
			states &= ~STATE_BIT(state < STATE_COUNT ? state : STATE_OTHERS);
	}
	return states == all ? STATES_ALL : states;
}

bool query_is_wide(const struct query *query)
{
	return query->filter == NULL && query->ports.count == 0 && (query->states & STATE_BIT(STATE_ESTABLISHED)) != 0;
}

bool query_match_closed(const struct query *query, const struct sock *sock)
{
	return has_class(query, sock->proto, sock->family) && query_match_ports(&query->ports, sock) &&
	       filter_admits(query->filter, sock, KNOWN_CLASS | KNOWN_ENDS);
}

bool query_match_unseen(const struct query *query, const struct sock *sock)
{
	return sock->local_port != 0 && query_match_closed(query, sock);
}

bool query_match(const struct query *query, const struct sock *sock)
{
	return match_state(query->states, sock->state) && has_class(query, sock->proto, sock->family) &&
	       query_match_ports(&query->ports, sock) &&
	       filter_admits(query->filter, sock, KNOWN_CLASS | KNOWN_ENDS | (query->any_state ? 0 : KNOWN_STATE));
}

static void describe_option(struct buf *out, bool restricts, const char *option)
{
	if (!restricts)
		return;
	if (out->length > 0)
		buf_putc(out, ' ');
	buf_puts(out, option);
}

static void describe_protos(struct buf *out, uint32_t protos)
{
	describe_option(out, protos == 1u << PROTO_TCP, "-t");
	describe_option(out, protos == 1u << PROTO_UDP, "-u");
	describe_option(out, protos == PROTOS_UNIX, "-x");
	if (protos == PROTOS_USUAL || protos == 1u << PROTO_TCP || protos == 1u << PROTO_UDP || protos == PROTOS_UNIX)
		return;
	describe_option(out, true, "-A ");
	proto_set_format(out, protos);
}

void query_describe(struct buf *out, const struct query *query)
{
	if (query->ports.count > 0) {
		describe_option(out, true, "-p ");
		portset_format(out, &query->ports);
	}
	if (query->netns != NULL) {
		describe_option(out, true, "-N ");
		netns_wish_format(out, query->netns);
	}
	describe_protos(out, query->protos);
	describe_option(out, query->families == 1u << FAMILY_INET, "-4");
	describe_option(out, query->families == 1u << FAMILY_INET6, "-6");
	describe_option(out, query->states == STATES_LISTENING, "-l");
	if (query->filter != NULL) {
		struct buf text = BUF_INIT;

		text_clean(&text, query->filter->text);
		describe_option(out, true, buf_str(&text));
		buf_fini(&text);
	}
}
