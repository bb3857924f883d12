/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connections of the crowd: those that start at its port, and those that come to it.
 */
#include "steps.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "ask.h"
#include "model/rules_internal.h"

/* Those ports are used more than once, so that nothing may be left there in TIME_WAIT. */
static bool is_privileged(const struct world *world)
{
	return world->port < world->arena->host.unprivileged_start;
}

/* An address at this end from which the arena's addresses can be reached. */
static bool may_connect(const struct slot *slot)
{
	const uint8_t *address = slot->wish.address;
	struct shape shape = shape_of(slot->wish.family, address, false);
	bool is_plain = !shape_is_specific(&shape) || (shape.type == SHAPE_MAPPED && shape.v6[12] == 127)
		|| (shape.type == SHAPE_IPV6 && address_is_wildcard(FAMILY_INET, address) && address[15] == 1 && address[12] == 0);

	return slot->fd >= 0 && slot->wish.proto != BIND_MPTCP && slot->wish.ifindex == 0 && is_plain
		&& slot->state != STATE_LISTEN;
}

/* Addresses of IPv4 are the same in both families. */
static bool same_bytes(const struct slot *a, const uint8_t *a_bytes, const struct slot *b, const uint8_t *b_bytes)
{
	struct shape own = shape_of(a->wish.family, a_bytes, false), other = shape_of(b->wish.family, b_bytes, false);

	return memcmp(own.v6, other.v6, 16) == 0;
}

/* Who had the same four in TIME_WAIT is gone: __inet_check_established(). */
static void take_over(struct world *world, const struct slot *taker)
{
	for (unsigned i = 0; i < CROWD_SLOTS; i++) {
		struct slot *slot = &world->slots[i];

		if (slot->is_used && slot->is_timewait && slot->foreign_port == taker->foreign_port
		    && same_bytes(slot, slot->wish.address, taker, taker->wish.address)
		    && same_bytes(slot, slot->foreign, taker, taker->foreign)) {
			close_fd(&slot->peer, true);
			vacate(world, slot);
		}
	}
}

static void now_connected(struct world *world, struct slot *slot, const struct bind_peer *peer)
{
	slot->is_connect_bound = is_tcp(slot) && !slot->has_port;
	slot->is_connected = true;
	slot->state = STATE_ESTABLISHED;
	slot->has_port = true;
	slot->wish.is_bound = true;
	slot->wish.port = world->port;
	read_address(slot->fd, slot->wish.address);
	slot->foreign_port = peer->port;
	union address other;
	socklen_t length = sizeof(other);
	memset(slot->foreign, 0, 16);
	if (getpeername(slot->fd, &other.any, &length) == 0)
		memcpy(slot->foreign, slot->wish.family == FAMILY_INET ? (void *)&other.in.sin_addr : (void *)&other.in6.sin6_addr,
		       slot->wish.family == FAMILY_INET ? 4 : 16);
}

/* A socket of UDP has its port even if the rest of connect() then fails. */
static void autobind_udp(struct world *world, struct slot *slot)
{
	uint8_t address[16];

	if (!slot->has_port && !is_tcp(slot) && read_address(slot->fd, address) == world->port)
		now_bound(world, slot, false);
}

/* The helper's end of the connection from the port; those that came too late for other crowds are passed over. */
static int accept_from(int helper, uint16_t port)
{
	for (;;) {
		struct sockaddr_in6 from = { .sin6_port = 0 };
		socklen_t length = sizeof(from);
		int fd = accept4(helper, (struct sockaddr *)&from, &length, SOCK_CLOEXEC);

		if (fd < 0 || from.sin6_port == htons(port))
			return fd;
		close_fd(&fd, true);
	}
}

/*
 * tcp_v4_connect() had chosen the source address before it saw that the four are taken, and takes it back, unless bind()
 * named one, though it be ::ffff:0.0.0.0; and the port, unless bind() named it.
 */
static void failed_to_connect(struct world *world, struct slot *slot, int error)
{
	if (!is_tcp(slot) || error != EADDRNOTAVAIL)
		return;
	if (slot->has_port)
		disconnected(world, slot);
	if (slot->is_address_locked)
		read_address(slot->fd, slot->wish.address);
	follow(world);
}

void do_connect(struct world *world, struct slot *slot, const struct step *step)
{
	struct bind_peer peer = { .is_here = true, .has_timestamps = TRI_YES };
	struct timeval patience = { .tv_usec = 300000 };
	union address address;

	if (is_privileged(world) || !may_connect(slot) || (!slot->wish.is_bound && !narrow_range(world, slot)))
		return;
	struct bind_wish wish = slot->wish, target = slot->wish;
	parse_address(&target, world, crowd_address(wish.family, step->address % 3));
	memcpy(peer.address, target.address, 16);
	target.scope_id = 0;
	peer.port = is_tcp(slot) ? world->arena->helper_ports[step->user % ARENA_HELPERS] : 9;
	wish.state = slot->is_connected ? STATE_ESTABLISHED : slot->state;
	struct question question = { .kind = STEP_CONNECT, .slot = slot, .wish = &wish, .peer = &peer };
	setsockopt(slot->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	socklen_t length = make_address(&address, &target, peer.port);
	int error = connect(slot->fd, &address.any, length) == 0 ? 0 : errno;
	if (error == EINPROGRESS) {
		world->is_over = true;
		return;
	}
	ask_compare(world, &question, error);
	autobind_udp(world, slot);
	if (error != 0) {
		failed_to_connect(world, slot, error);
		return;
	}
	now_connected(world, slot, &peer);
	follow(world);
	if (!is_tcp(slot))
		return;
	slot->peer = accept_from(world->arena->helpers[step->user % ARENA_HELPERS], world->port);
	world->is_over |= slot->peer < 0;
	take_over(world, slot);
}

/* The address of a listener, or one that its wildcard covers. */
static const char *target_of(const struct slot *listener, unsigned choice, char *text)
{
	static const char *const inet[] = { "127.0.0.1", "127.0.0.2" }, *const inet6[] = { "::1", "127.0.0.1" };
	struct shape shape = shape_of(listener->wish.family, listener->wish.address, false);

	if (!shape_is_specific(&shape))
		return shape.type == SHAPE_ANY ? inet6[choice % 2] : inet[choice % 2];
	if (shape.type == SHAPE_MAPPED)
		return inet_ntop(AF_INET, shape.v6 + 12, text, INET6_ADDRSTRLEN);
	return inet_ntop(AF_INET6, shape.v6, text, INET6_ADDRSTRLEN);
}

static int make_client(const struct world *world, const char *text)
{
	struct bind_wish wish = { .family = strchr(text, ':') != NULL ? FAMILY_INET6 : FAMILY_INET };
	struct timeval patience = { .tv_usec = 300000 };
	union address address;

	parse_address(&wish, world, &(struct crowd_address){ text, 0 });
	int fd = socket(wish.family == FAMILY_INET ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	set_option(fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, (int)(ARENA_CLIENT_HIGH << 16 | ARENA_CLIENT_LOW));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	socklen_t length = make_address(&address, &wish, world->port);
	if (connect(fd, &address.any, length) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Fills the slot with the socket that a listener accepted. */
static void now_accepted(struct world *world, struct slot *slot, const struct slot *listener, int client)
{
	int fd = slot->fd;

	*slot = *listener;
	slot->fd = fd;
	slot->peer = client;
	slot->wish.cookie = ++world->cookies;
	slot->wish.reuseport_bpf = false;
	slot->wish.uid = geteuid();
	slot->is_port_locked = false;
	now_connected(world, slot, &(struct bind_peer){ .port = 0 });
	slot->is_connect_bound = false;
	uint8_t address[16];
	slot->foreign_port = read_address(client, address);
	follow(world);
}

void do_accept(struct world *world, struct slot *slot, const struct step *step)
{
	char text[INET6_ADDRSTRLEN];
	const struct slot *target = NULL;

	if (is_privileged(world))
		return;
	for (unsigned i = 0; i < CROWD_SLOTS; i++) {
		const struct slot *listener = &world->slots[i];

		if (listener->is_used && listener->state == STATE_LISTEN && (target == NULL || i <= step->address))
			target = listener;
	}
	if (target == NULL)
		return;
	int client = make_client(world, target_of(target, step->address, text));
	if (client < 0)
		return;
	act_as(user_of(world, step));
	slot->fd = -1;
	for (unsigned i = 0; i < CROWD_SLOTS && slot->fd < 0; i++) {
		struct slot *listener = &world->slots[i];

		if (!listener->is_used || listener->state != STATE_LISTEN)
			continue;
		struct pollfd waits = { .fd = listener->fd, .events = POLLIN };
		if (poll(&waits, 1, 0) == 1)
			slot->fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
		if (slot->fd >= 0)
			now_accepted(world, slot, listener, client);
		world->is_over |= slot->fd >= 0 && listener->wish.proto == BIND_MPTCP;
	}
	act_as(0);
	world->is_over |= slot->fd < 0;
	if (slot->fd < 0)
		close_fd(&client, true);
	else
		ask_trace(world, slot, "accepted");
}
