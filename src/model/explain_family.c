/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/explain_family.h"

#include "base/buf.h"
#include "model/column.h"
#include "model/table.h"
#include "model/unix_name.h"

/* What a name is good for; connections have that of the listener. */
static void explain_unix_waiting(struct buf *out, const struct row *row)
{
	if (row->sock.state == STATE_LISTEN)
		buf_puts(out, "Waits for connections; each one that accept() returns is a socket of its own with the same name.");
	else if (unix_name_has(row->info))
		buf_puts(out, row->sock.proto == PROTO_UNIX_DGRAM ? "Takes datagrams from anybody who sends to its name."
								  : "Has a name, but neither listens nor is connected.");
	else
		buf_puts(out, "Has neither a name nor a peer: nobody can send to it.");
	if (unix_name_has(row->info) && row->info->is_abstract)
		buf_puts(out, " An abstract name: it goes with the socket.");
}

static void explain_unix(struct buf *out, const struct row *row, const struct column_context *context)
{
	const struct row *peer = context->table != NULL ? table_peer(context->table, &row->sock) : NULL;

	if (row->sock.state != STATE_ESTABLISHED)
		explain_unix_waiting(out, row);
	else if (sock_peer(&row->sock) == 0)
		buf_puts(out, "Was connected, and the other end is gone, or was not accepted yet.");
	else
		buf_printf(out, "Connected to the socket with the inode %u%s", sock_peer(&row->sock),
			   peer != NULL && peer->owner_count > 0 ? ", which is held by " : ".");
	if (row->sock.state == STATE_ESTABLISHED && peer != NULL && peer->owner_count > 0) {
		columns[COLUMN_OWNERS].text(out, peer, context);
		buf_putc(out, '.');
	}
}

static void explain_raw(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	if (row->sock.proto == PROTO_ICMP)
		buf_puts(out, "Sends echo requests and takes the answers with its identifier; no rights are needed for it but a group in "
			      "net.ipv4.ping_group_range.");
	else if (row->sock.number == 255) /* IPPROTO_RAW */
		buf_puts(out, "Sends packets with IP headers of its own making; it receives nothing.");
	else
		buf_puts(out, "Takes a copy of every packet of its IP protocol that comes to its address.");
}

static void explain_packet(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	if (row->sock.number == 0)
		buf_puts(out, "Sends frames; it receives nothing, as it is bound to no Ethernet protocol.");
	else
		buf_printf(out, "Takes a copy of every frame of its Ethernet protocol%s: somebody listens in, or serves a protocol "
				"below IP, such as DHCP.",
			   row->sock.ifindex != 0 ? " on its device" : "");
}

static void explain_netlink(struct buf *out, const struct row *row, const struct column_context *context)
{
	struct sock_end end = sock_end_get(row->sock.local);

	(void)context;
	if (end.first == 0)
		buf_puts(out, "The kernel's end of this netlink protocol.");
	else
		buf_printf(out, "Talks with the kernel, or with other processes, by port id %u.%s", end.first,
			   end.second != 0 ? " It listens to multicast groups." : "");
}

static void explain_other(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	if (row->sock.family == FAMILY_XDP)
		buf_puts(out, "Takes frames from a device's queue before the kernel sees them, as an XDP program decides.");
	else if (row->sock.state == STATE_LISTEN)
		buf_puts(out, "Waits for connections; each one that accept() returns is a socket of its own.");
	else
		buf_puts(out, sock_has_peer(&row->sock) ? "Connected to the other end." : "Has no peer.");
}

bool explain_family(struct buf *out, const struct row *row, const struct column_context *context)
{
	static void (*const families[FAMILY_COUNT])(struct buf *out, const struct row *row, const struct column_context *context) = {
		[FAMILY_INET] = explain_raw,       [FAMILY_INET6] = explain_raw,  [FAMILY_UNIX] = explain_unix,
		[FAMILY_PACKET] = explain_packet,  [FAMILY_NETLINK] = explain_netlink, [FAMILY_VSOCK] = explain_other,
		[FAMILY_XDP] = explain_other,      [FAMILY_TIPC] = explain_other,
	};

	if (sock_has_ports(&row->sock))
		return false;
	families[row->sock.family](out, row, context);
	return true;
}
