/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/diag_netlink.h"

#include <libmnl/libmnl.h>
#include <linux/netlink_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "kernel/diag_attr.h"
#include "kernel/nl.h"
#include "model/query.h"
#include "model/sock.h"

/* NETLINK_UNCONNECTED, after connect() to nobody, NETLINK_CONNECTED (net/netlink/af_netlink.c), and what every socket begins with. */
enum { UNCONNECTED, CONNECTED, CLOSED = 7 };

struct nlmsghdr *diag_netlink_request(void *buffer, unsigned proto, unsigned family, const struct query *query)
{
	struct netlink_diag_req *request;
	struct nlmsghdr *header = diag_dump_request(buffer, sizeof(*request), (void **)&request);

	if (query_states(query, proto, family) == 0)
		return NULL;
	request->sdiag_family = AF_NETLINK;
	request->sdiag_protocol = NDIAG_PROTO_ALL;
	request->ndiag_show = NDIAG_SHOW_MEMINFO | NDIAG_SHOW_GROUPS;
	return header;
}

static uint16_t state_of(uint8_t kernels)
{
	if (kernels == UNCONNECTED || kernels == CLOSED)
		return STATE_UNCONN;
	return kernels == CONNECTED ? STATE_ESTABLISHED : (uint16_t)(STATE_RAW + kernels);
}

/* The first word of as many as the protocol has groups; of none it is not sent. */
static bool parse_groups(const struct nlattr *attr, struct sock_end *end)
{
	if (mnl_attr_get_payload_len(attr) < sizeof(end->second))
		return mnl_attr_get_payload_len(attr) == 0;
	memcpy(&end->second, mnl_attr_get_payload(attr), sizeof(end->second));
	return true;
}

bool diag_netlink_parse(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed)
{
	const struct netlink_diag_msg *diag = mnl_nlmsg_get_payload(message);

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*diag) || diag->ndiag_family != AF_NETLINK)
		return false;
	*sock = (struct sock){
		.cookie = diag_cookie(diag->ndiag_cookie),
		.have = HAVE_COOKIE,
		.proto = (uint8_t)proto,
		.family = FAMILY_NETLINK,
		.state = state_of(diag->ndiag_state),
		.number = diag->ndiag_protocol,
		.inode = diag->ndiag_portid != 0 ? diag->ndiag_ino : 0, /* the kernel's own has one, too, but no descriptor */
	};
	struct sock_end local = { .first = diag->ndiag_portid };
	for (const struct nlattr *attr = NULL; (attr = nl_attribute(message, sizeof(*diag), attr)) != NULL;) {
		bool good = true;

		if (mnl_attr_get_type(attr) == NETLINK_DIAG_GROUPS)
			good = parse_groups(attr, &local);
		else if (mnl_attr_get_type(attr) == NETLINK_DIAG_MEMINFO)
			good = diag_attr_queues(attr, sock);
		*malformed += good ? 0 : 1;
	}
	sock_end_set(sock->local, local);
	sock_end_set(sock->foreign, (struct sock_end){ diag->ndiag_dst_portid, diag->ndiag_dst_group });
	return true;
}

bool diag_netlink_inform(const struct nlmsghdr *message, unsigned proto, const struct query *query, struct sock_info *info,
                         unsigned long *malformed)
{
	(void)proto, (void)malformed; /* diag_netlink_parse has counted them */
	return diag_inform_memory(message, sizeof(struct netlink_diag_msg), NETLINK_DIAG_MEMINFO, query, info);
}
