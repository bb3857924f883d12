/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/diag_xdp.h"

#include <libmnl/libmnl.h>
#include <linux/xdp_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "kernel/diag_attr.h"
#include "kernel/nl.h"
#include "model/query.h"
#include "model/sock.h"

struct nlmsghdr *diag_xdp_request(void *buffer, unsigned proto, unsigned family, const struct query *query)
{
	struct xdp_diag_req *request;
	struct nlmsghdr *header = diag_dump_request(buffer, sizeof(*request), (void **)&request);

	if ((query_states(query, proto, family) & STATE_BIT(STATE_UNCONN)) == 0)
		return NULL; /* they have no other state */
	request->sdiag_family = AF_XDP;
	request->xdiag_show = XDP_SHOW_INFO | XDP_SHOW_MEMINFO;
	return header;
}

static bool parse_device(const struct nlattr *attr, struct sock *sock)
{
	struct xdp_diag_info info;

	if (mnl_attr_get_payload_len(attr) < sizeof(info))
		return false;
	memcpy(&info, mnl_attr_get_payload(attr), sizeof(info));
	sock->ifindex = info.ifindex;
	sock_end_set(sock->local, (struct sock_end){ .first = info.queue_id });
	return true;
}

bool diag_xdp_parse(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed)
{
	const struct xdp_diag_msg *diag = mnl_nlmsg_get_payload(message);

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*diag) || diag->xdiag_family != AF_XDP)
		return false;
	*sock = (struct sock){
		.cookie = diag_cookie(diag->xdiag_cookie),
		.have = HAVE_COOKIE,
		.proto = (uint8_t)proto,
		.family = FAMILY_XDP,
		.state = STATE_UNCONN,
		.inode = diag->xdiag_ino,
	};
	for (const struct nlattr *attr = NULL; (attr = nl_attribute(message, sizeof(*diag), attr)) != NULL;) {
		bool good = true;

		if (mnl_attr_get_type(attr) == XDP_DIAG_INFO)
			good = parse_device(attr, sock);
		else if (mnl_attr_get_type(attr) == XDP_DIAG_UID)
			good = diag_attr_uid(attr, sock);
		else if (mnl_attr_get_type(attr) == XDP_DIAG_MEMINFO)
			good = diag_attr_queues(attr, sock);
		*malformed += good ? 0 : 1;
	}
	return true;
}

bool diag_xdp_inform(const struct nlmsghdr *message, unsigned proto, const struct query *query, struct sock_info *info,
                     unsigned long *malformed)
{
	(void)proto, (void)malformed; /* diag_xdp_parse has counted them */
	return diag_inform_memory(message, sizeof(struct xdp_diag_msg), XDP_DIAG_MEMINFO, query, info);
}
