/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/diag_tipc.h"

#include <libmnl/libmnl.h>
#include <linux/tipc_netlink.h>
#include <linux/tipc_sockets_diag.h>
#include <sys/socket.h>

#include "kernel/diag_attr.h"
#include "kernel/nl.h"
#include "model/query.h"
#include "model/sock.h"

struct nlmsghdr *diag_tipc_request(void *buffer, unsigned proto, unsigned family, const struct query *query)
{
	struct tipc_sock_diag_req *request;
	struct nlmsghdr *header = diag_dump_request(buffer, sizeof(*request), (void **)&request);
	uint32_t states = query_states(query, proto, family);

	if (states == 0)
		return NULL;
	request->sdiag_family = AF_TIPC;
	request->tidiag_states = diag_states(states);
	return header;
}

static bool parse_state(const struct nlattr *attr, struct sock *sock)
{
	uint32_t state;

	if (!diag_attr_u32(attr, &state))
		return false;
	sock->state = diag_state((uint8_t)state);
	return true;
}

static bool parse_cookie(const struct nlattr *attr, struct sock *sock)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U64) < 0)
		return false;
	sock->cookie = mnl_attr_get_u64(attr);
	sock->have |= HAVE_COOKIE;
	return true;
}

/* Messages, not bytes. */
static bool parse_counts(const struct nlattr *counts, struct sock *sock)
{
	bool good = true;

	for (const struct nlattr *attr = NULL; (attr = nl_nested(counts, attr)) != NULL;) {
		if (mnl_attr_get_type(attr) == TIPC_NLA_SOCK_STAT_RCVQ)
			good &= diag_attr_u32(attr, &sock->recv_queue);
		else if (mnl_attr_get_type(attr) == TIPC_NLA_SOCK_STAT_SENDQ)
			good &= diag_attr_u32(attr, &sock->send_queue);
	}
	sock->have |= good ? HAVE_QUEUES : 0;
	return good;
}

static bool parse_peer(const struct nlattr *connection, struct sock *sock)
{
	struct sock_end peer = { 0, 0 };
	bool good = true;

	for (const struct nlattr *attr = NULL; (attr = nl_nested(connection, attr)) != NULL;) {
		if (mnl_attr_get_type(attr) == TIPC_NLA_CON_NODE)
			good &= diag_attr_u32(attr, &peer.first);
		else if (mnl_attr_get_type(attr) == TIPC_NLA_CON_SOCK)
			good &= diag_attr_u32(attr, &peer.second);
	}
	sock_end_set(sock->foreign, peer);
	return good;
}

static bool parse_attribute(const struct nlattr *attr, struct sock *sock, struct sock_end *local)
{
	switch (mnl_attr_get_type(attr)) {
	case TIPC_NLA_SOCK_ADDR:
		return diag_attr_u32(attr, &local->first);
	case TIPC_NLA_SOCK_REF:
		return diag_attr_u32(attr, &local->second);
	case TIPC_NLA_SOCK_CON:
		return parse_peer(attr, sock);
	case TIPC_NLA_SOCK_STAT:
		return parse_counts(attr, sock);
	case TIPC_NLA_SOCK_INO:
		return diag_attr_u32(attr, &sock->inode);
	case TIPC_NLA_SOCK_UID:
		return diag_attr_uid(attr, sock);
	case TIPC_NLA_SOCK_TIPC_STATE:
		return parse_state(attr, sock);
	case TIPC_NLA_SOCK_COOKIE:
		return parse_cookie(attr, sock);
	default:
		return true;
	}
}

/* All that is told stands in one attribute; without a cookie in it there would be nothing to know the socket by. */
bool diag_tipc_parse(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed)
{
	struct sock_end local = { 0, 0 };

	*sock = (struct sock){ .proto = (uint8_t)proto, .family = FAMILY_TIPC, .state = STATE_RAW };
	for (const struct nlattr *outer = NULL; (outer = nl_attribute(message, 0, outer)) != NULL;) {
		for (const struct nlattr *attr = NULL;
		     mnl_attr_get_type(outer) == TIPC_NLA_SOCK && (attr = nl_nested(outer, attr)) != NULL;)
			*malformed += parse_attribute(attr, sock, &local) ? 0 : 1;
	}
	sock_end_set(sock->local, local);
	return (sock->have & HAVE_COOKIE) != 0;
}
