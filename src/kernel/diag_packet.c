/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/diag_packet.h"

#include <libmnl/libmnl.h>
#include <linux/packet_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "kernel/diag_attr.h"
#include "kernel/nl.h"
#include "model/query.h"
#include "model/sock.h"

struct nlmsghdr *diag_packet_request(void *buffer, unsigned proto, unsigned family, const struct query *query)
{
	struct packet_diag_req *request;
	struct nlmsghdr *header = diag_dump_request(buffer, sizeof(*request), (void **)&request);

	(void)proto;
	if ((query_states(query, PROTO_PACKET_RAW, family) & STATE_BIT(STATE_UNCONN)) == 0 &&
	    (query_states(query, PROTO_PACKET_DGRAM, family) & STATE_BIT(STATE_UNCONN)) == 0)
		return NULL; /* they have no other state */
	request->sdiag_family = AF_PACKET;
	request->pdiag_show = PACKET_SHOW_INFO | PACKET_SHOW_MEMINFO;
	return header;
}

static bool parse_device(const struct nlattr *attr, struct sock *sock)
{
	struct packet_diag_info info;

	if (mnl_attr_get_payload_len(attr) < sizeof(info))
		return false;
	memcpy(&info, mnl_attr_get_payload(attr), sizeof(info));
	sock->ifindex = info.pdi_index;
	return true;
}

bool diag_packet_parse(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed)
{
	const struct packet_diag_msg *diag = mnl_nlmsg_get_payload(message);

	(void)proto;
	if (mnl_nlmsg_get_payload_len(message) < sizeof(*diag) || diag->pdiag_family != AF_PACKET)
		return false;
	*sock = (struct sock){
		.cookie = diag_cookie(diag->pdiag_cookie),
		.have = HAVE_COOKIE,
		.proto = diag->pdiag_type == SOCK_DGRAM ? PROTO_PACKET_DGRAM : PROTO_PACKET_RAW, /* SOCK_PACKET is raw, too */
		.family = FAMILY_PACKET,
		.state = STATE_UNCONN,
		.number = diag->pdiag_num,
		.inode = diag->pdiag_ino,
	};
	for (const struct nlattr *attr = NULL; (attr = nl_attribute(message, sizeof(*diag), attr)) != NULL;) {
		bool good = true;

		if (mnl_attr_get_type(attr) == PACKET_DIAG_INFO)
			good = parse_device(attr, sock);
		else if (mnl_attr_get_type(attr) == PACKET_DIAG_UID)
			good = diag_attr_uid(attr, sock);
		else if (mnl_attr_get_type(attr) == PACKET_DIAG_MEMINFO)
			good = diag_attr_queues(attr, sock);
		*malformed += good ? 0 : 1;
	}
	return true;
}

bool diag_packet_inform(const struct nlmsghdr *message, unsigned proto, const struct query *query, struct sock_info *info,
                        unsigned long *malformed)
{
	(void)proto, (void)malformed; /* diag_packet_parse has counted them */
	return diag_inform_memory(message, sizeof(struct packet_diag_msg), PACKET_DIAG_MEMINFO, query, info);
}
