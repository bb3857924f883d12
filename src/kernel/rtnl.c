/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/rtnl.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "kernel/nl.h"
#include "model/rules.h"

enum { REQUEST_BYTES = 128 };

/* Who is told. */
struct reading {
	rtnl_address_fn *each;
	void *context;
};

/* Takes the attribute if it is an address of the family; false when it has another length. */
static bool take_address(struct bind_address *address, const struct nlattr *attr)
{
	size_t length = address->family == FAMILY_INET6 ? 16 : 4;

	if (mnl_attr_get_payload_len(attr) != length)
		return false;
	memcpy(address->address, mnl_attr_get_payload(attr), length);
	return true;
}

bool rtnl_parse4(const struct nlmsghdr *message, struct bind_address *address)
{
	const struct rtmsg *route = mnl_nlmsg_get_payload(message);
	uint32_t table;
	bool found = false;

	if (message->nlmsg_type != RTM_NEWROUTE || mnl_nlmsg_get_payload_len(message) < sizeof(*route))
		return false;
	*address = (struct bind_address){ .family = FAMILY_INET };
	table = route->rtm_table;
	for (const struct nlattr *attr = NULL; (attr = nl_attribute(message, sizeof(*route), attr)) != NULL;) {
		if (mnl_attr_get_type(attr) == RTA_DST)
			found = take_address(address, attr);
		else if (mnl_attr_get_type(attr) == RTA_OIF && mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			address->ifindex = mnl_attr_get_u32(attr);
		else if (mnl_attr_get_type(attr) == RTA_TABLE && mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			table = mnl_attr_get_u32(attr);
	}
	address->bits = route->rtm_dst_len;
	address->is_broadcast = route->rtm_type == RTN_BROADCAST;
	return found && address->bits <= 32 && table == RT_TABLE_LOCAL &&
	       (route->rtm_type == RTN_LOCAL || route->rtm_type == RTN_BROADCAST);
}

/* Of a point-to-point link IFA_ADDRESS is the other end, and IFA_LOCAL the own one. */
bool rtnl_parse6(const struct nlmsghdr *message, struct bind_address *address)
{
	const struct ifaddrmsg *entry = mnl_nlmsg_get_payload(message);
	uint32_t flags;
	bool found = false, local = false;

	if (message->nlmsg_type != RTM_NEWADDR || mnl_nlmsg_get_payload_len(message) < sizeof(*entry) ||
	    entry->ifa_family != AF_INET6)
		return false;
	*address = (struct bind_address){ .family = FAMILY_INET6, .bits = 128 };
	flags = entry->ifa_flags;
	for (const struct nlattr *attr = NULL; (attr = nl_attribute(message, sizeof(*entry), attr)) != NULL;) {
		if (mnl_attr_get_type(attr) == IFA_LOCAL)
			found = local = take_address(address, attr);
		else if (mnl_attr_get_type(attr) == IFA_ADDRESS && !local)
			found = take_address(address, attr);
		else if (mnl_attr_get_type(attr) == IFA_FLAGS && mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			flags = mnl_attr_get_u32(attr);
	}
	address->ifindex = entry->ifa_index;
	address->is_tentative = (flags & IFA_F_TENTATIVE) != 0 && (flags & IFA_F_OPTIMISTIC) == 0;
	address->is_narrow = entry->ifa_scope == RT_SCOPE_LINK || entry->ifa_scope == RT_SCOPE_HOST;
	return found;
}

static void on_route(const struct nlmsghdr *message, void *context)
{
	const struct reading *reading = context;
	struct bind_address address;

	if (rtnl_parse4(message, &address))
		reading->each(reading->context, &address);
}

static void on_address(const struct nlmsghdr *message, void *context)
{
	const struct reading *reading = context;
	struct bind_address address;

	if (rtnl_parse6(message, &address))
		reading->each(reading->context, &address);
}

static int dump(struct nlmsghdr *request, nl_message_fn *handle, struct reading *reading)
{
	struct nl nl;
	int error = nl_open_family(&nl, NETLINK_ROUTE), strict = 1;

	if (error < 0)
		return error;
	/* So that the kernel leaves out other tables, which may have a million routes (Linux 4.20). */
	mnl_socket_setsockopt(nl.socket, NETLINK_GET_STRICT_CHK, &strict, sizeof(strict));
	error = nl_ask(&nl, request, handle, reading);
	nl_close(&nl);
	return error;
}

int rtnl_addresses4(rtnl_address_fn *each, void *context)
{
	_Alignas(struct nlmsghdr) char buffer[REQUEST_BYTES];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct reading reading = { each, context };

	request->nlmsg_type = RTM_GETROUTE;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	struct rtmsg *route = mnl_nlmsg_put_extra_header(request, sizeof(*route));
	route->rtm_family = AF_INET;
	route->rtm_table = RT_TABLE_LOCAL;
	return dump(request, on_route, &reading);
}

int rtnl_addresses6(rtnl_address_fn *each, void *context)
{
	_Alignas(struct nlmsghdr) char buffer[REQUEST_BYTES];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct reading reading = { each, context };

	request->nlmsg_type = RTM_GETADDR;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	struct ifaddrmsg *entry = mnl_nlmsg_put_extra_header(request, sizeof(*entry));
	entry->ifa_family = AF_INET6;
	return dump(request, on_address, &reading);
}
