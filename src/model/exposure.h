/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From where a socket that waits for others can be reached, by the address and the device that it is bound to: what its program has
 * asked for.  What firewalls, routers and other programs make of that is not guessed.
 */
#ifndef MODEL_EXPOSURE_H
#define MODEL_EXPOSURE_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct sock;

/* The higher, the more can. */
enum exposure_reach {
	REACH_NONE,       /* it does not wait for anybody, or its family has no addresses */
	REACH_LOOPBACK,   /* from this host alone: 127.0.0.0/8, ::1, or bound to the loopback device */
	REACH_HOST,       /* by one address of this host */
	REACH_MULTICAST,  /* by an address of many: multicast, broadcast */
	REACH_DEVICE,     /* by all addresses, over one device */
	REACH_EVERYWHERE, /* by all addresses, over all devices */
	REACH_COUNT,
};

enum exposure_scope {
	SCOPE_UNKNOWN,
	/* Of REACH_HOST, what kind of address it is. */
	SCOPE_LINK,    /* one that no router forwards: 169.254.0.0/16, fe80::/10 */
	SCOPE_PRIVATE, /* RFC 1918, RFC 6598 (100.64.0.0/10), RFC 4193 (fc00::/7) */
	SCOPE_GLOBAL,
	/* Of REACH_DEVICE and REACH_EVERYWHERE, by which addresses. */
	SCOPE_IPV4,
	SCOPE_IPV6,
	SCOPE_BOTH,    /* the IPv6 wildcard without IPV6_V6ONLY */
	SCOPE_COUNT,
};

struct exposure {
	uint8_t reach; /* enum exposure_reach */
	uint8_t scope; /* enum exposure_scope; SCOPE_UNKNOWN: of the others, too */
};

struct exposure sock_exposure(const struct sock *sock);

/* The wider one is more. */
int exposure_compare(struct exposure a, struct exposure b);

/* "none", "loopback", "host", "multicast", "device", "everywhere"; NULL for a number that is none. */
const char *exposure_reach_name(size_t reach);

/* "link", "private", "global", "ipv4", "ipv6", "both"; NULL for SCOPE_UNKNOWN. */
const char *exposure_scope_name(unsigned scope);

/* Appends both: "host/private", "everywhere/both", "loopback". */
void exposure_format(struct buf *out, struct exposure exposure);

#endif
