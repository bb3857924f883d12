/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/diag_inet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/mptcp.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include "kernel/diag_attr.h"
#include "kernel/diag_bytecode.h"
#include "kernel/nl.h"
#include "model/query.h"
#include "model/sock.h"

/* The kernel's numbers (include/net/tcp_states.h) where ours differ. */
enum {
	KERNEL_CLOSE = 7,
	KERNEL_NEW_SYN_RECV = 12,
	KERNEL_BOUND_INACTIVE = 13, /* only to ask with; such sockets come back as KERNEL_CLOSE.  Linux 6.8 */
	KERNEL_STATE_COUNT = 14,
	KERNEL_KNOWN_STATES = 12,   /* what came before are the same as enum sock_state */
};

static const struct {
	uint16_t ip_protocol; /* 0: not of this kind */
	bool connects;        /* has TCP's states */
} protos[PROTO_COUNT] = {
	[PROTO_TCP] = { IPPROTO_TCP, true },
	[PROTO_UDP] = { IPPROTO_UDP, false },
	[PROTO_UDPLITE] = { IPPROTO_UDPLITE, false },
	[PROTO_MPTCP] = { IPPROTO_MPTCP, true },
	[PROTO_SCTP] = { IPPROTO_SCTP, true },
	[PROTO_DCCP] = { IPPROTO_DCCP, true },
	[PROTO_RAW] = { IPPROTO_RAW, false },
};

static uint32_t moved_bit(uint32_t states, unsigned ours, unsigned kernels)
{
	return (states & STATE_BIT(ours)) != 0 ? UINT32_C(1) << kernels : 0;
}

/*
 * The states of a query as idiag_states.  SYN_RECV needs no second bit: the kernel adds NEW_SYN_RECV, where such sockets
 * really are, by itself (inet_diag_dump_icsk in net/ipv4/inet_diag.c).
 */
static uint32_t kernel_states(unsigned proto, uint32_t states)
{
	const uint32_t own = STATE_BIT(STATE_CLOSE) - 2; /* ESTABLISHED to TIME_WAIT */
	const uint32_t rest = STATE_BIT(STATE_BOUND) - STATE_BIT(STATE_CLOSE_WAIT);

	const uint32_t others = (states & STATE_BIT(STATE_OTHERS)) != 0 ? UINT32_MAX << KERNEL_STATE_COUNT : 0;

	if (states == STATES_ALL || proto == PROTO_SCTP) /* which numbers those of its connections in its own way */
		return states != 0 ? UINT32_MAX : 0;
	if (!protos[proto].connects)
		return others | (states & STATE_BIT(STATE_ESTABLISHED)) | moved_bit(states, STATE_UNCONN, KERNEL_CLOSE);
	return others | (states & (own | rest)) | moved_bit(states, STATE_CLOSE, KERNEL_CLOSE) |
	       moved_bit(states, STATE_BOUND, proto == PROTO_TCP ? KERNEL_BOUND_INACTIVE : KERNEL_CLOSE);
}

static uint8_t kernel_extensions(uint32_t needs)
{
	static const struct {
		enum sock_need need;
		uint8_t extension;
	} extensions[] = {
		{ NEED_TCP, INET_DIAG_INFO },
		{ NEED_CONGESTION, INET_DIAG_CONG },
		{ NEED_MEMORY, INET_DIAG_SKMEMINFO },
	};
	uint8_t asked = 0;

	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
		asked |= (uint8_t)((needs & extensions[i].need) != 0 ? 1u << (extensions[i].extension - 1) : 0);
	return asked;
}

struct nlmsghdr *diag_inet_request(void *buffer, unsigned proto, unsigned family, const struct query *query)
{
	uint32_t states = kernel_states(proto, query_states(query, proto, family));
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);

	if (states == 0)
		return NULL;
	header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	struct inet_diag_req_v2 *request = mnl_nlmsg_put_extra_header(header, sizeof(*request));
	request->sdiag_family = family == FAMILY_INET6 ? AF_INET6 : AF_INET;
	if (protos[proto].ip_protocol <= UINT8_MAX)
		request->sdiag_protocol = (uint8_t)protos[proto].ip_protocol;
	request->idiag_states = states;
	request->idiag_ext = kernel_extensions(query->needs);
	if (protos[proto].ip_protocol > UINT8_MAX) /* Linux 5.9; an older one finds protocol 0, which it does not tell */
		mnl_attr_put_u32(header, INET_DIAG_REQ_PROTOCOL, protos[proto].ip_protocol);
	size_t room = DIAG_REQUEST_BYTES - header->nlmsg_len;
	diag_bytecode_put(header, query, proto, family, room);
	return header;
}

/*
 * The older request, TCPDIAG_GETSOCK, has no family that counts (inet_diag_dump_compat in net/ipv4/inet_diag.c): whatever is
 * TCP comes.  Its structure is longer by four bytes, and the attributes stand behind it.
 */
bool diag_inet_join(struct nlmsghdr *request, const struct nlmsghdr *other)
{
	struct inet_diag_req_v2 asked = *(struct inet_diag_req_v2 *)mnl_nlmsg_get_payload(request), others;
	const size_t from = mnl_nlmsg_size(sizeof(asked)), to = mnl_nlmsg_size(sizeof(struct inet_diag_req));
	size_t behind = request->nlmsg_len - from;

	memcpy(&others, mnl_nlmsg_get_payload(other), sizeof(others));
	others.sdiag_family = asked.sdiag_family;
	if (asked.sdiag_protocol != IPPROTO_TCP || memcmp(&asked, &others, sizeof(asked)) != 0 ||
	    request->nlmsg_len != other->nlmsg_len || to + behind > DIAG_REQUEST_BYTES ||
	    memcmp((char *)request + from, (const char *)other + from, behind) != 0)
		return false;
	memmove((char *)request + to, (char *)request + from, behind);
	*(struct inet_diag_req *)mnl_nlmsg_get_payload(request) = (struct inet_diag_req){
		.idiag_ext = asked.idiag_ext,
		.idiag_states = asked.idiag_states,
	};
	request->nlmsg_type = TCPDIAG_GETSOCK;
	request->nlmsg_len = (uint32_t)(to + behind);
	return true;
}

/* It stands at the end. */
void diag_inet_strip(struct nlmsghdr *request)
{
	const struct nlattr *attr = NULL;

	while ((attr = nl_attribute(request, sizeof(struct inet_diag_req_v2), attr)) != NULL) {
		if (mnl_attr_get_type(attr) == INET_DIAG_REQ_BYTECODE) {
			request->nlmsg_len = (uint32_t)((const char *)attr - (const char *)request);
			return;
		}
	}
}

/* A request of this type that is about one socket. */
static struct nlmsghdr *one_request(void *buffer, uint16_t type, const struct sock *sock)
{
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
	size_t length = sock->family == FAMILY_INET6 ? 16 : 4;

	header->nlmsg_type = type;
	header->nlmsg_flags = NLM_F_REQUEST;
	struct inet_diag_req_v2 *request = mnl_nlmsg_put_extra_header(header, sizeof(*request));
	request->sdiag_family = sock->family == FAMILY_INET6 ? AF_INET6 : AF_INET;
	request->sdiag_protocol = (uint8_t)protos[sock->proto].ip_protocol;
	request->id.idiag_sport = htons(sock->local_port);
	request->id.idiag_dport = htons(sock->foreign_port);
	memcpy(request->id.idiag_src, sock->local, length);
	memcpy(request->id.idiag_dst, sock->foreign, length);
	request->id.idiag_if = sock->ifindex;
	request->id.idiag_cookie[0] = (uint32_t)sock->cookie;
	request->id.idiag_cookie[1] = (uint32_t)(sock->cookie >> 32);
	return header;
}

struct nlmsghdr *diag_inet_destroy(void *buffer, const struct sock *sock)
{
	return one_request(buffer, SOCK_DESTROY, sock);
}

struct nlmsghdr *diag_inet_one(void *buffer, const struct sock *sock)
{
	return one_request(buffer, SOCK_DIAG_BY_FAMILY, sock);
}

static uint16_t state_of(unsigned proto, uint8_t kernels)
{
	if (kernels == KERNEL_CLOSE)
		return protos[proto].connects ? STATE_BOUND : STATE_UNCONN;
	if (kernels == KERNEL_NEW_SYN_RECV)
		return STATE_SYN_RECV;
	return kernels > 0 && kernels < KERNEL_KNOWN_STATES ? kernels : (uint16_t)(STATE_RAW + kernels);
}

/*
 * For a TIME_WAIT socket, which a FIN_WAIT2 without a process is too, the kernel keeps no owner and no queues
 * (inet_twsk_diag_fill), and none yet for a connection request (inet_req_diag_fill): both report zeros for "unknown".
 */
static void parse_known(struct sock *sock, const struct inet_diag_msg *diag)
{
	bool minimal = diag->idiag_timer == TIMER_TIMEWAIT || sock->state == STATE_SYN_RECV;

	sock->have = HAVE_QUEUES | HAVE_COOKIE;
	if (!minimal) {
		sock->have |= HAVE_UID;
		sock->uid = diag->idiag_uid;
	}
	if (protos[sock->proto].connects)
		sock->have |= HAVE_TIMER;
}

/* False when it has the wrong length. */
static bool parse_v6only(const struct nlattr *attr, struct sock_flags *flags)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U8) < 0)
		return false;
	flags_learn(flags, FLAG_V6ONLY, mnl_attr_get_u8(attr) != 0);
	return true;
}

/* Sent unasked since Linux 5.10, of sockets with a full life; nothing in it tells of SO_REUSEADDR or SO_REUSEPORT. */
static bool parse_options(const struct nlattr *attr, struct sock_flags *flags)
{
	struct inet_diag_sockopt options;

	if (mnl_attr_get_payload_len(attr) < sizeof(options))
		return false;
	memcpy(&options, mnl_attr_get_payload(attr), sizeof(options));
	flags_learn(flags, FLAG_FREEBIND, options.freebind);
	flags_learn(flags, FLAG_TRANSPARENT, options.transparent);
	flags_learn(flags, FLAG_NO_PORT, options.bind_address_no_port);
	return true;
}

static void parse_attributes(const struct nlmsghdr *message, struct sock *sock, unsigned long *malformed)
{
	for (const struct nlattr *attr = NULL; (attr = nl_attribute(message, sizeof(struct inet_diag_msg), attr)) != NULL;) {
		unsigned type = mnl_attr_get_type(attr);

		if (type == INET_DIAG_SKV6ONLY)
			*malformed += parse_v6only(attr, &sock->flags) ? 0 : 1;
		else if (type == INET_DIAG_SOCKOPT)
			*malformed += parse_options(attr, &sock->flags) ? 0 : 1;
	}
}

/* The structure grew with the kernels, so it may be shorter or longer than the one known here (linux/tcp.h). */
static void parse_tcp_info(const struct nlattr *attr, struct sock_info *info)
{
	size_t length = mnl_attr_get_payload_len(attr);
	struct tcp_info tcp = { .tcpi_state = 0 };

	memcpy(&tcp, mnl_attr_get_payload(attr), length < sizeof(tcp) ? length : sizeof(tcp));
	if (tcp.tcpi_state == STATE_LISTEN)
		return; /* a listener measures nothing: what stands there is what its connections will begin with */
	if (length >= offsetof(struct tcp_info, tcpi_total_retrans) + sizeof(tcp.tcpi_total_retrans)) {
		info->have |= INFO_TCP;
		info->rtt_us = tcp.tcpi_rtt;
		info->congestion_window = tcp.tcpi_snd_cwnd;
		info->retransmitted = tcp.tcpi_total_retrans;
	}
	if (length >= offsetof(struct tcp_info, tcpi_bytes_received) + sizeof(tcp.tcpi_bytes_received)) {
		info->have |= INFO_BYTES;
		info->received_bytes = tcp.tcpi_bytes_received;
		info->acked_bytes = tcp.tcpi_bytes_acked;
	}
}

static void parse_congestion(const struct nlattr *attr, struct sock_info *info)
{
	size_t length = mnl_attr_get_payload_len(attr);

	if (length >= sizeof(info->congestion))
		length = sizeof(info->congestion) - 1;
	memcpy(info->congestion, mnl_attr_get_payload(attr), length);
	info->congestion[length] = '\0';
	info->have |= INFO_CONGESTION;
}

/* These are false when the length is wrong. */

static bool parse_mark(const struct nlattr *attr, struct sock_info *info)
{
	bool good = diag_attr_u32(attr, &info->mark);

	info->have |= good ? INFO_MARK : 0;
	return good;
}

static bool parse_cgroup(const struct nlattr *attr, struct sock_info *info)
{
	if (mnl_attr_validate(attr, MNL_TYPE_U64) < 0)
		return false;
	info->cgroup = mnl_attr_get_u64(attr);
	info->have |= INFO_CGROUP;
	return true;
}

static bool parse_token(const struct nlattr *attr, struct sock_info *info)
{
	bool good = diag_attr_u32(attr, &info->token);

	info->have |= good && info->token != 0 ? INFO_TOKEN : 0; /* a listener has none */
	return good;
}

/* INET_DIAG_INFO of an MPTCP socket, which grows as TCP's does. */
static bool parse_mptcp_info(const struct nlattr *attr, struct sock_info *info)
{
	struct mptcp_info mptcp;

	if (mnl_attr_get_payload_len(attr) < offsetof(struct mptcp_info, mptcpi_token) + sizeof(mptcp.mptcpi_token))
		return false;
	memcpy(&mptcp.mptcpi_token, (const char *)mnl_attr_get_payload(attr) + offsetof(struct mptcp_info, mptcpi_token),
	       sizeof(mptcp.mptcpi_token));
	info->token = mptcp.mptcpi_token;
	info->have |= info->token != 0 ? INFO_TOKEN : 0;
	return true;
}

/* Told of a TCP socket that carries a part of an MPTCP connection to those with CAP_NET_ADMIN (tcp_diag_get_aux, Linux 5.6). */
static bool parse_subflow(const struct nlattr *layer, struct sock_info *info)
{
	bool good = true;

	for (const struct nlattr *protocol = NULL; (protocol = nl_nested(layer, protocol)) != NULL;) {
		for (const struct nlattr *attr = NULL;
		     mnl_attr_get_type(protocol) == INET_ULP_INFO_MPTCP && (attr = nl_nested(protocol, attr)) != NULL;) {
			if (mnl_attr_get_type(attr) == MPTCP_SUBFLOW_ATTR_TOKEN_LOC)
				good &= parse_token(attr, info);
		}
	}
	return good;
}

static bool parse_info(const struct nlattr *attr, unsigned proto, struct sock_info *info)
{
	if (proto == PROTO_MPTCP)
		return parse_mptcp_info(attr, info);
	if (proto == PROTO_TCP)
		parse_tcp_info(attr, info);
	return true;
}

void diag_inet_parse_info(const struct nlmsghdr *message, unsigned proto, struct sock_info *info, unsigned long *malformed)
{
	*info = (struct sock_info){ .have = 0 };
	for (const struct nlattr *attr = NULL; (attr = nl_attribute(message, sizeof(struct inet_diag_msg), attr)) != NULL;) {
		bool good = true;

		switch (mnl_attr_get_type(attr)) {
		case INET_DIAG_INFO:
			good = parse_info(attr, proto, info);
			break;
		case INET_DIAG_CONG:
			parse_congestion(attr, info);
			break;
		case INET_DIAG_SKMEMINFO:
			good = diag_attr_memory(attr, info);
			break;
		case INET_DIAG_MARK:
			good = parse_mark(attr, info);
			break;
		case INET_DIAG_CGROUP_ID:
			good = parse_cgroup(attr, info);
			break;
		case INET_DIAG_ULP_INFO:
			good = parse_subflow(attr, info);
			break;
		default:
			break;
		}
		*malformed += good ? 0 : 1;
	}
}

bool diag_inet_inform(const struct nlmsghdr *message, unsigned proto, const struct query *query, struct sock_info *info,
		      unsigned long *malformed)
{
	if ((query->needs & NEED_INFO) == 0)
		return false;
	diag_inet_parse_info(message, proto, info, malformed);
	return true;
}

/* INET_DIAG_PROTOCOL of a message, as enum sock_proto; PROTO_COUNT when it has none, or one that is not known here. */
static unsigned find_proto(const struct nlmsghdr *message)
{
	unsigned proto = PROTO_COUNT;

	for (const struct nlattr *attr = NULL; (attr = nl_attribute(message, sizeof(struct inet_diag_msg), attr)) != NULL;) {
		if (mnl_attr_get_type(attr) != INET_DIAG_PROTOCOL || mnl_attr_validate(attr, MNL_TYPE_U8) < 0)
			continue;
		for (proto = 0; proto < PROTO_COUNT; proto++) {
			if (protos[proto].ip_protocol != 0 && protos[proto].ip_protocol == mnl_attr_get_u8(attr))
				break;
		}
	}
	return proto;
}

bool diag_inet_parse(const struct nlmsghdr *message, unsigned proto, struct sock *sock, unsigned long *malformed)
{
	const struct inet_diag_msg *diag = mnl_nlmsg_get_payload(message);

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*diag))
		return false;
	if (diag->idiag_family != AF_INET && diag->idiag_family != AF_INET6)
		return false;
	*sock = (struct sock){
		.cookie = diag_cookie(diag->id.idiag_cookie),
		.proto = (uint8_t)proto,
		.family = diag->idiag_family == AF_INET6 ? FAMILY_INET6 : FAMILY_INET,
		.state = state_of(proto, diag->idiag_state),
		.timer = diag->idiag_timer,
		.retrans = diag->idiag_retrans,
		.local_port = ntohs(diag->id.idiag_sport),
		.foreign_port = ntohs(diag->id.idiag_dport),
		.ifindex = diag->id.idiag_if,
		.inode = diag->idiag_inode,
		.recv_queue = diag->idiag_rqueue,
		.send_queue = diag->idiag_wqueue,
		.timer_ms = diag->idiag_expires,
	};
	size_t length = sock->family == FAMILY_INET6 ? 16 : 4;
	memcpy(sock->local, diag->id.idiag_src, length);
	memcpy(sock->foreign, diag->id.idiag_dst, length);
	if (!sock_has_ports(sock)) { /* raw: the IP protocol stands there */
		sock->number = sock->local_port;
		sock->local_port = sock->foreign_port = 0;
	}
	parse_known(sock, diag);
	parse_attributes(message, sock, malformed);
	return true;
}

/* inet_diag_handler_get_info: the identity is there, descriptor, user, queues and timer are gone. */
bool diag_inet_parse_destroyed(const struct nlmsghdr *message, struct sock *sock, unsigned long *malformed)
{
	bool whole = mnl_nlmsg_get_payload_len(message) >= sizeof(struct inet_diag_msg);
	unsigned proto = whole ? find_proto(message) : PROTO_COUNT;

	if (proto == PROTO_COUNT || !diag_inet_parse(message, proto, sock, malformed))
		return false;
	sock->state = STATE_CLOSE;
	sock->have = HAVE_COOKIE;
	sock->inode = 0;
	return true;
}
