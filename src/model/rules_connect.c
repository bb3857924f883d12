/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * connect(), as far as this host can tell: the socket's own state, the addresses, whether the four of addresses and ports
 * are free, and whether somebody listens here.  net/ipv4/af_inet.c: __inet_stream_connect(); net/ipv4/tcp_ipv4.c:
 * tcp_v4_connect(); net/ipv6/tcp_ipv6.c: tcp_v6_connect(); net/ipv4/inet_hashtables.c: __inet_hash_connect().
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "model/rules_cache.h"
#include "model/rules_internal.h"

/* The two ends as IPv4 or IPv6 addresses, whatever the socket's family is. */
struct ends {
	struct shape from, to;
};

/*
 * The wildcard as destination is this host: in IPv4 the source itself (ip_route_output_key_hash_rcu()), of :: the loopback,
 * IPv4's where the source is IPv4 (tcp_v6_connect()).
 */
static struct ends ends_of(const struct bind_wish *wish, const struct bind_peer *peer)
{
	static const uint8_t loopback6[16] = { [15] = 1 };
	static const uint8_t loopback4[16] = { 127, 0, 0, 1 };
	struct ends ends = {
		shape_of(wish->family, wish->address, wish->v6only),
		shape_of(wish->family, peer->address, false),
	};

	if (shape_is_specific(&ends.to))
		return ends;
	if (ends.to.type == SHAPE_MAPPED && ends.from.type == SHAPE_MAPPED && shape_is_specific(&ends.from))
		ends.to = ends.from;
	else if (ends.to.type == SHAPE_MAPPED || ends.from.type == SHAPE_MAPPED)
		ends.to = shape_of(FAMILY_INET, loopback4, false);
	else
		ends.to = shape_of(FAMILY_INET6, loopback6, false);
	return ends;
}

/* The kernel's choice of a source address within this host: 127.0.0.1 for 127.0.0.0/8, else the destination itself. */
static void choose_source(struct ends *ends)
{
	static const uint8_t loopback4[16] = { 127, 0, 0, 1 };

	if (shape_is_specific(&ends->from))
		return;
	ends->from = ends->to.type == SHAPE_MAPPED && ends->to.v6[12] == 127 ? shape_of(FAMILY_INET, loopback4, false) : ends->to;
}

static bool is_multicast(const struct shape *to)
{
	static const uint8_t all_ones[4] = { 255, 255, 255, 255 };

	if (to->type == SHAPE_IPV6)
		return to->v6[0] == 0xff;
	return (to->v6[12] & 0xf0) == 0xe0 || memcmp(to->v6 + 12, all_ones, 4) == 0;
}

static bool same_address(const struct shape *a, const struct shape *b)
{
	return memcmp(a->v6, b->v6, sizeof(a->v6)) == 0;
}

/* What the socket itself forbids; returns whether that decided. */
static bool check_state(const struct bind_wish *wish, struct bind_verdict *verdict)
{
	if (wish->state == STATE_LISTEN)
		verdict_fail(verdict, RULE_IS_LISTENING, EISCONN);
	else if (wish->state == STATE_SYN_SENT || wish->state == STATE_SYN_RECV)
		verdict_fail(verdict, RULE_IN_PROGRESS, EALREADY);
	else if (!state_is_closed(wish->state))
		verdict_fail(verdict, RULE_IS_CONNECTED, EISCONN);
	else
		return false;
	return true;
}

static bool check_ends(const struct bind_wish *wish, const struct ends *ends, bool is_here, struct bind_verdict *verdict)
{
	bool to_ipv4 = ends->to.type == SHAPE_MAPPED;

	if (wish->other_family)
		verdict_fail(verdict, RULE_ADDRESS_FAMILY, wish->family == FAMILY_INET ? EAFNOSUPPORT : EINVAL);
	else if (wish->v6only && to_ipv4 && wish->family == FAMILY_INET6)
		verdict_fail(verdict, RULE_V6ONLY_CONNECT, ENETUNREACH);
	else if (proto_is_tcp(wish->proto) && is_multicast(&ends->to))
		verdict_fail(verdict, RULE_MULTICAST_CONNECT, ENETUNREACH);
	else if (ends->from.type == SHAPE_MAPPED && !to_ipv4)
		verdict_fail(verdict, RULE_MAPPED_SOURCE, EAFNOSUPPORT);
	else if (to_ipv4 && shape_is_specific(&ends->from) && ends->from.v6[12] == 127 && !is_here)
		verdict_fail(verdict, RULE_SOURCE_LOOPBACK, EINVAL);
	else
		return false;
	return true;
}

/* __inet_check_established(): the same four; of TIME_WAIT it depends on time stamps (tcp_twsk_unique()). */
static bool is_same_connection(const struct bind_wish *wish, const struct bind_sock *sock, const struct ends *ends,
			       const struct bind_peer *peer)
{
	struct shape local = shape_of(sock->family, sock->address, false);
	struct shape foreign = shape_of(sock->family, sock->foreign, false);

	return rules_is_other(wish, sock) && sock->foreign_port == peer->port && same_address(&foreign, &ends->to)
		&& same_address(&local, &ends->from)
		&& (wish->ifindex == 0 || sock->ifindex == 0 || wish->ifindex == sock->ifindex);
}

static bool check_tuple(const struct bind_wish *wish, const struct bind_peer *peer, const struct ends *ends,
			const struct bind_scene *scene, struct bind_verdict *verdict)
{
	for (size_t i = 0; i < scene->count; i++) {
		const struct bind_sock *sock = &scene->socks[i];
		struct bind_blocker blocker = { .index = i, .rule = RULE_SAME_CONNECTION, .is_certain = true };

		if (sock->port != wish->port || !is_same_connection(wish, sock, ends, peer))
			continue;
		if (!sock->is_timewait) {
			verdict_block(verdict, &blocker);
			verdict_fail(verdict, RULE_SAME_CONNECTION, EADDRNOTAVAIL);
			return true;
		}
		if (peer->has_timestamps == TRI_YES)
			continue;
		blocker.rule = RULE_TIME_WAIT_CONNECTION;
		blocker.is_certain = peer->has_timestamps == TRI_NO;
		verdict_block(verdict, &blocker);
		if (blocker.is_certain)
			verdict_fail(verdict, blocker.rule, EADDRNOTAVAIL);
		else
			verdict_doubt(verdict, blocker.rule, EADDRNOTAVAIL);
		return true;
	}
	return false;
}

/* Whether a connection to the address reaches the listener; through which device it comes is not known here. */
static enum tri hears(const struct bind_wish *wish, const struct bind_sock *sock, const struct shape *to)
{
	struct shape own = shape_of(sock->family, sock->address, false);

	if (!proto_is_tcp(sock->proto) || sock->state != STATE_LISTEN)
		return TRI_NO;
	enum tri heard = tri_of(same_address(&own, to));
	if (own.type == SHAPE_ANY)
		heard = to->type == SHAPE_MAPPED ? tri_not(sock->v6only) : TRI_YES;
	else if (own.type == SHAPE_MAPPED && own.v4 == 0)
		heard = tri_of(to->type == SHAPE_MAPPED);
	bool any_device = sock->ifindex == 0 || sock->ifindex == wish->ifindex;
	return tri_and(heard, any_device ? TRI_YES : TRI_UNKNOWN);
}

static void find_listener(const struct bind_wish *wish, const struct bind_peer *peer, const struct ends *ends,
			  const struct bind_scene *scene, struct bind_verdict *verdict)
{
	bool to_itself = wish->is_bound && wish->port == peer->port && same_address(&ends->from, &ends->to);
	enum tri heard = tri_of(to_itself);

	for (size_t i = 0; i < scene->count; i++) {
		if (scene->socks[i].port == peer->port)
			heard = tri_or(heard, hears(wish, &scene->socks[i], &ends->to));
	}
	if (heard == TRI_YES)
		verdict_pass(verdict, RULE_CONNECTS);
	else if (heard == TRI_UNKNOWN)
		verdict_doubt(verdict, RULE_NO_LISTENER, ECONNREFUSED);
	else
		verdict_fail(verdict, RULE_NO_LISTENER, ECONNREFUSED);
}

/*
 * __inet_hash_connect(): a port is passed over when bind() had a part in it, whatever the addresses, or when the four would
 * be the same.  A connection that bind() or accept() made counts or not, depending on what was on the port before it.
 */
static enum tri is_in_way(const struct bind_wish *wish, const struct bind_sock *sock)
{
	bool is_bound = state_is_closed(sock->state) || sock->state == STATE_LISTEN;

	if (!rules_is_other(wish, sock) || sock->connect_bound == TRI_YES)
		return TRI_NO;
	return is_bound && sock->connect_bound == TRI_NO ? TRI_YES : TRI_UNKNOWN;
}

static uint8_t *survey(const struct bind_wish *wish, const struct bind_peer *peer, const struct ends *ends,
		       const struct bind_scene *scene)
{
	uint8_t *taken = xcalloc(UINT16_MAX + 1u, sizeof(taken[0]));

	for (size_t i = 0; i < scene->count; i++) {
		const struct bind_sock *sock = &scene->socks[i];
		const struct bind_cache *cache = rules_cache_of(scene, sock->port);
		enum tri in_way = cache ? tri_of(!bind_cache_is_shareable(cache)) : is_in_way(wish, sock);

		if (is_same_connection(wish, sock, ends, peer))
			in_way = tri_or(in_way, sock->is_timewait ? TRI_UNKNOWN : TRI_YES);
		taken[sock->port] = (uint8_t)tri_or(taken[sock->port], in_way);
	}
	return taken;
}

/* A socket without a port gets one; returns whether there is none, or perhaps none. */
static bool lacks_port(const struct bind_wish *wish, const struct bind_peer *peer, const struct ends *ends,
		       const struct bind_scene *scene, struct bind_verdict *verdict)
{
	struct port_range range = rules_port_range(wish, scene->host);
	uint8_t *taken = survey(wish, peer, ends, scene);
	enum tri full = TRI_YES;

	for (unsigned port = range.low; port <= range.high; port++) {
		if (!rules_port_is_reserved(scene->host, port))
			full = tri_and(full, taken[port]);
	}
	free(taken);
	if (full == TRI_YES)
		verdict_fail(verdict, RULE_PORTS_EXHAUSTED, EADDRNOTAVAIL);
	else if (full == TRI_UNKNOWN)
		verdict_doubt(verdict, RULE_PORTS_EXHAUSTED, EADDRNOTAVAIL);
	return full != TRI_NO;
}

/* inet_dgram_connect(): a port first, or EAGAIN; then the addresses.  The other end need not be there. */
static void connect_udp(const struct bind_wish *wish, const struct bind_peer *peer, const struct bind_scene *scene,
			struct bind_verdict *verdict)
{
	struct ends ends = ends_of(wish, peer);

	if (!wish->is_bound)
		rules_port0(wish, scene, verdict);
	if (verdict->outcome != BIND_OK)
		verdict->error = EAGAIN;
	else if (!check_ends(wish, &ends, peer->is_here, verdict))
		verdict_pass(verdict, RULE_CONNECTS);
}

void rules_connect(const struct bind_wish *wish, const struct bind_peer *peer, const struct bind_scene *scene,
		   struct bind_verdict *verdict)
{
	verdict_begin(verdict, STEP_CONNECT);
	if (proto_is_unix(wish->proto)) {
		rules_unix_connect(wish, peer, scene, verdict);
		return;
	}
	if (!proto_is_tcp(wish->proto)) {
		connect_udp(wish, peer, scene, verdict);
		return;
	}
	struct ends ends = ends_of(wish, peer);
	if (check_state(wish, verdict) || check_ends(wish, &ends, peer->is_here, verdict))
		return;
	if (peer->is_here)
		choose_source(&ends);
	if (wish->is_bound ? check_tuple(wish, peer, &ends, scene, verdict) : lacks_port(wish, peer, &ends, scene, verdict))
		return;
	if (peer->is_here)
		find_listener(wish, peer, &ends, scene, verdict);
	else
		verdict_doubt(verdict, RULE_REMOTE, ECONNREFUSED);
}
