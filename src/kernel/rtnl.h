/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses of this network namespace, from rtnetlink (rtnetlink(7)), as bind() looks them up.
 */
#ifndef KERNEL_RTNL_H
#define KERNEL_RTNL_H

#include <stdbool.h>

struct bind_address;
struct nlmsghdr;

typedef void rtnl_address_fn(void *context, const struct bind_address *address);

/*
 * Every local and broadcast address of IPv4, prefixes too: the routing table "local", which is what __inet_bind asks
 * (inet_addr_type_table in net/ipv4/fib_frontend.c), so addresses that no interface has are among them where a route makes
 * them local.  0 or -errno.
 */
int rtnl_addresses4(rtnl_address_fn *each, void *context);

/* Every IPv6 address of an interface: what __inet6_bind asks (ipv6_chk_addr in net/ipv6/addrconf.c).  0 or -errno. */
int rtnl_addresses6(rtnl_address_fn *each, void *context);

/* What the two above do with each message: false when it tells nothing that is of interest, or makes no sense. */
bool rtnl_parse4(const struct nlmsghdr *message, struct bind_address *address);
bool rtnl_parse6(const struct nlmsghdr *message, struct bind_address *address);

#endif
