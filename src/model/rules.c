/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/rules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "model/rules_internal.h"

void verdict_begin(struct bind_verdict *verdict, enum bind_step step)
{
	struct bind_blocker *blockers = verdict->blockers;
	size_t size = verdict->size;

	*verdict = (struct bind_verdict){ .step = step, .blockers = blockers, .size = size };
}

static void decide(struct bind_verdict *verdict, enum bind_outcome outcome, enum bind_rule rule, int error)
{
	verdict->outcome = outcome;
	verdict->rule = rule;
	verdict->error = error;
}

void verdict_pass(struct bind_verdict *verdict, enum bind_rule rule)
{
	decide(verdict, BIND_OK, rule, 0);
	verdict->count = 0;
	verdict->cache_may_admit = false;
}

void verdict_fail(struct bind_verdict *verdict, enum bind_rule rule, int error)
{
	decide(verdict, BIND_FAILS, rule, error);
}

void verdict_doubt(struct bind_verdict *verdict, enum bind_rule rule, int error)
{
	decide(verdict, BIND_UNKNOWN, rule, error);
}

void verdict_block(struct bind_verdict *verdict, const struct bind_blocker *blocker)
{
	if (verdict->count == verdict->size) {
		verdict->size = verdict->size ? 2 * verdict->size : 8;
		verdict->blockers = xrealloc_array(verdict->blockers, verdict->size, sizeof(verdict->blockers[0]));
	}
	verdict->blockers[verdict->count++] = *blocker;
}

void rules_verdict_fini(struct bind_verdict *verdict)
{
	free(verdict->blockers);
	*verdict = (struct bind_verdict)BIND_VERDICT_INIT;
}

bool proto_is_unix(unsigned proto)
{
	return proto == BIND_UNIX_STREAM || proto == BIND_UNIX_DGRAM || proto == BIND_UNIX_SEQPACKET;
}

bool proto_is_tcp(unsigned proto)
{
	return proto == BIND_TCP || proto == BIND_MPTCP;
}

bool state_is_closed(unsigned state)
{
	return state == 0 || state == STATE_CLOSE || state == STATE_BOUND || state == STATE_UNCONN;
}

static void find_port(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict)
{
	if (wish->port == 0)
		rules_port0(wish, scene, verdict);
	else
		rules_conflict(wish, scene, verdict);
}

/* __inet_bind(), __inet6_bind(). */
void rules_bind(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict)
{
	struct bind_wish after;

	verdict_begin(verdict, STEP_BIND);
	if (proto_is_unix(wish->proto)) {
		rules_unix_bind(wish, scene, verdict);
		return;
	}
	if (rules_check(wish, scene->host, &after, verdict))
		return;
	if (after.port == 0 && after.bind_address_no_port)
		verdict_pass(verdict, RULE_PORT_LATER);
	else
		find_port(&after, scene, verdict);
}

/* inet_listen(), inet_csk_listen_start(): get_port() once more, after the state became LISTEN. */
void rules_listen(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict)
{
	verdict_begin(verdict, STEP_LISTEN);
	if (proto_is_unix(wish->proto)) {
		rules_unix_listen(wish, verdict);
	} else if (!proto_is_tcp(wish->proto)) {
		verdict_fail(verdict, RULE_NOT_A_STREAM, EOPNOTSUPP);
	} else if (wish->state == STATE_LISTEN) {
		verdict_pass(verdict, RULE_ALREADY_LISTENS);
	} else if (!state_is_closed(wish->state)) {
		verdict_fail(verdict, RULE_CONNECTED_LISTEN, EINVAL);
	} else {
		struct bind_wish now = *wish;

		now.port = wish->is_bound ? wish->port : 0;
		find_port(&now, scene, verdict);
	}
}

static bool has_listen(unsigned proto)
{
	return proto_is_tcp(proto) || proto == BIND_UNIX_STREAM || proto == BIND_UNIX_SEQPACKET;
}

/* The wish after a bind() that worked. */
static struct bind_wish bound(const struct bind_wish *wish)
{
	struct bind_wish after = *wish;

	rules_settle(&after);
	after.is_bound = after.port != 0 || proto_is_unix(wish->proto);
	return after;
}

void rules_bind_listen(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict)
{
	rules_bind(wish, scene, verdict);
	if (verdict->outcome != BIND_OK || !has_listen(wish->proto))
		return;
	struct bind_wish after = bound(wish);
	rules_listen(&after, scene, verdict);
}

struct bind_sock rules_bound(const struct bind_wish *wish)
{
	struct bind_wish after = bound(wish);
	struct bind_sock sock = {
		.cookie = wish->cookie,
		.proto = wish->proto,
		.family = wish->family,
		.state = proto_is_tcp(wish->proto) ? STATE_BOUND : STATE_UNCONN,
		.port = wish->port,
		.ifindex = after.ifindex,
		.uid = wish->uid,
		.uid_known = true,
		.reuseaddr = tri_of(wish->reuseaddr),
		.reuseport = tri_of(wish->reuseport),
		.v6only = tri_of(after.v6only),
		.name = wish->name,
	};

	memcpy(sock.address, wish->address, sizeof(sock.address));
	return sock;
}

static enum tri flag_of(const struct sock *sock, enum sock_flag flag)
{
	return sock->flags.known & flag ? tri_of(sock->flags.set & flag) : TRI_UNKNOWN;
}

/* The sockets of an MPTCP connection that have ports are its subflows, which TCP tells. */
bool rules_knows(const struct sock *sock)
{
	return sock->proto == PROTO_TCP || sock->proto == PROTO_UDP || sock->proto == PROTO_UDPLITE;
}

/*
 * FIN_WAIT2 that nobody holds is a timewait object, whose flags live on and whose uid does not (tcp_time_wait()); the
 * kernel then shows a timer of TIME_WAIT.  Who owns a socket without a descriptor is told, but not for these.
 */
struct bind_sock rules_sock(const struct sock *sock)
{
	static const uint8_t protos[PROTO_COUNT] = {
		[PROTO_TCP] = BIND_TCP,
		[PROTO_UDP] = BIND_UDP,
		[PROTO_UDPLITE] = BIND_UDPLITE,
	};
	bool is_orphan = sock->state == STATE_FIN_WAIT2 && sock->inode == 0;
	bool timer_known = sock->have & HAVE_TIMER;
	struct bind_sock out = {
		.cookie = sock->cookie,
		.proto = rules_knows(sock) ? protos[sock->proto] : BIND_PROTO_COUNT,
		.family = sock->family,
		.state = sock->state,
		.is_timewait = sock->state == STATE_TIME_WAIT || (is_orphan && timer_known && sock->timer == TIMER_TIMEWAIT),
		.port = sock->local_port,
		.ifindex = sock->ifindex,
		.uid = sock->uid,
		.uid_known = (sock->have & HAVE_UID) && !(is_orphan && !timer_known),
		.reuseaddr = flag_of(sock, FLAG_REUSEADDR),
		.reuseport = flag_of(sock, FLAG_REUSEPORT),
		.v6only = flag_of(sock, FLAG_V6ONLY),
		.connect_bound = TRI_UNKNOWN,
		.foreign_port = sock->foreign_port,
	};

	memcpy(out.address, sock->local, sizeof(out.address));
	memcpy(out.foreign, sock->foreign, sizeof(out.foreign));
	return out;
}
