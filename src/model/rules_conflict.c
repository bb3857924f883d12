/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other sockets on the port: which are in the way of bind() and of listen(), which runs the same check again.
 * TCP: inet_csk_get_port() and inet_bind_conflict(), net/ipv4/inet_connection_sock.c; UDP and UDP-Lite:
 * udp_lib_get_port(), net/ipv4/udp.c.
 */
#include <errno.h>
#include <stdlib.h>

#include "model/rules_cache.h"
#include "model/rules_internal.h"

/* udp_lib_get_port() looks under the address alone when more sockets than these are in the port's chain. */
#define UDP_LONG_CHAIN 10u

const struct bind_cache *rules_cache_of(const struct bind_scene *scene, unsigned port)
{
	return scene->cache != NULL && scene->cache->port == port ? scene->cache : NULL;
}

bool rules_same_table(const struct bind_wish *wish, const struct bind_sock *sock)
{
	return wish->proto == sock->proto || (proto_is_tcp(wish->proto) && proto_is_tcp(sock->proto));
}

bool rules_is_other(const struct bind_wish *wish, const struct bind_sock *sock)
{
	return rules_same_table(wish, sock) && (wish->cookie == 0 || wish->cookie != sock->cookie);
}

/* One that listens shares with nobody by SO_REUSEADDR; UDP knows no such state. */
enum tri rules_reuseaddr(const struct bind_wish *wish, const struct bind_sock *sock)
{
	if (!wish->reuseaddr || (proto_is_tcp(wish->proto) && sock->state == STATE_LISTEN))
		return TRI_NO;
	return sock->reuseaddr;
}

/*
 * What is left in TIME_WAIT has no owner any more.  A program that was attached before bind() (sk_reuseport_cb) made a group
 * of this socket alone, which then cannot join another one.
 */
enum tri rules_reuseport(const struct bind_wish *wish, const struct bind_sock *sock)
{
	if (!wish->reuseport || wish->reuseport_bpf)
		return TRI_NO;
	enum tri same_uid = sock->uid_known ? tri_of(sock->uid == wish->uid) : TRI_UNKNOWN;
	if (sock->is_timewait)
		same_uid = TRI_YES;
	return tri_and(sock->reuseport, same_uid);
}

enum tri rules_blocks(const struct bind_wish *wish, const struct bind_sock *sock, enum leniency leniency)
{
	enum tri overlap = rules_overlap(wish, sock);

	if (leniency == STRICT || overlap == TRI_NO)
		return overlap;
	enum tri by_address = rules_reuseaddr(wish, sock);
	enum tri by_port = rules_reuseport(wish, sock);
	enum tri shared = leniency == LENIENT ? tri_or(by_address, by_port) : tri_and(by_address, tri_not(by_port));
	return tri_and(overlap, tri_not(shared));
}

static enum bind_rule missing_flag(const struct bind_sock *sock)
{
	if (sock->is_timewait)
		return RULE_TIME_WAIT_FLAG;
	return state_is_closed(sock->state) || sock->state == STATE_LISTEN || !proto_is_tcp(sock->proto)
		? RULE_SOCKET_FLAG : RULE_CONNECTION_FLAG;
}

/* Why a socket that may be in the way is; of several reasons the one that can be told most surely. */
static enum bind_rule reason(const struct bind_wish *wish, const struct bind_sock *sock)
{
	bool listens = proto_is_tcp(wish->proto) && sock->state == STATE_LISTEN;

	if (!wish->reuseaddr && !wish->reuseport)
		return RULE_NO_FLAGS;
	if (!wish->reuseport)
		return listens ? RULE_LISTENER_REUSEADDR : missing_flag(sock);
	if (sock->reuseport == TRI_NO)
		return missing_flag(sock);
	if (wish->reuseport_bpf)
		return RULE_PRIVATE_GROUP;
	if (sock->uid_known && sock->uid != wish->uid && !sock->is_timewait)
		return RULE_OTHER_UID_REUSEPORT;
	return missing_flag(sock);
}

static uint8_t strength(const struct bind_sock *sock)
{
	if (sock->is_timewait)
		return 0;
	if (sock->state == STATE_LISTEN)
		return 3;
	return state_is_closed(sock->state) ? 2 : 1;
}

static struct bind_blocker blocker_of(const struct bind_wish *wish, const struct bind_scene *scene, size_t index, enum tri blocks)
{
	const struct bind_sock *sock = &scene->socks[index];
	struct shape other = shape_of(sock->family, sock->address, false);

	return (struct bind_blocker){
		.index = index,
		.rule = reason(wish, sock),
		.is_certain = blocks == TRI_YES,
		.strength = strength(sock),
		.is_ghost = wish->family == FAMILY_INET && other.type == SHAPE_IPV6,
	};
}

/* What is certain and what hurts most comes first; equals stay in the order of the scene. */
static int compare_blockers(const void *a, const void *b)
{
	const struct bind_blocker *one = a, *two = b;

	if (one->is_certain != two->is_certain)
		return one->is_certain ? -1 : 1;
	if (one->strength != two->strength)
		return one->strength > two->strength ? -1 : 1;
	return one->index < two->index ? -1 : 1;
}

static bool is_on_port(const struct bind_wish *wish, const struct bind_sock *sock)
{
	return sock->port == wish->port && rules_is_other(wish, sock);
}

/* Fills in the blockers, and the verdict that they make when each of them counts. */
static void judge_pairs(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict)
{
	bool overlap = false;

	for (size_t i = 0; i < scene->count; i++) {
		if (!is_on_port(wish, &scene->socks[i]))
			continue;
		overlap |= rules_overlap(wish, &scene->socks[i]) != TRI_NO;
		enum tri blocks = rules_blocks(wish, &scene->socks[i], LENIENT);
		if (blocks != TRI_NO) {
			struct bind_blocker blocker = blocker_of(wish, scene, i, blocks);
			verdict_block(verdict, &blocker);
		}
	}
	if (verdict->count > 0)
		qsort(verdict->blockers, verdict->count, sizeof(verdict->blockers[0]), compare_blockers);
	if (verdict->count == 0)
		verdict_pass(verdict, overlap ? RULE_SHARED : RULE_FREE);
	else if (verdict->blockers[0].is_certain)
		verdict_fail(verdict, verdict->blockers[0].rule, EADDRINUSE);
	else
		verdict_doubt(verdict, verdict->blockers[0].rule, EADDRINUSE);
}

/*
 * The bucket of the port remembers the last SO_REUSEPORT socket that it let in; whoever is like that one is let in at once.
 * Before Linux 6.8 it remembered of SO_REUSEADDR, too, that all had it when they were let in.
 */
static bool bucket_may_admit(const struct bind_wish *wish, const struct bind_host *host)
{
	return (wish->reuseport && !wish->reuseport_bpf) || (wish->reuseaddr && host->hides_bound);
}

static void judge_tcp(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict)
{
	judge_pairs(wish, scene, verdict);
	if (verdict->outcome == BIND_OK && scene->host->hides_bound)
		verdict_doubt(verdict, RULE_BOUND_HIDDEN, EADDRINUSE);
	if (verdict->outcome == BIND_OK)
		return;
	const struct bind_cache *cache = rules_cache_of(scene, wish->port);
	if (cache != NULL && bind_cache_matches(cache, wish))
		verdict_pass(verdict, RULE_CACHE_ADMITS);
	else
		verdict->cache_may_admit = cache == NULL && bucket_may_admit(wish, scene->host);
}

/* UDP: what may come of a walk along a chain, which ends at the first socket that overlaps without SO_REUSEADDR on both. */
struct walk {
	bool may_block, may_admit;
	bool is_over; /* no socket further down counts */
};

static void walk_on(struct walk *walk, const struct bind_wish *wish, const struct bind_sock *sock)
{
	enum tri counts = tri_and(rules_overlap(wish, sock), tri_not(rules_reuseaddr(wish, sock)));
	enum tri by_port = rules_reuseport(wish, sock);

	if (counts == TRI_NO)
		return;
	walk->may_admit |= by_port != TRI_NO;
	walk->may_block |= by_port != TRI_YES;
	walk->is_over = counts == TRI_YES;
}

static const struct bind_sock *find(const struct bind_scene *scene, uint64_t cookie)
{
	for (size_t i = 0; i < scene->count; i++) {
		if (scene->socks[i].cookie == cookie)
			return &scene->socks[i];
	}
	return NULL;
}

/* Which sockets of a chain are walked past. */
enum part {
	PART_ALL,
	PART_ADDRESS,   /* those with the very address */
	PART_WILDCARD,
};

/* The chains by address are those of a hash of it: 0.0.0.0, ::, and ::ffff:0.0.0.0 are in one. */
static bool is_part(const struct bind_wish *wish, const struct bind_sock *sock, enum part part)
{
	struct shape own = shape_of(wish->family, wish->address, false);
	struct shape other = shape_of(sock->family, sock->address, false);

	if (part == PART_WILDCARD)
		return !shape_is_specific(&other);
	return part == PART_ALL
		|| (shape_is_specific(&other) && own.type == other.type && shape_covers(&own, &other, false, false));
}

static struct walk walk_chain(const struct bind_wish *wish, const struct bind_scene *scene, enum part part)
{
	const struct bind_chain *chain = part == PART_ALL ? &scene->cache->by_port : &scene->cache->by_address;
	struct walk walk = { .is_over = false };

	for (size_t i = 0; i < chain->count && !walk.is_over; i++) {
		const struct bind_sock *sock = find(scene, chain->cookies[i]);

		if (sock != NULL && is_on_port(wish, sock) && is_part(wish, sock, part))
			walk_on(&walk, wish, sock);
	}
	walk.may_admit |= !walk.is_over;
	return walk;
}

/* udp_lib_lport_inuse(); of a long chain udp_lib_lport_inuse2() for the address, and then for the wildcards. */
static struct walk walk_order(const struct bind_wish *wish, const struct bind_scene *scene)
{
	struct shape own = shape_of(wish->family, wish->address, false);

	if (scene->cache->by_port.count <= UDP_LONG_CHAIN || !shape_is_specific(&own))
		return walk_chain(wish, scene, PART_ALL);
	struct walk address = walk_chain(wish, scene, PART_ADDRESS);
	struct walk wildcard = walk_chain(wish, scene, PART_WILDCARD);
	return (struct walk){
		.may_block = address.may_block || wildcard.may_block,
		.may_admit = address.may_admit && wildcard.may_admit,
	};
}

/*
 * Without the order of the chain: whether one that is not in the way could stand before those that are.  A long chain may
 * leave out an overlap of 127.0.0.6 as well.
 */
static bool order_may_admit(const struct bind_wish *wish, const struct bind_scene *scene)
{
	struct walk walk = { .is_over = false };
	size_t count = 0;

	for (size_t i = 0; i < scene->count; i++) {
		if (!is_on_port(wish, &scene->socks[i]))
			continue;
		count++;
		walk_on(&walk, wish, &scene->socks[i]);
	}
	return walk.may_admit || count > UDP_LONG_CHAIN;
}

/* The chain of the port is walked only up to the first socket that counts. */
static void judge_udp(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict)
{
	judge_pairs(wish, scene, verdict);
	if (verdict->outcome == BIND_OK)
		return;
	if (rules_cache_of(scene, wish->port) == NULL) {
		verdict->cache_may_admit = order_may_admit(wish, scene);
		return;
	}
	struct walk walk = walk_order(wish, scene);
	if (!walk.may_block)
		verdict_pass(verdict, RULE_ORDER_ADMITS);
	else if (!walk.may_admit)
		verdict_fail(verdict, verdict->rule, EADDRINUSE);
	else
		verdict_doubt(verdict, verdict->rule, EADDRINUSE);
}

void rules_conflict(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict)
{
	if (proto_is_tcp(wish->proto))
		judge_tcp(wish, scene, verdict);
	else
		judge_udp(wish, scene, verdict);
}
