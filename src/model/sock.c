/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/sock.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "model/proto.h"

static const char *name_of(const char *const *names, unsigned count, unsigned number)
{
	return number < count ? names[number] : NULL;
}

bool sock_is_same(const struct sock *a, const struct sock *b)
{
	return a->cookie == b->cookie && a->netns == b->netns;
}

bool sock_is_listening(const struct sock *sock)
{
	return sock->state < STATE_COUNT && (STATES_LISTENING & STATE_BIT(sock->state)) != 0;
}

bool sock_has_backlog(const struct sock *sock)
{
	return sock->state == STATE_LISTEN && (sock->have & HAVE_QUEUES) != 0;
}

bool sock_is_overrun(const struct sock *sock)
{
	return sock_has_backlog(sock) && sock->recv_queue > sock->send_queue;
}

const char *proto_name(unsigned proto)
{
	return proto < PROTO_COUNT ? proto_entries[proto].name : NULL;
}

const char *sock_family_name(unsigned family)
{
	static const char *const names[FAMILY_COUNT] = {
		[FAMILY_INET] = "inet",       [FAMILY_INET6] = "inet6", [FAMILY_UNIX] = "unix", [FAMILY_PACKET] = "packet",
		[FAMILY_NETLINK] = "netlink", [FAMILY_VSOCK] = "vsock", [FAMILY_XDP] = "xdp",   [FAMILY_TIPC] = "tipc",
	};

	return name_of(names, FAMILY_COUNT, family);
}

const char *file_name(unsigned file)
{
	static const char *const names[] = { [FILE_ALIVE] = "alive", [FILE_GONE] = "gone", [FILE_REPLACED] = "replaced" };

	return names[file];
}

bool family_is_inet(unsigned family)
{
	return family == FAMILY_INET || family == FAMILY_INET6;
}

bool sock_has_ports(const struct sock *sock)
{
	return sock->proto < PROTO_COUNT && proto_entries[sock->proto].has_ports;
}

bool sock_has_peer(const struct sock *sock)
{
	static const uint8_t none[16];

	if (sock->family == FAMILY_VSOCK)
		return sock_end_get(sock->foreign).first != UINT32_MAX; /* VMADDR_CID_ANY */
	return sock_has_ports(sock) ? sock->foreign_port != 0 : memcmp(sock->foreign, none, sizeof(none)) != 0;
}

struct sock_end sock_end_get(const uint8_t end[16])
{
	struct sock_end value;

	memcpy(&value, end, sizeof(value));
	return value;
}

void sock_end_set(uint8_t end[16], struct sock_end value)
{
	memcpy(end, &value, sizeof(value));
}

uint32_t sock_peer(const struct sock *sock)
{
	return sock->family == FAMILY_UNIX ? sock_end_get(sock->foreign).first : 0;
}

const char *state_name(unsigned state)
{
	static const char *const names[STATE_COUNT] = {
		[STATE_ESTABLISHED] = "ESTABLISHED",
		[STATE_SYN_SENT] = "SYN_SENT",
		[STATE_SYN_RECV] = "SYN_RECV",
		[STATE_FIN_WAIT1] = "FIN_WAIT1",
		[STATE_FIN_WAIT2] = "FIN_WAIT2",
		[STATE_TIME_WAIT] = "TIME_WAIT",
		[STATE_CLOSE] = "CLOSE",
		[STATE_CLOSE_WAIT] = "CLOSE_WAIT",
		[STATE_LAST_ACK] = "LAST_ACK",
		[STATE_LISTEN] = "LISTEN",
		[STATE_CLOSING] = "CLOSING",
		[STATE_BOUND] = "BOUND",
		[STATE_UNCONN] = "UNCONN",
	};

	return name_of(names, STATE_COUNT, state);
}

void state_format(struct buf *out, unsigned state)
{
	const char *name = state_name(state);

	if (name != NULL)
		buf_puts(out, name);
	else
		buf_uint(out, state >= STATE_RAW ? state - STATE_RAW : state);
}

const char *timer_name(unsigned timer)
{
	static const char *const names[TIMER_COUNT] = {
		[TIMER_OFF] = "off",
		[TIMER_ON] = "on",
		[TIMER_KEEPALIVE] = "keepalive",
		[TIMER_TIMEWAIT] = "timewait",
		[TIMER_PERSIST] = "persist",
	};
	const char *name = name_of(names, TIMER_COUNT, timer);

	return name != NULL ? name : "unknown";
}

static void format_inet(struct buf *out, const uint8_t address[4])
{
	for (int i = 0; i < 4; i++) {
		if (i > 0)
			buf_putc(out, '.');
		buf_uint(out, address[i]);
	}
}

void address_format(struct buf *out, unsigned family, const uint8_t address[16])
{
	char text[INET6_ADDRSTRLEN];

	if (family == FAMILY_INET) {
		format_inet(out, address);
		return;
	}
	if (inet_ntop(AF_INET6, address, text, sizeof(text)) != NULL)
		buf_puts(out, text);
}

bool address_is_wildcard(unsigned family, const uint8_t address[16])
{
	uint8_t any = 0;

	for (int i = 0; i < (family == FAMILY_INET ? 4 : 16); i++)
		any |= address[i];
	return any == 0;
}
