/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/remedy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/capabilities.h"
#include "base/die.h"
#include "model/portset.h"
#include "model/table.h"
#include "model/why.h"

/* How many other loopback addresses are tried. */
enum { LOOPBACKS_TRIED = 16 };

/* A copy of the situation, to be changed. */
struct trying {
	struct why *why;
	const struct why_scene *scene;
	bool *blocks;             /* of each socket: it is among the blockers */
	struct bind_wish wish;
	struct bind_host host;
	struct bind_sock *socks;
	bool *removed;            /* of each socket */
	struct bind_sock *left;   /* those that are not */
};

static void reset(struct trying *trying)
{
	const struct why *why = trying->why;

	trying->wish = why->wish;
	trying->host = *why->host;
	for (size_t i = 0; i < why->count; i++) {
		trying->socks[i] = why->socks[i];
		trying->removed[i] = false;
	}
}

/* Whether it would work now for certain. */
static bool works(struct trying *trying)
{
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	struct bind_scene scene = { .socks = trying->left, .host = &trying->host };

	for (size_t i = 0; i < trying->why->count; i++) {
		if (!trying->removed[i])
			trying->left[scene.count++] = trying->socks[i];
	}
	if (trying->why->listens)
		rules_bind_listen(&trying->wish, &scene, &verdict);
	else
		rules_bind(&trying->wish, &scene, &verdict);
	bool good = verdict.outcome == BIND_OK;
	rules_verdict_fini(&verdict);
	return good;
}

static void add(struct trying *trying, struct remedy remedy)
{
	trying->why->remedies[trying->why->remedy_count++] = remedy;
}

/* Takes up the remedy if the change that was made helps; then all is as it was. */
static bool offer(struct trying *trying, enum remedy_kind kind)
{
	bool helps = works(trying);

	if (helps)
		add(trying, (struct remedy){ .kind = (uint8_t)kind });
	reset(trying);
	return helps;
}

/* Nobody holds it: nobody can change its options or close it. */
static bool is_held(const struct trying *trying, size_t i)
{
	return trying->why->rows[i]->sock.inode != 0;
}

/* A connection that no accept() has fetched yet: it goes with its listener. */
static bool is_unaccepted(const struct trying *trying, size_t i)
{
	unsigned state = trying->socks[i].state;

	return !is_held(trying, i) && !trying->socks[i].is_timewait &&
	       (state == STATE_ESTABLISHED || state == STATE_CLOSE_WAIT || state == STATE_SYN_RECV);
}

static bool is_connection(const struct bind_sock *sock)
{
	return (sock->proto == BIND_TCP || sock->proto == BIND_MPTCP) && sock->state != STATE_LISTEN &&
	       sock->state != STATE_BOUND && sock->state != STATE_CLOSE;
}

/* Calls change for every socket in the way that somebody holds; true if there is one. */
static bool change_held(struct trying *trying, void (*change)(const struct trying *trying, struct bind_sock *sock))
{
	bool any = false;

	for (size_t i = 0; i < trying->why->count; i++) {
		if (!trying->blocks[i] || !is_held(trying, i))
			continue;
		change(trying, &trying->socks[i]);
		any = true;
	}
	return any;
}

static void set_reuseaddr(const struct trying *trying, struct bind_sock *sock)
{
	(void)trying;
	sock->reuseaddr = TRI_YES;
}

static void set_reuseport(const struct trying *trying, struct bind_sock *sock)
{
	(void)trying;
	sock->reuseport = TRI_YES;
}

static void set_reuseport_user(const struct trying *trying, struct bind_sock *sock)
{
	sock->reuseport = TRI_YES;
	sock->uid = trying->wish.uid;
	sock->uid_known = true;
}

static void set_v6only(const struct trying *trying, struct bind_sock *sock)
{
	(void)trying;
	if (sock->family == FAMILY_INET6 && address_is_wildcard(FAMILY_INET6, sock->address))
		sock->v6only = TRI_YES;
}

static void offer_reuseaddr(struct trying *trying)
{
	trying->wish.reuseaddr = true;
	if (offer(trying, REMEDY_REUSEADDR_HERE))
		return;
	trying->wish.reuseaddr = true;
	if (change_held(trying, set_reuseaddr))
		offer(trying, REMEDY_REUSEADDR_BOTH);
	reset(trying);
}

static void offer_reuseport(struct trying *trying)
{
	trying->wish.reuseport = true;
	if (offer(trying, REMEDY_REUSEPORT_HERE))
		return;
	trying->wish.reuseport = true;
	if (!change_held(trying, set_reuseport) || offer(trying, REMEDY_REUSEPORT_BOTH)) {
		reset(trying);
		return;
	}
	trying->wish.reuseport = true;
	change_held(trying, set_reuseport_user);
	offer(trying, REMEDY_REUSEPORT_USER);
}

/* What goes by itself, and when; 0 when nothing does. */
static uint64_t remove_timewaits(struct trying *trying)
{
	uint64_t ms = 0;

	for (size_t i = 0; i < trying->why->count; i++) {
		if (!trying->blocks[i] || !trying->socks[i].is_timewait)
			continue;
		uint64_t left = row_timer_left_ms(trying->why->rows[i], trying->scene->now_ns);

		trying->removed[i] = true;
		ms = left > ms ? left : ms;
	}
	return ms;
}

static void offer_wait(struct trying *trying)
{
	uint64_t ms = remove_timewaits(trying);

	if (ms > 0 && works(trying))
		add(trying, (struct remedy){ .kind = REMEDY_WAIT, .ms = ms });
	reset(trying);
}

/*
 * Processes that end close their sockets: a connection may stay behind in TIME_WAIT with the flags that it had, the others
 * are gone.
 */
static bool stop_holders(struct trying *trying)
{
	bool any = false;

	for (size_t i = 0; i < trying->why->count; i++) {
		bool goes = trying->blocks[i] && (is_held(trying, i) || is_unaccepted(trying, i));

		any |= trying->blocks[i] && is_held(trying, i);
		trying->removed[i] = goes && !(is_connection(&trying->socks[i]) && is_held(trying, i));
		if (!goes || trying->removed[i])
			continue;
		trying->socks[i].state = STATE_TIME_WAIT;
		trying->socks[i].is_timewait = true;
	}
	return any;
}

static void offer_stop(struct trying *trying)
{
	bool held = stop_holders(trying);

	if (!held || offer(trying, REMEDY_STOP)) {
		reset(trying);
		return;
	}
	for (size_t i = 0; i < trying->why->count; i++)
		trying->removed[i] = trying->blocks[i] &&
				     (is_held(trying, i) || is_unaccepted(trying, i) || trying->socks[i].is_timewait);
	offer(trying, REMEDY_STOP_AND_WAIT);
}

static void offer_v6only(struct trying *trying)
{
	trying->wish.v6only = true;
	if (trying->wish.family == FAMILY_INET6)
		offer(trying, REMEDY_V6ONLY_HERE);
	reset(trying);
	if (change_held(trying, set_v6only))
		offer(trying, REMEDY_V6ONLY_THERE);
	reset(trying);
}

static bool try_address(struct trying *trying, const uint8_t address[16])
{
	memcpy(trying->wish.address, address, sizeof(trying->wish.address));
	bool helps = works(trying);

	if (helps) {
		struct remedy remedy = { .kind = REMEDY_ADDRESS };

		memcpy(remedy.address, address, sizeof(remedy.address));
		add(trying, remedy);
	}
	reset(trying);
	return helps;
}

static bool is_loopback(unsigned family, const uint8_t address[16])
{
	static const uint8_t loopback6[16] = { [15] = 1 };

	return family == FAMILY_INET6 ? memcmp(address, loopback6, 16) == 0 : address[0] == 127;
}

/* Who wants the loopback is served with another address of it only: what else there is would be seen from outside. */
static void offer_loopback(struct trying *trying)
{
	uint8_t address[16] = { 127, 0, 0, 1 };

	for (unsigned i = 1; trying->wish.family == FAMILY_INET && i <= LOOPBACKS_TRIED; i++) {
		address[3] = (uint8_t)i;
		if (try_address(trying, address))
			return;
	}
}

static void offer_address(struct trying *trying)
{
	static const uint8_t wildcard[16];
	const struct bind_host *host = trying->why->host;
	const struct bind_wish *wish = &trying->why->wish;

	if (is_loopback(wish->family, wish->address)) {
		offer_loopback(trying);
		return;
	}
	if (trying->why->verdict.error == EADDRNOTAVAIL && try_address(trying, wildcard))
		return;
	for (size_t i = 0; i < host->address_count; i++) {
		const struct bind_address *address = &host->addresses[i];
		bool whole = address->bits == (wish->family == FAMILY_INET6 ? 128 : 32);

		if (address->family == wish->family && whole && !address->is_tentative && !address->is_narrow &&
		    !address->is_broadcast &&
		    memcmp(address->address, wish->address, 16) != 0 && try_address(trying, address->address))
			return;
	}
}

/* The next port that no socket at all has, so that it does not depend on which protocol it is. */
static void offer_port(struct trying *trying)
{
	uint32_t port = trying->wish.port;

	for (size_t i = 0; i < trying->why->count; i++)
		trying->removed[i] = true;
	if (trying->why->verdict.error == EACCES && port < trying->host.unprivileged_start)
		port = trying->host.unprivileged_start - 1u;
	while (trying->scene->taken != NULL && ++port <= UINT16_MAX) {
		trying->wish.port = (uint16_t)port;
		if (portset_has(trying->scene->taken, (uint16_t)port) || !works(trying))
			continue;
		add(trying, (struct remedy){ .kind = REMEDY_PORT, .port = (uint16_t)port });
		break;
	}
	reset(trying);
}

/* A connection on a port that nobody listens on: the kernel chose it for a client. */
static void offer_reserve(struct trying *trying)
{
	const struct bind_wish *wish = &trying->wish;
	bool client = false, listener = false;

	for (size_t i = 0; i < trying->why->count; i++) {
		client |= trying->blocks[i] && is_connection(&trying->socks[i]);
		listener |= trying->socks[i].state == STATE_LISTEN;
	}
	if (client && !listener && wish->port >= trying->host.range_low && wish->port <= trying->host.range_high)
		add(trying, (struct remedy){ .kind = REMEDY_RESERVE });
}

static void find_in_use(struct trying *trying)
{
	offer_reuseaddr(trying);
	offer_wait(trying);
	offer_stop(trying);
	offer_reuseport(trying);
	offer_v6only(trying);
	offer_port(trying);
	offer_address(trying);
	offer_reserve(trying);
}

static void find_permission(struct trying *trying)
{
	offer_port(trying);
	trying->wish.capabilities |= CAPABILITY(CAP_NET_BIND_SERVICE);
	offer(trying, REMEDY_CAPABILITY);
	trying->host.unprivileged_start = trying->wish.port;
	offer(trying, REMEDY_UNPRIVILEGED);
}

static void find_address(struct trying *trying)
{
	struct bind_address *all = xrealloc_array(NULL, trying->host.address_count + 1, sizeof(*all));

	for (size_t i = 0; i < trying->host.address_count; i++) {
		all[i] = trying->host.addresses[i];
		all[i].is_tentative = false;
	}
	trying->host.addresses = all;
	offer(trying, REMEDY_WAIT_TENTATIVE);
	free(all);
	trying->wish.ifindex = 0;
	if (trying->why->wish.ifindex != 0)
		offer(trying, REMEDY_NO_DEVICE);
	reset(trying);
	trying->wish.freebind = true;
	offer(trying, REMEDY_FREEBIND);
	offer_address(trying);
}

static void find_family(struct trying *trying)
{
	if (!trying->why->wish.other_family)
		return;
	trying->wish.family = trying->why->wish.family == FAMILY_INET6 ? FAMILY_INET : FAMILY_INET6;
	trying->wish.other_family = false;
	offer(trying, REMEDY_FAMILY);
}

static void find_argument(struct trying *trying)
{
	find_family(trying);
	trying->wish.v6only = false;
	if (trying->why->wish.v6only)
		offer(trying, REMEDY_NOT_V6ONLY);
	reset(trying);
	for (size_t i = 0; i < trying->host.device_count; i++) {
		trying->wish.scope_id = trying->host.devices[i];
		if (offer(trying, REMEDY_SCOPE))
			return;
	}
}

static void find_device(struct trying *trying)
{
	trying->wish.ifindex = trying->wish.scope_id = 0;
	offer(trying, REMEDY_NO_DEVICE);
}

static void find_unix(struct trying *trying)
{
	if (trying->why->verdict.rule == RULE_PATH_STALE)
		add(trying, (struct remedy){ .kind = REMEDY_UNLINK });
	add(trying, (struct remedy){ .kind = REMEDY_NAME });
}

static const struct {
	int error;
	void (*find)(struct trying *trying);
} finders[] = {
	{ EADDRINUSE, find_in_use },
	{ EACCES, find_permission },
	{ EADDRNOTAVAIL, find_address },
	{ EINVAL, find_argument },
	{ ENODEV, find_device },
	{ EAFNOSUPPORT, find_family },
};

static void find(struct trying *trying)
{
	if (trying->wish.proto >= BIND_UNIX_STREAM) {
		find_unix(trying);
		return;
	}
	for (size_t i = 0; i < sizeof(finders) / sizeof(finders[0]); i++) {
		if (finders[i].error == trying->why->verdict.error)
			finders[i].find(trying);
	}
}

void remedy_find(struct why *why, const struct why_scene *scene)
{
	size_t room = why->count > 0 ? why->count : 1;
	struct trying trying = {
		.why = why,
		.scene = scene,
		.blocks = xrealloc_array(NULL, room, sizeof(bool)),
		.removed = xrealloc_array(NULL, room, sizeof(bool)),
		.socks = xrealloc_array(NULL, room, sizeof(struct bind_sock)),
		.left = xrealloc_array(NULL, room, sizeof(struct bind_sock)),
	};

	memset(trying.blocks, 0, room * sizeof(bool));
	for (size_t i = 0; i < why->verdict.count; i++)
		trying.blocks[why->verdict.blockers[i].index] = true;
	reset(&trying);
	find(&trying);
	free(trying.blocks);
	free(trying.removed);
	free(trying.socks);
	free(trying.left);
}
