/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/exposure.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "model/sock.h"

/* The loopback device of every network namespace has this index (include/net/flow.h, LOOPBACK_IFINDEX). */
enum { LOOPBACK_INDEX = 1 };

struct range {
	uint8_t bytes[16];
	uint8_t bits;
	struct exposure is;
};

/* The first that the address is in; the last one of each has all of them. */
static const struct range inet_ranges[] = {
	{ { 127 }, 8, { REACH_LOOPBACK, SCOPE_UNKNOWN } },
	{ { 0 }, 32, { REACH_EVERYWHERE, SCOPE_IPV4 } },
	{ { 169, 254 }, 16, { REACH_HOST, SCOPE_LINK } },
	{ { 10 }, 8, { REACH_HOST, SCOPE_PRIVATE } },
	{ { 172, 16 }, 12, { REACH_HOST, SCOPE_PRIVATE } },
	{ { 192, 168 }, 16, { REACH_HOST, SCOPE_PRIVATE } },
	{ { 100, 64 }, 10, { REACH_HOST, SCOPE_PRIVATE } },
	{ { 224 }, 4, { REACH_MULTICAST, SCOPE_UNKNOWN } },
	{ { 255, 255, 255, 255 }, 32, { REACH_MULTICAST, SCOPE_UNKNOWN } },
	{ { 0 }, 0, { REACH_HOST, SCOPE_GLOBAL } },
};

static const struct range inet6_ranges[] = {
	{ { [15] = 1 }, 128, { REACH_LOOPBACK, SCOPE_UNKNOWN } },
	{ { 0 }, 128, { REACH_EVERYWHERE, SCOPE_UNKNOWN } },
	{ { 0xfe, 0x80 }, 10, { REACH_HOST, SCOPE_LINK } },
	{ { 0xfc }, 7, { REACH_HOST, SCOPE_PRIVATE } },
	{ { 0xff }, 8, { REACH_MULTICAST, SCOPE_UNKNOWN } },
	{ { 0 }, 0, { REACH_HOST, SCOPE_GLOBAL } },
};

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

static bool is_in(const uint8_t *address, const struct range *range)
{
	unsigned whole = range->bits / 8, rest = range->bits % 8;

	return memcmp(address, range->bytes, whole) == 0 &&
	       (rest == 0 || ((address[whole] ^ range->bytes[whole]) >> (8 - rest)) == 0);
}

static struct exposure find(const struct range *ranges, const uint8_t *address)
{
	while (!is_in(address, ranges))
		ranges++;
	return ranges->is;
}

/* Without IPV6_V6ONLY the wildcard of IPv6 takes what comes by IPv4, too (ipv6(7)). */
static uint8_t inet6_scope(struct sock_flags flags)
{
	if (!(flags.known & FLAG_V6ONLY))
		return SCOPE_UNKNOWN;
	return flags.set & FLAG_V6ONLY ? SCOPE_IPV6 : SCOPE_BOTH;
}

static struct exposure of_address(const struct sock *sock)
{
	if (sock->family == FAMILY_INET)
		return find(inet_ranges, sock->local);
	if (memcmp(sock->local, mapped, sizeof(mapped)) == 0)
		return find(inet_ranges, sock->local + sizeof(mapped));
	struct exposure exposure = find(inet6_ranges, sock->local);
	if (exposure.reach == REACH_EVERYWHERE)
		exposure.scope = inet6_scope(sock->flags);
	return exposure;
}

/* A socket that is only bound takes nothing; neither does one of UDP that has no port. */
static bool waits(const struct sock *sock)
{
	return (sock->state == STATE_LISTEN || sock->state == STATE_UNCONN) && sock->local_port != 0 &&
	       (sock->family == FAMILY_INET || sock->family == FAMILY_INET6);
}

struct exposure sock_exposure(const struct sock *sock)
{
	if (!waits(sock))
		return (struct exposure){ REACH_NONE, SCOPE_UNKNOWN };
	if (sock->ifindex == LOOPBACK_INDEX)
		return (struct exposure){ REACH_LOOPBACK, SCOPE_UNKNOWN };
	struct exposure exposure = of_address(sock);
	if (exposure.reach == REACH_EVERYWHERE && sock->ifindex != 0)
		exposure.reach = REACH_DEVICE;
	return exposure;
}

int exposure_compare(struct exposure a, struct exposure b)
{
	return a.reach != b.reach ? a.reach - b.reach : a.scope - b.scope;
}

const char *exposure_reach_name(size_t reach)
{
	static const char *const names[REACH_COUNT] = {
		[REACH_NONE] = "none",		 [REACH_LOOPBACK] = "loopback", [REACH_HOST] = "host",
		[REACH_MULTICAST] = "multicast", [REACH_DEVICE] = "device",	[REACH_EVERYWHERE] = "everywhere",
	};

	return reach < REACH_COUNT ? names[reach] : NULL;
}

const char *exposure_scope_name(unsigned scope)
{
	static const char *const names[SCOPE_COUNT] = {
		[SCOPE_LINK] = "link", [SCOPE_PRIVATE] = "private", [SCOPE_GLOBAL] = "global",
		[SCOPE_IPV4] = "ipv4", [SCOPE_IPV6] = "ipv6",	    [SCOPE_BOTH] = "both",
	};

	return scope < SCOPE_COUNT ? names[scope] : NULL;
}

void exposure_format(struct buf *out, struct exposure exposure)
{
	const char *scope = exposure_scope_name(exposure.scope);

	buf_puts(out, exposure_reach_name(exposure.reach));
	if (scope != NULL)
		buf_printf(out, "/%s", scope);
}
