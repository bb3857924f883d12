/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/netns_tour.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "kernel/netns.h"
#include "kernel/poller.h"
#include "model/names.h"
#include "model/netns.h"
#include "model/sock.h"

/*
 * To look through all descriptors costs as much as to look for owners.  Between two times those are looked at that were found
 * to be a namespace.
 */
#define DEEP_AGAIN_NS (5 * NS_PER_S)

/* As many are named in a message. */
enum { NAMED_MOST = 3 };

static void leave(struct netns_tour *tour)
{
	if (tour->netns >= 0)
		close(tour->netns);
	tour->netns = NETNS_OWN;
}

void netns_tour_begin(struct netns_tour *tour, const struct netns_wish *wish, uint64_t now_ns)
{
	bool deep = !tour->begun || now_ns - tour->deep_ns >= DEEP_AGAIN_NS;

	if (tour->begun)
		leave(tour);
	else
		tour->has_own = wish->all;
	tour->begun = true;
	tour->netns = NETNS_OWN;
	tour->deep_ns = deep ? now_ns : tour->deep_ns;
	tour->meets_own = false;
	tour->entered = 0;
	tour->own_error = 0;
	buf_clear(&tour->refusals);
	buf_clear(&tour->failures);
	netns_walk_begin(&tour->walk, wish, deep);
}

static void add_name(struct buf *out, const struct netns_found *found)
{
	if (found->label != NULL)
		text_clean(out, found->label);
	else
		buf_uint(out, found->inode);
}

/* A namespace that has vanished, or that is of another kind, is none. */
static void note_failure(struct netns_tour *tour, struct poller *poller, const struct netns_found *found, int error)
{
	if (error == -EINVAL || error == -ENOENT)
		return;
	poller_miss(poller, found->inode, error);
	if (error == -EPERM && poller->refused <= NAMED_MOST) {
		buf_puts(&tour->refusals, tour->refusals.length > 0 ? ", " : "");
		add_name(&tour->refusals, found);
	} else if (error != -EPERM) {
		buf_puts(&tour->failures, "; network namespace ");
		add_name(&tour->failures, found);
		buf_printf(&tour->failures, " could not be looked at (%s)", strerror(-error));
	}
}

/* The own one has the number 0 (struct sock), and what it is besides is told by names. */
static void learn(struct names *names, const struct netns_found *found, uint64_t now_ns)
{
	uint32_t number = found->is_own ? 0 : found->inode;

	if (found->is_own)
		names->netns = found->inode;
	name_learn(&names->of[NAME_NETNS], name_number(number), found->label, true, now_ns);
}

bool netns_tour_step(struct netns_tour *tour, struct poller *poller, struct names *names, uint64_t now_ns)
{
	struct netns_found found;

	leave(tour);
	enum netns_step step = netns_walk_step(&tour->walk, &found);
	if (step != NETNS_FOUND)
		return step == NETNS_AGAIN;
	const struct poller_place place = { found.is_own ? NETNS_OWN : found.fd, found.inode };
	tour->netns = found.fd;
	tour->meets_own |= found.is_own;
	learn(names, &found, now_ns);
	int error = poller_enter(poller, &place);
	if (found.is_own)
		tour->own_error = error;
	if (error == 0)
		tour->entered++;
	else
		note_failure(tour, poller, &found, error);
	return true;
}

static void explain(struct buf *out, const struct netns_tour *tour, size_t refused)
{
	if (refused > 0) {
		buf_printf(out, "%zu network namespace%s could not be entered (%s", refused,
			   refused == 1 ? "" : "s", buf_str(&tour->refusals));
		if (refused > NAMED_MOST)
			buf_printf(out, " and %zu more", refused - NAMED_MOST);
		buf_printf(out, "): that takes CAP_SYS_ADMIN%s", geteuid() == 0 ? "" : " (run as root)");
	}
	buf_puts(out, buf_str(&tour->failures) + (out->length == 0 && tour->failures.length > 0 ? strlen("; ") : 0));
	netns_walk_explain(out, &tour->walk);
}

void netns_tour_end(struct netns_tour *tour, const struct poller *poller)
{
	leave(tour);
	tour->has_own = tour->meets_own;
	buf_clear(&tour->gaps);
	explain(&tour->gaps, tour, poller->refused);
}

void netns_tour_fini(struct netns_tour *tour)
{
	if (!tour->begun)
		return;
	leave(tour);
	netns_walk_fini(&tour->walk);
	buf_fini(&tour->refusals);
	buf_fini(&tour->failures);
	buf_fini(&tour->gaps);
}

void netns_tour_learn_device(const struct netns_tour *tour, const struct sock *sock, struct names *names, uint64_t now_ns)
{
	const struct netns_what what = { .domain = AF_INET, .type = SOCK_DGRAM };
	const struct name_key key = name_device(sock->netns, sock->ifindex);
	struct ifreq request = { .ifr_ifindex = (int)sock->ifindex };

	if (sock->netns == 0 || sock->ifindex == 0 || !name_due(&names->of[NAME_DEVICE], key, now_ns))
		return;
	int fd = netns_open(tour->netns, &what, NULL);
	bool named = fd >= 0 && ioctl(fd, SIOCGIFNAME, &request) == 0;
	if (fd >= 0)
		close(fd);
	name_learn(&names->of[NAME_DEVICE], key, named ? request.ifr_name : NULL, true, now_ns);
}

int netns_tour_reopen(const struct netns_tour *tour, const struct sock *sock, int *netns)
{
	*netns = sock->netns == 0 ? NETNS_OWN : netns_walk_reopen(&tour->walk, sock->netns);
	return *netns >= 0 || *netns == NETNS_OWN ? 0 : *netns;
}
