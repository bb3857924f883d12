/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What bind() checks of the address, the port and the socket itself, before any other socket counts.  The order of the
 * checks is the kernel's, and is another one for AF_INET (__inet_bind(), net/ipv4/af_inet.c) than for AF_INET6
 * (__inet6_bind(), net/ipv6/af_inet6.c).
 */
#include <errno.h>
#include <string.h>

#include "base/capabilities.h"
#include "model/rules_internal.h"

static bool is_privileged(const struct bind_wish *wish, const struct bind_host *host)
{
	return wish->port != 0 && wish->port < host->unprivileged_start
		&& !(wish->capabilities & CAPABILITY(CAP_NET_BIND_SERVICE));
}

static bool was_bound(const struct bind_wish *wish)
{
	return wish->is_bound || !state_is_closed(wish->state);
}

static bool device_exists(const struct bind_host *host, uint32_t ifindex)
{
	for (size_t i = 0; i < host->device_count; i++) {
		if (host->devices[i] == ifindex)
			return true;
	}
	return false;
}

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned bytes = bits / 8;
	uint8_t mask = (uint8_t)(0xff00u >> bits % 8);

	return memcmp(a, b, bytes) == 0 && (bits % 8 == 0 || ((a[bytes] ^ b[bytes]) & mask) == 0);
}

static bool is_local4(const struct bind_host *host, const uint8_t address[4])
{
	for (size_t i = 0; i < host->address_count; i++) {
		const struct bind_address *own = &host->addresses[i];

		if (own->family == FAMILY_INET && same_bits(own->address, address, own->bits ? own->bits : 32))
			return true;
	}
	return false;
}

/* inet_addr_valid_or_nonlocal(): multicast and broadcast pass, and of 0.0.0.0/8 the wildcard alone.  Devices do not matter. */
static bool may_use4(const struct bind_wish *wish, const struct bind_host *host, const uint8_t address[4])
{
	static const uint8_t wildcard[4], all_ones[4] = { 255, 255, 255, 255 };

	return host->nonlocal_bind4 || wish->freebind || wish->transparent || memcmp(address, wildcard, 4) == 0
		|| (address[0] & 0xf0) == 0xe0 || memcmp(address, all_ones, 4) == 0 || is_local4(host, address);
}

static bool check4(const struct bind_wish *wish, const struct bind_host *host, struct bind_verdict *verdict)
{
	if (wish->other_family)
		verdict_fail(verdict, RULE_ADDRESS_FAMILY, EAFNOSUPPORT);
	else if (!may_use4(wish, host, wish->address))
		verdict_fail(verdict, RULE_NOT_LOCAL, EADDRNOTAVAIL);
	else if (is_privileged(wish, host))
		verdict_fail(verdict, RULE_PRIVILEGED_PORT, EACCES);
	else if (was_bound(wish))
		verdict_fail(verdict, RULE_SECOND_BIND, EINVAL);
	else
		return false;
	return true;
}

static bool is_multicast6(const uint8_t address[16])
{
	return address[0] == 0xff;
}

/* __ipv6_addr_needs_scope_id(): fe80::/10, and multicast of the interface or the link. */
static bool needs_scope(const uint8_t address[16])
{
	if (is_multicast6(address))
		return (address[1] & 0x0f) == 1 || (address[1] & 0x0f) == 2;
	return address[0] == 0xfe && (address[1] & 0xc0) == 0x80;
}

/* ipv6_chk_addr(): narrow addresses are to be had on their own device only.  What fits best says why the others do not. */
static bool check_local6(const struct bind_wish *wish, const struct bind_host *host, struct bind_verdict *verdict)
{
	enum bind_rule rule = RULE_NOT_LOCAL;

	if (host->nonlocal_bind6 || wish->freebind || wish->transparent || is_multicast6(wish->address))
		return false;
	for (size_t i = 0; i < host->address_count; i++) {
		const struct bind_address *own = &host->addresses[i];

		if (own->family != FAMILY_INET6 || memcmp(own->address, wish->address, 16) != 0)
			continue;
		bool is_elsewhere = wish->ifindex != 0 && own->is_narrow && own->ifindex != wish->ifindex;
		if (!is_elsewhere && !own->is_tentative)
			return false;
		if (!is_elsewhere)
			rule = RULE_TENTATIVE;
		else if (rule == RULE_NOT_LOCAL)
			rule = RULE_OTHER_DEVICE;
	}
	verdict_fail(verdict, rule, EADDRNOTAVAIL);
	return true;
}

/* An IPv4 address on an AF_INET6 socket. */
static bool check_mapped(const struct bind_wish *wish, const struct bind_host *host, struct bind_verdict *verdict)
{
	if (wish->v6only)
		verdict_fail(verdict, RULE_MAPPED_V6ONLY, EINVAL);
	else if (wish->ifindex != 0 && !device_exists(host, wish->ifindex))
		verdict_fail(verdict, RULE_NO_DEVICE, ENODEV);
	else if (!may_use4(wish, host, wish->address + 12))
		verdict_fail(verdict, RULE_NOT_LOCAL, EADDRNOTAVAIL);
	else
		return false;
	return true;
}

void rules_settle(struct bind_wish *wish)
{
	struct shape shape = shape_of(wish->family, wish->address, wish->v6only);

	if (wish->is_bound || shape.type != SHAPE_IPV6)
		return;
	if (needs_scope(wish->address) && wish->scope_id != 0)
		wish->ifindex = wish->scope_id;
	wish->v6only = true;
}

static bool check_ipv6(struct bind_wish *wish, const struct bind_host *host, struct bind_verdict *verdict)
{
	rules_settle(wish);
	if (needs_scope(wish->address) && wish->ifindex == 0) {
		verdict_fail(verdict, RULE_LINK_LOCAL_SCOPE, EINVAL);
		return true;
	}
	if (wish->ifindex != 0 && !device_exists(host, wish->ifindex)) {
		verdict_fail(verdict, RULE_NO_DEVICE, ENODEV);
		return true;
	}
	return check_local6(wish, host, verdict);
}

static bool check6(struct bind_wish *wish, const struct bind_host *host, struct bind_verdict *verdict)
{
	struct shape shape = shape_of(FAMILY_INET6, wish->address, wish->v6only);

	/* A sockaddr_in is too short, which comes before its family. */
	if (wish->other_family)
		verdict_fail(verdict, RULE_ADDRESS_FAMILY, EINVAL);
	else if (is_multicast6(wish->address) && proto_is_tcp(wish->proto))
		verdict_fail(verdict, RULE_MULTICAST_STREAM, EINVAL);
	else if (is_privileged(wish, host))
		verdict_fail(verdict, RULE_PRIVILEGED_PORT, EACCES);
	else if (was_bound(wish))
		verdict_fail(verdict, RULE_SECOND_BIND, EINVAL);
	else if (shape.type == SHAPE_MAPPED)
		return check_mapped(wish, host, verdict);
	else
		return shape.type == SHAPE_IPV6 && check_ipv6(wish, host, verdict);
	return true;
}

bool rules_check(const struct bind_wish *wish, const struct bind_host *host, struct bind_wish *after,
		 struct bind_verdict *verdict)
{
	*after = *wish;
	return wish->family == FAMILY_INET ? check4(after, host, verdict) : check6(after, host, verdict);
}
