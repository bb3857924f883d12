/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/family.h"

#include "kernel/diag_inet.h"
#include "kernel/diag_netlink.h"
#include "kernel/diag_packet.h"
#include "kernel/diag_sctp.h"
#include "kernel/diag_tipc.h"
#include "kernel/diag_unix.h"
#include "kernel/diag_vsock.h"
#include "kernel/diag_xdp.h"
#include "model/sock.h"

#define ONE(proto) (UINT32_C(1) << (proto))
#define INET(text, proto_, family_, parse_) \
	.name = (text), .proto = (proto_), .protos = ONE(proto_), .family = (family_), .request = diag_inet_request, \
	.strip = diag_inet_strip, .parse = (parse_), .inform = diag_inet_inform

/*
 * In the order in which they are asked for.  The kernel dumps one protocol of one family of the internet at a time (AF_UNSPEC:
 * ENOENT), but for TCP, and of others the family.
 */
const struct dump_class dump_classes[] = {
	{ INET("tcp", PROTO_TCP, FAMILY_INET, diag_inet_parse), .join = diag_inet_join },
	{ INET("tcp6", PROTO_TCP, FAMILY_INET6, diag_inet_parse) },
	{ INET("udp", PROTO_UDP, FAMILY_INET, diag_inet_parse) },
	{ INET("udp6", PROTO_UDP, FAMILY_INET6, diag_inet_parse) },
	{ INET("udplite", PROTO_UDPLITE, FAMILY_INET, diag_inet_parse) },
	{ INET("udplite6", PROTO_UDPLITE, FAMILY_INET6, diag_inet_parse) },
	{ INET("mptcp", PROTO_MPTCP, FAMILY_INET, diag_inet_parse) },
	{ INET("mptcp6", PROTO_MPTCP, FAMILY_INET6, diag_inet_parse) },
	{ INET("sctp", PROTO_SCTP, FAMILY_INET, diag_sctp_parse) },
	{ INET("sctp6", PROTO_SCTP, FAMILY_INET6, diag_sctp_parse) },
	{ INET("dccp", PROTO_DCCP, FAMILY_INET, diag_inet_parse) },
	{ INET("dccp6", PROTO_DCCP, FAMILY_INET6, diag_inet_parse) },
	{ INET("raw", PROTO_RAW, FAMILY_INET, diag_inet_parse), .file = "raw" },
	{ INET("raw6", PROTO_RAW, FAMILY_INET6, diag_inet_parse), .file = "raw6" },
	{ .name = "icmp", .proto = PROTO_ICMP, .protos = ONE(PROTO_ICMP), .family = FAMILY_INET, .file = "icmp" },
	{ .name = "icmp6", .proto = PROTO_ICMP, .protos = ONE(PROTO_ICMP), .family = FAMILY_INET6, .file = "icmp6" },
	{ .name = "unix", .proto = PROTO_UNIX_STREAM, .protos = PROTOS_UNIX, .family = FAMILY_UNIX,
	  .request = diag_unix_request, .parse = diag_unix_parse_sock, .inform = diag_unix_inform },
	{ .name = "packet", .proto = PROTO_PACKET_RAW, .protos = PROTOS_PACKET, .family = FAMILY_PACKET,
	  .request = diag_packet_request, .parse = diag_packet_parse, .inform = diag_packet_inform },
	{ .name = "netlink", .proto = PROTO_NETLINK, .protos = ONE(PROTO_NETLINK), .family = FAMILY_NETLINK,
	  .request = diag_netlink_request, .parse = diag_netlink_parse, .inform = diag_netlink_inform },
	{ .name = "vsock", .proto = PROTO_VSOCK_STREAM, .protos = PROTOS_VSOCK, .family = FAMILY_VSOCK,
	  .request = diag_vsock_request, .parse = diag_vsock_parse },
	{ .name = "xdp", .proto = PROTO_XDP, .protos = ONE(PROTO_XDP), .family = FAMILY_XDP,
	  .request = diag_xdp_request, .parse = diag_xdp_parse, .inform = diag_xdp_inform },
	{ .name = "tipc", .proto = PROTO_TIPC, .protos = ONE(PROTO_TIPC), .family = FAMILY_TIPC,
	  .request = diag_tipc_request, .parse = diag_tipc_parse },
};

const size_t dump_class_count = sizeof(dump_classes) / sizeof(dump_classes[0]);

_Static_assert(sizeof(dump_classes) / sizeof(dump_classes[0]) <= DUMP_CLASSES_MAX, "DUMP_CLASSES_MAX is too small");

size_t dump_class_find(unsigned proto, unsigned family)
{
	size_t i = 0;

	while (i < dump_class_count && (dump_classes[i].proto != proto || dump_classes[i].family != family))
		i++;
	return i;
}
