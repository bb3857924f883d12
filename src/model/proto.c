/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/proto.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/text.h"

#define BIT(number) (UINT32_C(1) << (number))
#define INET (BIT(FAMILY_INET) | BIT(FAMILY_INET6))

const struct proto_entry proto_entries[PROTO_COUNT] = {
	[PROTO_TCP] = { "tcp", "tcp", "tcp", NULL, INET, true },
	[PROTO_UDP] = { "udp", "udp", "udp", NULL, INET, true },
	[PROTO_UDPLITE] = { "udplite", "udplite", "udplite", NULL, INET, true },
	[PROTO_MPTCP] = { "mptcp", "mptcp", "mptcp", NULL, INET, true },
	[PROTO_SCTP] = { "sctp", "sctp", "sctp", NULL, INET, true },
	[PROTO_DCCP] = { "dccp", "dccp", "dccp", NULL, INET, true },
	[PROTO_RAW] = { "raw", "raw", "raw", NULL, INET, false },
	[PROTO_ICMP] = { "icmp", "icmp", "icmp", NULL, INET, false },
	[PROTO_UNIX_STREAM] = { "unix_stream", "u_str", "unix", "stream", BIT(FAMILY_UNIX), false },
	[PROTO_UNIX_DGRAM] = { "unix_dgram", "u_dgr", "unix", "dgram", BIT(FAMILY_UNIX), false },
	[PROTO_UNIX_SEQPACKET] = { "unix_seqpacket", "u_seq", "unix", "seqpacket", BIT(FAMILY_UNIX), false },
	[PROTO_PACKET_RAW] = { "packet_raw", "p_raw", "packet", "raw", BIT(FAMILY_PACKET), false },
	[PROTO_PACKET_DGRAM] = { "packet_dgram", "p_dgr", "packet", "dgram", BIT(FAMILY_PACKET), false },
	[PROTO_NETLINK] = { "netlink", "nl", "netlink", NULL, BIT(FAMILY_NETLINK), false },
	[PROTO_VSOCK_STREAM] = { "vsock_stream", "v_str", "vsock", "stream", BIT(FAMILY_VSOCK), false },
	[PROTO_VSOCK_DGRAM] = { "vsock_dgram", "v_dgr", "vsock", "dgram", BIT(FAMILY_VSOCK), false },
	[PROTO_VSOCK_SEQPACKET] = { "vsock_seqpacket", "v_seq", "vsock", "seqpacket", BIT(FAMILY_VSOCK), false },
	[PROTO_XDP] = { "xdp", "xdp", "xdp", NULL, BIT(FAMILY_XDP), false },
	[PROTO_TIPC] = { "tipc", "tipc", "tipc", NULL, BIT(FAMILY_TIPC), false },
};

const struct proto_set proto_sets[] = {
	{ "all", PROTOS_ALL },
	{ "inet", BIT(PROTO_TCP) | BIT(PROTO_UDP) | BIT(PROTO_UDPLITE) | BIT(PROTO_MPTCP) | BIT(PROTO_SCTP) | BIT(PROTO_DCCP) |
			  BIT(PROTO_RAW) | BIT(PROTO_ICMP) },
	{ "unix", PROTOS_UNIX },
	{ "packet", PROTOS_PACKET },
	{ "vsock", PROTOS_VSOCK },
	{ "tcp", BIT(PROTO_TCP) },
	{ "udp", BIT(PROTO_UDP) },
	{ "udplite", BIT(PROTO_UDPLITE) },
	{ "mptcp", BIT(PROTO_MPTCP) },
	{ "sctp", BIT(PROTO_SCTP) },
	{ "dccp", BIT(PROTO_DCCP) },
	{ "raw", BIT(PROTO_RAW) },
	{ "icmp", BIT(PROTO_ICMP) },
	{ "unix_stream", BIT(PROTO_UNIX_STREAM) },
	{ "unix_dgram", BIT(PROTO_UNIX_DGRAM) },
	{ "unix_seqpacket", BIT(PROTO_UNIX_SEQPACKET) },
	{ "packet_raw", BIT(PROTO_PACKET_RAW) },
	{ "packet_dgram", BIT(PROTO_PACKET_DGRAM) },
	{ "netlink", BIT(PROTO_NETLINK) },
	{ "vsock_stream", BIT(PROTO_VSOCK_STREAM) },
	{ "vsock_dgram", BIT(PROTO_VSOCK_DGRAM) },
	{ "vsock_seqpacket", BIT(PROTO_VSOCK_SEQPACKET) },
	{ "xdp", BIT(PROTO_XDP) },
	{ "tipc", BIT(PROTO_TIPC) },
	/* ss(8)'s short ones */
	{ "u_str", BIT(PROTO_UNIX_STREAM) },
	{ "u_dgr", BIT(PROTO_UNIX_DGRAM) },
	{ "u_seq", BIT(PROTO_UNIX_SEQPACKET) },
	{ "p_raw", BIT(PROTO_PACKET_RAW) },
	{ "p_dgr", BIT(PROTO_PACKET_DGRAM) },
	{ "v_str", BIT(PROTO_VSOCK_STREAM) },
	{ "v_dgr", BIT(PROTO_VSOCK_DGRAM) },
	{ NULL, 0 },
};

const char *proto_set_name(size_t i)
{
	return proto_sets[i].name;
}

static const struct proto_set *set_named(const char *name)
{
	for (const struct proto_set *set = proto_sets; set->name != NULL; set++) {
		if (strcasecmp(set->name, name) == 0)
			return set;
	}
	return NULL;
}

/* One word; first: nothing stands before it. */
static bool add_word(uint32_t *set, const char *word, bool first, struct buf *error)
{
	bool excludes = word[0] == '!';
	const struct proto_set *named = set_named(word + (excludes ? 1 : 0));

	if (named == NULL)
		return text_fail_nearest(error, word + (excludes ? 1 : 0), "proto", proto_set_name);
	if (excludes)
		*set = (first ? PROTOS_ALL : *set) & ~named->protos;
	else
		*set |= named->protos;
	return true;
}

bool proto_set_parse(uint32_t *set, const char *text, struct buf *error)
{
	struct buf word = BUF_INIT;
	uint32_t made = 0;
	bool good = true;

	for (const char *at = text, *end; good; at = end + 1) {
		end = at + strcspn(at, ",");
		buf_clear(&word);
		buf_add(&word, at, (size_t)(end - at));
		good = add_word(&made, buf_str(&word), at == text, error);
		if (*end == '\0')
			break;
	}
	buf_fini(&word);
	if (good && made == 0) {
		buf_putc(error, '"');
		text_clean(error, text);
		buf_puts(error, "\" leaves no sockets");
		return false;
	}
	*set = good ? made : *set;
	return good;
}

/* The sets stand before their parts in the table, so what is left after one is never asked for twice. */
void proto_set_format(struct buf *out, uint32_t set)
{
	const char *comma = "";

	for (const struct proto_set *one = proto_sets; one->name != NULL && set != 0; one++) {
		if ((set & one->protos) != one->protos)
			continue;
		buf_printf(out, "%s%s", comma, one->name);
		comma = ",";
		set &= ~one->protos;
	}
}
