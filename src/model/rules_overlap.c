/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do two sockets meet?  Their addresses, IPv4 beside IPv6, and their devices.
 */
#include <string.h>

#include "model/rules_internal.h"

static const uint8_t mapped_prefix[12] = { [10] = 0xff, [11] = 0xff };

enum tri tri_of(bool value)
{
	return value ? TRI_YES : TRI_NO;
}

enum tri tri_not(enum tri a)
{
	return a == TRI_UNKNOWN ? TRI_UNKNOWN : tri_of(a == TRI_NO);
}

enum tri tri_and(enum tri a, enum tri b)
{
	if (a == TRI_NO || b == TRI_NO)
		return TRI_NO;
	return a == TRI_YES && b == TRI_YES ? TRI_YES : TRI_UNKNOWN;
}

enum tri tri_or(enum tri a, enum tri b)
{
	return tri_not(tri_and(tri_not(a), tri_not(b)));
}

static uint32_t ipv4_of(const uint8_t bytes[4])
{
	uint32_t address;

	memcpy(&address, bytes, sizeof(address));
	return address;
}

/* net/ipv6.h: LOOPBACK4_IPV6 is what the IPv4 side of a socket with an IPv6 address says. */
struct shape shape_of(unsigned family, const uint8_t address[16], bool v6only)
{
	static const uint8_t loopback4_ipv6[4] = { 127, 0, 0, 6 };
	struct shape shape = { .is_inet = family == FAMILY_INET };

	if (shape.is_inet) {
		shape.type = SHAPE_MAPPED;
		memcpy(shape.v6, mapped_prefix, sizeof(mapped_prefix));
		memcpy(shape.v6 + 12, address, 4);
		shape.v4 = ipv4_of(address);
		return shape;
	}
	shape.v6only = v6only;
	memcpy(shape.v6, address, sizeof(shape.v6));
	if (address_is_wildcard(FAMILY_INET6, address)) {
		shape.type = SHAPE_ANY;
	} else if (memcmp(address, mapped_prefix, sizeof(mapped_prefix)) == 0) {
		shape.type = SHAPE_MAPPED;
		shape.v4 = ipv4_of(address + 12);
	} else {
		shape.type = SHAPE_IPV6;
		shape.v4 = ipv4_of(loopback4_ipv6);
	}
	return shape;
}

bool shape_is_specific(const struct shape *shape)
{
	return shape->type == SHAPE_IPV6 || shape->v4 != 0;
}

/* ipv4_rcv_saddr_equal() where a is AF_INET or both are mapped, else ipv6_rcv_saddr_equal(). */
bool shape_covers(const struct shape *a, const struct shape *b, bool wildcard_a, bool wildcard_b)
{
	if (a->is_inet || (a->type == SHAPE_MAPPED && b->type == SHAPE_MAPPED))
		return !b->v6only && (a->v4 == b->v4 || (wildcard_a && a->v4 == 0) || (wildcard_b && b->v4 == 0));
	if (a->type == SHAPE_ANY && b->type == SHAPE_ANY)
		return true;
	if (b->type == SHAPE_ANY && wildcard_b && !(b->v6only && a->type == SHAPE_MAPPED))
		return true;
	if (a->type == SHAPE_ANY && wildcard_a && !(a->v6only && b->type == SHAPE_MAPPED))
		return true;
	return memcmp(a->v6, b->v6, sizeof(a->v6)) == 0;
}

/*
 * A specific address is only looked for under itself and under the wildcards, in TCP's table by address (inet_bhash2_conflict,
 * inet_bhash2_addr_any_conflict): so the IPv4 side of an IPv6 address, 127.0.0.6, is not found there.  UDP finds it.
 */
static bool meet(const struct bind_wish *wish, const struct bind_sock *sock, bool v6only)
{
	struct shape own = shape_of(wish->family, wish->address, wish->v6only);
	struct shape other = shape_of(sock->family, sock->address, v6only);

	if (proto_is_tcp(wish->proto) && own.is_inet && shape_is_specific(&own) && other.type == SHAPE_IPV6)
		return false;
	return shape_covers(&own, &other, true, true);
}

enum tri rules_overlap(const struct bind_wish *wish, const struct bind_sock *sock)
{
	if (wish->ifindex != 0 && sock->ifindex != 0 && wish->ifindex != sock->ifindex)
		return TRI_NO;
	bool with = meet(wish, sock, true);
	bool without = meet(wish, sock, false);
	if (sock->family == FAMILY_INET)
		return tri_of(without);
	if (sock->v6only == TRI_UNKNOWN && with != without)
		return TRI_UNKNOWN;
	return tri_of(sock->v6only == TRI_YES ? with : without);
}
