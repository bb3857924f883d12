/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a socket means to a bind(2) of another: inet_rcv_saddr_equal and inet_bind_conflict of the kernel in words.
 */
#include <string.h>

#include "base/buf.h"
#include "model/column.h"
#include "model/explain.h"
#include "model/rules.h"
#include "model/table.h"

/* ::ffff:1.2.3.4, which is 1.2.3.4 to every other socket. */
static bool is_mapped(const struct sock *sock)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	return sock->family == FAMILY_INET6 && memcmp(sock->local, prefix, sizeof(prefix)) == 0;
}

static const uint8_t *ipv4_of(const struct sock *sock)
{
	return sock->family == FAMILY_INET6 ? sock->local + 12 : sock->local;
}

static void add_endpoint(struct buf *out, unsigned family, const uint8_t *address, uint16_t port)
{
	buf_puts(out, family == FAMILY_INET6 ? "[" : "");
	address_format(out, family, address);
	buf_printf(out, "%s:%u", family == FAMILY_INET6 ? "]" : "", (unsigned)port);
}

/* An IPv6 socket without IPV6_V6ONLY on the wildcard wants all of IPv4 as well. */
static void add_ipv4_places(struct buf *out, const struct sock *sock)
{
	unsigned port = sock->local_port;

	if (address_is_wildcard(FAMILY_INET, ipv4_of(sock))) {
		buf_printf(out, "port %u of any IPv4 address", port);
	} else {
		add_endpoint(out, FAMILY_INET, ipv4_of(sock), sock->local_port);
		buf_printf(out, ", 0.0.0.0:%u", port);
	}
	buf_printf(out, " or, without IPV6_V6ONLY, [::]:%u", port);
}

/*
 * A socket of the IPv6 family that may take IPv4 too is in the way of 0.0.0.0, even where its address is of IPv6 alone.
 * bind() to such an address sets IPV6_V6ONLY, but a connection that was accepted on [::] or made from there has it not.
 */
static void add_ipv6_places(struct buf *out, const struct sock *sock)
{
	bool any = address_is_wildcard(FAMILY_INET6, sock->local), known = (sock->flags.known & FLAG_V6ONLY) != 0;
	bool v6only = (sock->flags.set & FLAG_V6ONLY) != 0;
	unsigned port = sock->local_port;

	if (any) {
		buf_printf(out, "port %u of any IPv6 address", port);
	} else {
		add_endpoint(out, FAMILY_INET6, sock->local, sock->local_port);
		buf_printf(out, "%s [::]:%u", v6only ? " or" : ",", port);
	}
	if (v6only)
		return;
	buf_printf(out, " or, as this one %s IPV6_V6ONLY, ", known ? "has no" : "may have no");
	if (any)
		buf_puts(out, "any IPv4 address");
	else
		buf_printf(out, "0.0.0.0:%u", port);
}

/* The last socket that the kernel keeps of a connection, which belongs to no user any more. */
static bool is_ownerless(const struct sock *sock)
{
	return sock->state == STATE_TIME_WAIT || (sock->state == STATE_FIN_WAIT2 && sock->timer == TIMER_TIMEWAIT);
}

/* What the other one would need, as it is known what this one has. */
static void add_known_way(struct buf *out, const struct sock *sock, bool listens)
{
	bool by_address = (sock->flags.set & FLAG_REUSEADDR) != 0 && !listens;
	bool by_port = (sock->flags.set & FLAG_REUSEPORT) != 0;

	if (!by_address && !by_port)
		return;
	buf_printf(out, ", unless it has %s%s", by_address ? "SO_REUSEADDR too" : "", by_address && by_port ? ", or " : "");
	if (by_port)
		buf_puts(out, is_ownerless(sock) ? "SO_REUSEPORT too" : "SO_REUSEPORT too and the same user");
}

/* SO_REUSEADDR shares with all but listeners. */
static void add_way(struct buf *out, const struct sock *sock)
{
	const uint8_t both = FLAG_REUSEADDR | FLAG_REUSEPORT;
	bool listens = sock->proto == PROTO_TCP && sock->state == STATE_LISTEN;

	if ((sock->flags.known & both) == both)
		add_known_way(out, sock, listens);
	else if (is_ownerless(sock))
		buf_puts(out, ", unless both the socket that was closed and the new one have SO_REUSEADDR, or both SO_REUSEPORT");
	else
		buf_printf(out, ", unless both have %sSO_REUSEPORT and the same user", listens ? "" : "SO_REUSEADDR, or both ");
	buf_puts(out, listens ? "; SO_REUSEADDR does not help against a listener" : "");
}

/* A request for a connection is not among the sockets that bind() looks at. */
void explain_blocks(struct buf *out, const struct row *row, const struct column_context *context)
{
	const struct sock *sock = &row->sock;

	if (!rules_knows(sock) || row->life == ROW_GONE || sock->local_port == 0 || sock->state == STATE_SYN_RECV || sock->state == STATE_CLOSE)
		return;
	buf_puts(out, sock->netns != 0 ? "In its network namespace no other socket can bind() to "
				       : "No other socket can bind() to ");
	if (sock->family == FAMILY_INET || is_mapped(sock))
		add_ipv4_places(out, sock);
	else
		add_ipv6_places(out, sock);
	add_way(out, sock);
	if (sock->ifindex != 0) {
		buf_puts(out, "; it can if it is bound to another device than ");
		columns[COLUMN_DEVICE].text(out, row, context);
	}
	buf_putc(out, '.');
}
