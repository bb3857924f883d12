/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/diag_vsock.h"

#include <libmnl/libmnl.h>
#include <linux/vm_sockets_diag.h>
#include <sys/socket.h>

#include "kernel/diag_attr.h"
#include "model/query.h"
#include "model/sock.h"

struct nlmsghdr *diag_vsock_request(void *buffer, unsigned proto, unsigned family, const struct query *query)
{
	struct vsock_diag_req *request;
	struct nlmsghdr *header = diag_dump_request(buffer, sizeof(*request), (void **)&request);
	uint32_t states = query_states(query, PROTO_VSOCK_STREAM, family) | query_states(query, PROTO_VSOCK_DGRAM, family) |
			  query_states(query, PROTO_VSOCK_SEQPACKET, family);

	(void)proto;
	if (states == 0)
		return NULL;
	request->sdiag_family = AF_VSOCK;
	request->vdiag_states = diag_states(states);
	return header;
}

static bool set_proto(struct sock *sock, unsigned type)
{
	switch (type) {
	case SOCK_STREAM:
		sock->proto = PROTO_VSOCK_STREAM;
		return true;
	case SOCK_DGRAM:
		sock->proto = PROTO_VSOCK_DGRAM;
		return true;
	case SOCK_SEQPACKET:
		sock->proto = PROTO_VSOCK_SEQPACKET;
		return true;
	default:
		return false;
	}
}

bool diag_vsock_parse(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed)
{
	const struct vsock_diag_msg *diag = mnl_nlmsg_get_payload(message);

	(void)proto, (void)malformed;
	if (mnl_nlmsg_get_payload_len(message) < sizeof(*diag) || diag->vdiag_family != AF_VSOCK)
		return false;
	*sock = (struct sock){
		.cookie = diag_cookie(diag->vdiag_cookie),
		.have = HAVE_COOKIE,
		.family = FAMILY_VSOCK,
		.state = diag_state(diag->vdiag_state),
		.inode = diag->vdiag_ino,
	};
	sock_end_set(sock->local, (struct sock_end){ diag->vdiag_src_cid, diag->vdiag_src_port });
	sock_end_set(sock->foreign, (struct sock_end){ diag->vdiag_dst_cid, diag->vdiag_dst_port });
	return set_proto(sock, diag->vdiag_type);
}
