/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Port 0: is there a port left for the kernel to choose?  inet_csk_find_open_port() and udp_lib_get_port().
 */
#include <errno.h>
#include <stdlib.h>

#include "base/die.h"
#include "model/rules_internal.h"

#define PORTS 65536u

/* inet_sk_get_local_port_range(): each end of the socket's own range counts if it lies within the host's. */
struct port_range rules_port_range(const struct bind_wish *wish, const struct bind_host *host)
{
	struct port_range range = { host->range_low, host->range_high };

	if (wish->range_low != 0 && host->range_low <= wish->range_low && wish->range_low <= host->range_high)
		range.low = wish->range_low;
	if (wish->range_high != 0 && host->range_low <= wish->range_high && wish->range_high <= host->range_high)
		range.high = wish->range_high;
	return range;
}

static int compare_ports(const void *a, const void *b)
{
	return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

bool rules_port_is_reserved(const struct bind_host *host, unsigned port)
{
	uint16_t key = (uint16_t)port;

	return host->reserved_count > 0
		&& bsearch(&key, host->reserved, host->reserved_count, sizeof(key), compare_ports) != NULL;
}

/* Each port's worst: TRI_YES where a socket is in the way, TRI_UNKNOWN where one may be. */
static uint8_t *survey(const struct bind_wish *wish, const struct bind_scene *scene, enum leniency leniency)
{
	uint8_t *taken = xcalloc(PORTS, sizeof(taken[0]));

	for (size_t i = 0; i < scene->count; i++) {
		const struct bind_sock *sock = &scene->socks[i];

		if (rules_is_other(wish, sock))
			taken[sock->port] = (uint8_t)tri_or(taken[sock->port], rules_blocks(wish, sock, leniency));
	}
	return taken;
}

/*
 * TCP tries an even number of ports: of an odd range one is left out by chance, so that a single free one may be missed.
 * UDP tries all.
 */
static bool may_miss_one(const struct bind_wish *wish, struct port_range range)
{
	return proto_is_tcp(wish->proto) && range.high > range.low && (range.high - range.low) % 2 == 0;
}

static void decide(const struct bind_wish *wish, const struct bind_scene *scene, enum leniency leniency,
		   struct bind_verdict *verdict)
{
	struct port_range range = rules_port_range(wish, scene->host);
	uint8_t *taken = survey(wish, scene, leniency);
	unsigned free_count = 0, unknown = 0;

	for (unsigned port = range.low; port <= range.high; port++) {
		bool counts = port != 0 && !rules_port_is_reserved(scene->host, port);

		free_count += counts && taken[port] == TRI_NO;
		unknown += counts && taken[port] == TRI_UNKNOWN;
	}
	free(taken);
	if (free_count > (may_miss_one(wish, range) ? 1 : 0))
		verdict_pass(verdict, RULE_ANY_PORT);
	else if (free_count + unknown > 0)
		verdict_doubt(verdict, RULE_PORTS_EXHAUSTED, EADDRINUSE);
	else
		verdict_fail(verdict, RULE_PORTS_EXHAUSTED, EADDRINUSE);
}

void rules_port0(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict)
{
	if (!proto_is_tcp(wish->proto)) {
		decide(wish, scene, LENIENT, verdict);
		return;
	}
	decide(wish, scene, STRICT, verdict);
	if (verdict->outcome != BIND_OK && scene->host->autobind_reuse)
		decide(wish, scene, LENIENT_REUSE, verdict);
	if (verdict->outcome == BIND_OK && scene->host->hides_bound)
		verdict_doubt(verdict, RULE_BOUND_HIDDEN, EADDRINUSE);
}
