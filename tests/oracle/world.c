/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "world.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "model/rules_internal.h"
#include "steps.h"

/* The rules' memory of the port is told what is there now. */
void follow(struct world *world)
{
	struct bind_sock socks[CROWD_SLOTS];

	bind_cache_update(&world->cache, socks, ask_socks(world, socks));
}

/* The slot is not on the port any more. */
static void leave(struct world *world, struct slot *slot)
{
	if (!slot->has_port)
		return;
	slot->has_port = false;
	slot->is_connect_bound = false;
	slot->wish.is_bound = false;
	slot->wish.reuseport_bpf &= is_tcp(slot);
	follow(world);
}

void vacate(struct world *world, struct slot *slot)
{
	leave(world, slot);
	slot->is_used = false;
}

static void attach_program(int fd, struct bind_wish *wish)
{
	struct sock_filter code[] = { { BPF_RET | BPF_K, 0, 0, 0 } };
	struct sock_fprog program = { 1, code };

	wish->reuseport_bpf = wish->reuseport
		&& setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program)) == 0;
}

static int new_socket(const struct step *step)
{
	static const struct { int type, proto; } kinds[] = {
		[BIND_TCP] = { SOCK_STREAM, 0 },
		[BIND_MPTCP] = { SOCK_STREAM, IPPROTO_MPTCP },
		[BIND_UDP] = { SOCK_DGRAM, 0 },
		[BIND_UDPLITE] = { SOCK_DGRAM, IPPROTO_UDPLITE },
	};

	return socket(step->family == FAMILY_INET ? AF_INET : AF_INET6, kinds[step->proto].type | SOCK_CLOEXEC,
		      kinds[step->proto].proto);
}

static void do_open(struct world *world, struct slot *slot, const struct step *step)
{
	struct bind_wish *wish = &slot->wish;

	act_as(user_of(world, step));
	int fd = new_socket(step);
	act_as(0);
	if (fd < 0)
		return;
	*slot = (struct slot){ .is_used = true, .fd = fd, .peer = -1, .state = STATE_CLOSE };
	*wish = (struct bind_wish){
		.cookie = ++world->cookies,
		.proto = step->proto,
		.family = step->family,
		.ifindex = device_of(world, step->device),
		.uid = user_of(world, step),
	};
	wish->reuseaddr = (step->flags & WITH_REUSEADDR) && set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	wish->reuseport = (step->flags & WITH_REUSEPORT) && set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	wish->v6only = (step->flags & WITH_V6ONLY) && step->family == FAMILY_INET6 && set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	wish->freebind = (step->flags & WITH_FREEBIND) && set_option(fd, IPPROTO_IP, IP_FREEBIND, 1);
	wish->bind_address_no_port = (step->flags & WITH_PORT_LATER) && set_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
	if (wish->ifindex != 0 && !set_option(fd, SOL_SOCKET, SO_BINDTOIFINDEX, (int)wish->ifindex))
		wish->ifindex = 0;
	if (step->flags & WITH_BPF)
		attach_program(fd, wish);
	ask_trace(world, slot, "socket");
}

void now_bound(struct world *world, struct slot *slot, bool named)
{
	slot->has_port = true;
	slot->is_port_locked = named;
	slot->wish.port = world->port;
	bind_cache_admitted(&world->cache, &slot->wish);
	rules_settle(&slot->wish);
	slot->wish.is_bound = true;
	slot->state = is_tcp(slot) ? STATE_BOUND : STATE_UNCONN;
}

/* What bind() set on the socket is what the rules say.  MPTCP's socket does not tell what bind() set on the one below it. */
static void check_settled(struct world *world, struct slot *slot, const struct bind_wish *wish)
{
	struct bind_sock sock = rules_bound(wish);
	bool v6only = wish->family == FAMILY_INET6 && get_option(slot->fd, IPPROTO_IPV6, IPV6_V6ONLY) == 1;

	if (wish->proto == BIND_MPTCP)
		return;
	if ((uint32_t)get_option(slot->fd, SOL_SOCKET, SO_BINDTOIFINDEX) == sock.ifindex && v6only == (sock.v6only == TRI_YES))
		return;
	ask_mismatch(world, "the device or IPV6_V6ONLY after bind() is another one than the rules say");
}

/* bind() to a link-local address leaves the device set when it fails later than at that. */
static void keep_device(struct slot *slot, const struct bind_wish *wish, int error)
{
	struct bind_wish tried = *wish;

	if (error != ENODEV && error != EADDRNOTAVAIL && error != EADDRINUSE)
		return;
	rules_settle(&tried);
	slot->wish.ifindex = tried.ifindex;
}

/* What must be refused without regard to the others is tried now and then only. */
static bool is_pointless(const struct step *step, bool is_refused)
{
	return is_refused && !(step->flags & WITH_RESET);
}

static void do_bind(struct world *world, struct slot *slot, const struct step *step)
{
	struct bind_wish wish = slot->wish;
	union address address;
	bool named = step->kind == STEP_BIND_PORT;

	if (is_pointless(step, slot->wish.is_bound) || slot->fd < 0
	    || (!named && !slot->wish.is_bound && !narrow_range(world, slot)))
		return;
	parse_address(&wish, world, crowd_address(wish.family, step->address));
	wish.range_low = slot->wish.range_low;
	wish.range_high = slot->wish.range_high;
	wish.port = named ? world->port : 0;
	wish.state = slot->is_connected ? STATE_ESTABLISHED : slot->state;
	wish.capabilities = user_of(world, step) == 0 ? UINT64_MAX : 0;
	struct question question = { .kind = STEP_BIND, .slot = slot, .wish = &wish };
	socklen_t length = make_address(&address, &wish, wish.port);
	act_as(user_of(world, step));
	int error = bind(slot->fd, &address.any, length) == 0 ? 0 : errno;
	act_as(0);
	ask_compare(world, &question, error);
	if (error == 0)
		check_settled(world, slot, &wish);
	if (error == EADDRINUSE)
		memset(slot->wish.address, 0, sizeof(slot->wish.address));
	if (error != 0) {
		keep_device(slot, &wish, error);
		return;
	}
	slot->wish = wish;
	slot->is_address_locked |= wish.family == FAMILY_INET ? !address_is_wildcard(FAMILY_INET, wish.address)
							      : !address_is_wildcard(FAMILY_INET6, wish.address);
	if (named || !wish.bind_address_no_port)
		now_bound(world, slot, named);
	else
		rules_settle(&slot->wish);
}

static void do_listen(struct world *world, struct slot *slot, const struct step *step)
{
	struct bind_wish wish = slot->wish;
	bool is_refused = !is_tcp(slot) || slot->state == STATE_LISTEN || slot->is_connected || !slot->has_port;

	if (is_pointless(step, is_refused) || slot->fd < 0 || (!wish.is_bound && !narrow_range(world, slot)))
		return;
	wish.range_low = slot->wish.range_low;
	wish.range_high = slot->wish.range_high;
	wish.state = slot->is_connected ? STATE_ESTABLISHED : slot->state;
	struct question question = { .kind = STEP_LISTEN, .slot = slot, .wish = &wish };
	int error = listen(slot->fd, 128) == 0 ? 0 : errno;
	ask_compare(world, &question, error);
	if (error != 0 || slot->state == STATE_LISTEN)
		return;
	now_bound(world, slot, slot->is_port_locked);
	slot->state = STATE_LISTEN;
}

static void do_set(struct world *world, struct slot *slot, const struct step *step)
{
	if (slot->fd < 0)
		return;
	slot->wish.reuseaddr = step->flags & WITH_REUSEADDR;
	slot->wish.reuseport = step->flags & WITH_REUSEPORT;
	set_option(slot->fd, SOL_SOCKET, SO_REUSEADDR, slot->wish.reuseaddr);
	set_option(slot->fd, SOL_SOCKET, SO_REUSEPORT, slot->wish.reuseport);
	ask_trace(world, slot, "set");
}

static void do_own(struct world *world, struct slot *slot, const struct step *step)
{
	if (slot->fd < 0 || slot->wish.proto == BIND_MPTCP || fchown(slot->fd, user_of(world, step), (gid_t)-1) != 0)
		return;
	slot->wish.uid = user_of(world, step);
	ask_trace(world, slot, "fchown");
}

/* The connection's end on the port is one no more: tcp_set_state(TCP_CLOSE) keeps the port that bind() named. */
void disconnected(struct world *world, struct slot *slot)
{
	slot->foreign_port = 0;
	slot->state = is_tcp(slot) ? STATE_BOUND : STATE_UNCONN;
	if (!slot->is_port_locked)
		leave(world, slot);
	if (!slot->has_port)
		slot->state = STATE_CLOSE;
}

/* tcp_disconnect(), __udp_disconnect() */
static void reset_address(struct world *world, struct slot *slot)
{
	if (slot->is_address_locked)
		return;
	memset(slot->wish.address, 0, sizeof(slot->wish.address));
	follow(world);
}

static void do_shutdown(struct world *world, struct slot *slot, const struct step *step)
{
	(void)step;
	if (slot->fd < 0 || slot->state != STATE_LISTEN || slot->wish.proto == BIND_MPTCP)
		return;
	shutdown(slot->fd, SHUT_RDWR);
	slot->wish.reuseport_bpf = false;
	disconnected(world, slot);
	reset_address(world, slot);
	ask_trace(world, slot, "shutdown");
}

static void do_unconnect(struct world *world, struct slot *slot, const struct step *step)
{
	union address none = { .any.sa_family = AF_UNSPEC };

	(void)step;
	if (slot->fd < 0 || !slot->is_connected || connect(slot->fd, &none.any, sizeof(none.in)) != 0)
		return;
	slot->is_connected = false;
	disconnected(world, slot);
	reset_address(world, slot);
	close_fd(&slot->peer, true);
	ask_trace(world, slot, "connect AF_UNSPEC");
}

/*
 * Ends in FIN_WAIT2: as a timewait object, or for 100 seconds as a socket.  The answer to a FIN alone is delayed for some
 * milliseconds, but not one that comes with data.
 */
static void close_first(struct slot *slot, bool late)
{
	char byte = 'x';

	if (late)
		set_option(slot->fd, IPPROTO_TCP, TCP_LINGER2, 100);
	shutdown(slot->fd, SHUT_WR);
	if (send(slot->peer, &byte, 1, MSG_NOSIGNAL) == 1 && recv(slot->fd, &byte, 1, MSG_DONTWAIT) == 1)
		close_fd(&slot->fd, false);
	slot->state = STATE_FIN_WAIT2;
	slot->is_timewait = !late;
	slot->is_connected = false;
}

/* Half of what ends is a connection, if there is one. */
static struct slot *ending(struct world *world, struct slot *slot, const struct step *step)
{
	for (unsigned i = 0; i < CROWD_SLOTS && step->address % 2 == 0; i++) {
		struct slot *other = &world->slots[(step->slot + i) % CROWD_SLOTS];

		if (other->is_used && other->peer >= 0)
			return other;
	}
	return slot;
}

static void do_close(struct world *world, struct slot *slot, const struct step *step)
{
	bool reset = step->flags & WITH_RESET;

	if (slot->fd < 0)
		return;
	if (slot->state == STATE_ESTABLISHED && is_tcp(slot) && !reset) {
		close_first(slot, step->flags & WITH_LATE);
		world->is_over |= slot->fd >= 0;
	} else {
		close_fd(&slot->fd, reset && is_tcp(slot));
		close_fd(&slot->peer, true);
		vacate(world, slot);
	}
	ask_trace(world, slot, "close");
}

static void do_close_peer(struct world *world, struct slot *slot, const struct step *step)
{
	bool reset = step->flags & WITH_RESET;

	if (slot->peer < 0)
		return;
	close_fd(&slot->peer, reset);
	if (slot->fd < 0 && reset) {
		vacate(world, slot);
	} else if (slot->fd < 0) {
		slot->is_timewait = true;
		slot->state = STATE_TIME_WAIT;
	} else if (!reset) {
		slot->state = STATE_CLOSE_WAIT;
	} else {
		disconnected(world, slot);
		if (!slot->has_port) {
			close_fd(&slot->fd, false);
			slot->is_used = false;
		}
	}
	ask_trace(world, slot, reset ? "peer resets" : "peer closes");
}

/* The slot, or the next one that is free; NULL: none is. */
static struct slot *free_slot(struct world *world, struct slot *slot)
{
	for (; slot < &world->slots[CROWD_SLOTS]; slot++) {
		if (!slot->is_used)
			return slot;
	}
	return NULL;
}

/* The slot, or the next one that can be bound. */
static struct slot *unbound_slot(struct world *world, struct slot *slot)
{
	for (; slot < &world->slots[CROWD_SLOTS]; slot++) {
		if (slot->is_used && !slot->wish.is_bound)
			return slot;
	}
	return NULL;
}

static void do_step(struct world *world, const struct step *step)
{
	static void (*const steps[STEP_KINDS])(struct world *, struct slot *, const struct step *) = {
		[STEP_OPEN] = do_open,           [STEP_BIND_PORT] = do_bind,       [STEP_BIND_ANY] = do_bind,
		[STEP_LISTEN_NOW] = do_listen,   [STEP_SET] = do_set,              [STEP_OWN] = do_own,
		[STEP_SHUTDOWN] = do_shutdown,   [STEP_CONNECT_OUT] = do_connect,  [STEP_UNCONNECT] = do_unconnect,
		[STEP_ACCEPT] = do_accept,       [STEP_CLOSE] = do_close,          [STEP_CLOSE_PEER] = do_close_peer,
	};
	struct slot *slot = &world->slots[step->slot];

	if (step->kind == STEP_CLOSE || step->kind == STEP_CLOSE_PEER)
		slot = ending(world, slot, step);
	if (step->kind == STEP_ACCEPT || (step->kind == STEP_OPEN && world->is_dense))
		slot = free_slot(world, slot);
	if (world->is_dense && step->kind == STEP_BIND_PORT)
		slot = unbound_slot(world, slot);
	if (slot != NULL && slot->is_used == (step->kind != STEP_OPEN && step->kind != STEP_ACCEPT))
		steps[step->kind](world, slot, step);
}

bool world_run(struct world *world, const struct crowd *crowd)
{
	world->cache.port = world->port;
	world->is_dense = crowd->is_dense;
	for (unsigned i = 0; i < CROWD_SLOTS; i++)
		world->slots[i] = (struct slot){ .fd = -1, .peer = -1 };
	for (unsigned i = 0; i < crowd->count && !world->is_over && !world->is_mismatch; i++)
		do_step(world, &crowd->steps[i]);
	world->tally->given_up += world->is_over;
	for (unsigned i = 0; i < CROWD_SLOTS; i++) {
		close_fd(&world->slots[i].fd, world->slots[i].is_connected && is_tcp(&world->slots[i]));
		close_fd(&world->slots[i].peer, true);
	}
	bind_cache_fini(&world->cache);
	return !world->is_mismatch;
}
