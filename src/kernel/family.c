/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/family.h"

#include "kernel/diag_inet.h"
#include "model/sock.h"

#define INET(proto_, family_, text) \
	{ .name = text, .proto = (proto_), .family = (family_), .request = diag_inet_request, .strip = diag_inet_strip, \
	  .parse = diag_inet_parse, .inform = diag_inet_inform }

/* In the order in which they are asked for. */
const struct dump_class dump_classes[] = {
	INET(PROTO_TCP, FAMILY_INET, "tcp sockets of IPv4"),
	INET(PROTO_TCP, FAMILY_INET6, "tcp sockets of IPv6"),
	INET(PROTO_UDP, FAMILY_INET, "udp sockets of IPv4"),
	INET(PROTO_UDP, FAMILY_INET6, "udp sockets of IPv6"),
	INET(PROTO_UDPLITE, FAMILY_INET, "udplite sockets of IPv4"),
	INET(PROTO_UDPLITE, FAMILY_INET6, "udplite sockets of IPv6"),
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
