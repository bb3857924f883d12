/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands at the two ends of a socket: an address and a port, and in other families what they have instead.  Always one
 * word: a row of the list has as many of them as there are columns.
 */
#include "base/buf.h"
#include "base/text.h"
#include "model/column.h"
#include "model/names.h"
#include "model/table.h"
#include "model/unix_name.h"

struct number_name {
	unsigned number;
	const char *name; /* NULL: the end */
};

/* As /etc/protocols has them, those that programs open raw sockets for. */
static const struct number_name ip_protocols[] = {
	{ 1, "icmp" }, { 2, "igmp" }, { 6, "tcp" }, { 17, "udp" }, { 46, "rsvp" }, { 47, "gre" }, { 50, "esp" }, { 51, "ah" },
	{ 58, "ipv6-icmp" }, { 88, "eigrp" }, { 89, "ospf" }, { 103, "pim" }, { 112, "vrrp" }, { 115, "l2tp" }, { 132, "sctp" },
	{ 255, "raw" }, { 0, NULL },
};

/* linux/if_ether.h */
static const struct number_name ethernet_protocols[] = {
	{ 0x0000, "none" }, { 0x0003, "all" }, { 0x0004, "802.2" }, { 0x0800, "ip" }, { 0x0806, "arp" }, { 0x8035, "rarp" },
	{ 0x8100, "802.1q" }, { 0x86dd, "ipv6" }, { 0x8863, "ppp-disc" }, { 0x8864, "ppp-ses" }, { 0x888e, "pae" },
	{ 0x88cc, "lldp" }, { 0x88f7, "1588" }, { 0, NULL },
};

/* linux/netlink.h; most names are ss(8)'s (/etc/iproute2/nl_protos). */
static const struct number_name netlink_protocols[] = {
	{ 0, "rtnl" },   { 2, "usersock" }, { 3, "fw" },         { 4, "sock_diag" }, { 5, "nflog" },   { 6, "xfrm" },
	{ 7, "selinux" }, { 8, "iscsi" },   { 9, "audit" },      { 10, "fiblookup" }, { 11, "connector" }, { 12, "netfilter" },
	{ 13, "ip6fw" }, { 15, "uevent" },  { 16, "genl" },      { 18, "scsi-trans" }, { 19, "ecryptfs" }, { 20, "rdma" },
	{ 21, "crypto" }, { 22, "smc" },    { 0, NULL },
};

/* By its name, or in hexadecimal, as Ethernet's are known, or in decimal. */
static void number_text(struct buf *out, const struct number_name *names, bool hex, unsigned number)
{
	for (; names->name != NULL; names++) {
		if (names->number == number) {
			buf_puts(out, names->name);
			return;
		}
	}
	if (hex)
		buf_printf(out, "0x%04x", number);
	else
		buf_uint(out, number);
}

/* The names of hosts or services, if they are shown. */
static const struct name_cache *resolved(const struct column_context *context, enum name_kind kind)
{
	return context->names->resolve && !context->numeric ? &context->names->of[kind] : NULL;
}

static void port_text(struct buf *out, const struct sock *sock, uint16_t port, const struct column_context *context)
{
	const struct name_cache *services = resolved(context, NAME_SERVICE);
	const char *name = services != NULL ? name_get(services, name_service(sock->proto, port)) : NULL;

	buf_putc(out, ':');
	if (port == 0)
		buf_putc(out, '*');
	else if (name != NULL)
		text_clean(out, name);
	else
		buf_uint(out, port);
}

static void host_text(struct buf *out, unsigned family, const uint8_t address[16], const struct column_context *context)
{
	const struct name_cache *hosts = resolved(context, NAME_HOST);
	const char *name = hosts != NULL ? name_get(hosts, name_address(family, address)) : NULL;

	if (name != NULL) {
		text_clean(out, name);
		return;
	}
	if (family == FAMILY_INET6)
		buf_putc(out, '[');
	address_format(out, family, address);
	if (family == FAMILY_INET6)
		buf_putc(out, ']');
}

static void device_text(struct buf *out, const struct sock *sock, const struct names *names)
{
	const char *name = name_get(&names->of[NAME_DEVICE], name_device(sock->netns, sock->ifindex));

	if (name != NULL)
		text_clean(out, name);
	else
		buf_uint(out, sock->ifindex);
}

void column_device_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	if (row->sock.ifindex != 0)
		device_text(out, &row->sock, context->names);
	else
		buf_puts(out, COLUMN_UNKNOWN);
}

/* The device stands where ss puts it: 127.0.0.53%lo:53. */
static void inet_local_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	const struct sock *sock = &row->sock;

	host_text(out, sock->family, sock->local, context);
	if (sock->ifindex != 0) {
		buf_putc(out, '%');
		device_text(out, sock, context->names);
	}
	if (sock->proto == PROTO_RAW) {
		buf_putc(out, ':');
		number_text(out, ip_protocols, false, sock->number);
	} else {
		port_text(out, sock, sock->proto == PROTO_ICMP ? sock->number : sock->local_port, context);
	}
}

static void inet_foreign_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	host_text(out, row->sock.family, row->sock.foreign, context);
	port_text(out, &row->sock, row->sock.foreign_port, context);
}

/* Sockets without a name are told apart by the inode, and so are those that share one: each that accept() returns has it. */
static void unix_end_text(struct buf *out, const struct sock_info *info, uint32_t inode)
{
	if (unix_name_has(info))
		unix_name_format(out, info);
	else
		buf_putc(out, '*');
	buf_putc(out, ':');
	if (inode != 0)
		buf_uint(out, inode);
	else
		buf_putc(out, '*');
}

static void unix_local_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	unix_end_text(out, row->info, row->sock.inode);
}

static void unix_foreign_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	const struct row *peer = context->table != NULL ? table_peer(context->table, &row->sock) : NULL;

	unix_end_text(out, peer != NULL ? peer->info : NULL, sock_peer(&row->sock));
}

static void packet_local_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	number_text(out, ethernet_protocols, true, row->sock.number);
	buf_putc(out, ':');
	if (row->sock.ifindex != 0)
		device_text(out, &row->sock, context->names);
	else
		buf_putc(out, '*');
}

/* Port id 0 is the kernel's own; who is not bound is not told. */
static void netlink_local_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	struct sock_end end = sock_end_get(row->sock.local);

	(void)context;
	number_text(out, netlink_protocols, false, row->sock.number);
	buf_putc(out, ':');
	if (end.first != 0)
		buf_uint(out, end.first);
	else
		buf_puts(out, "kernel");
}

static void netlink_foreign_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	struct sock_end end = sock_end_get(row->sock.foreign);

	(void)context;
	if (end.first != 0)
		buf_uint(out, end.first);
	else
		buf_putc(out, '*');
}

static void number_or_any(struct buf *out, uint32_t number)
{
	if (number != UINT32_MAX) /* VMADDR_CID_ANY, VMADDR_PORT_ANY (linux/vm_sockets.h) */
		buf_uint(out, number);
	else
		buf_putc(out, '*');
}

static void vsock_end_text(struct buf *out, struct sock_end end)
{
	number_or_any(out, end.first);
	buf_putc(out, ':');
	number_or_any(out, end.second);
}

static void vsock_local_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	vsock_end_text(out, sock_end_get(row->sock.local));
}

static void vsock_foreign_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	vsock_end_text(out, sock_end_get(row->sock.foreign));
}

static void xdp_local_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	if (row->sock.ifindex == 0) {
		buf_putc(out, '*');
		return;
	}
	device_text(out, &row->sock, context->names);
	buf_printf(out, ":q%u", sock_end_get(row->sock.local).first);
}

static void tipc_local_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	struct sock_end end = sock_end_get(row->sock.local);

	(void)context;
	buf_printf(out, "%08x:%u", end.first, end.second);
}

static void tipc_foreign_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	struct sock_end end = sock_end_get(row->sock.foreign);

	(void)context;
	if (end.first != 0 || end.second != 0)
		buf_printf(out, "%08x:%u", end.first, end.second);
	else
		buf_putc(out, '*');
}

static void no_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)row, (void)context;
	buf_putc(out, '*');
}

static const struct {
	column_text_fn *local, *foreign;
} ends[FAMILY_COUNT] = {
	[FAMILY_INET] = { inet_local_text, inet_foreign_text },
	[FAMILY_INET6] = { inet_local_text, inet_foreign_text },
	[FAMILY_UNIX] = { unix_local_text, unix_foreign_text },
	[FAMILY_PACKET] = { packet_local_text, no_text },
	[FAMILY_NETLINK] = { netlink_local_text, netlink_foreign_text },
	[FAMILY_VSOCK] = { vsock_local_text, vsock_foreign_text },
	[FAMILY_XDP] = { xdp_local_text, no_text },
	[FAMILY_TIPC] = { tipc_local_text, tipc_foreign_text },
};

void column_local_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	ends[row->sock.family].local(out, row, context);
}

void column_foreign_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	ends[row->sock.family].foreign(out, row, context);
}

void endpoints_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	column_local_text(out, row, context);
	if (!sock_has_peer(&row->sock))
		return;
	buf_putc(out, '>');
	column_foreign_text(out, row, context);
}
