/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/events.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "kernel/diag_inet.h"
#include "kernel/record.h"

/* SKNLGRP_INET_TCP_DESTROY, _UDP_, INET6_TCP and _UDP_ are the groups 1 to 4 (linux/sock_diag.h). */
enum { DESTROY_GROUPS = 0xf };

int events_open(struct events *events)
{
	/* A thousand connections may close between two looks at the socket. */
	static const int room_bytes = 8 << 20;
	int error = nl_open(&events->nl, DESTROY_GROUPS);

	events->losses = events->malformed = 0;
	if (error < 0)
		return error;
	events->nl.record = record_events;
	events->nl.recorder = events->recorder;
	if (setsockopt(nl_fd(&events->nl), SOL_SOCKET, SO_RCVBUFFORCE, &room_bytes, sizeof(room_bytes)) < 0)
		setsockopt(nl_fd(&events->nl), SOL_SOCKET, SO_RCVBUF, &room_bytes, sizeof(room_bytes));
	return 0;
}

void events_close(struct events *events)
{
	nl_close(&events->nl);
}

int events_fd(const struct events *events)
{
	return nl_fd(&events->nl);
}

static void take(const struct nlmsghdr *message, void *context)
{
	struct events *events = context;
	struct sock sock;

	if (diag_inet_parse_destroyed(message, &sock, &events->malformed))
		events->destroyed(events->context, &sock);
}

void events_step(struct events *events)
{
	if (nl_step(&events->nl, take, events) >= 0)
		return;
	events->losses++;
	record_lost(events->recorder);
}

void events_feed(struct events *events, const void *chunk, size_t length)
{
	nl_feed(&events->nl, chunk, length, take, events);
}
