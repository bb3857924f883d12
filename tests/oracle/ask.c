/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ask.h"

#include <errno.h>
#include <string.h>

static struct bind_sock sock_of(const struct slot *slot)
{
	struct bind_sock sock = {
		.cookie = slot->wish.cookie,
		.proto = slot->wish.proto,
		.family = slot->wish.family,
		.state = slot->state,
		.is_timewait = slot->is_timewait,
		.port = slot->wish.port,
		.ifindex = slot->wish.ifindex,
		.uid = slot->wish.uid,
		.uid_known = true,
		.reuseaddr = slot->wish.reuseaddr ? TRI_YES : TRI_NO,
		.reuseport = slot->wish.reuseport ? TRI_YES : TRI_NO,
		.v6only = slot->wish.v6only ? TRI_YES : TRI_NO,
		.connect_bound = slot->is_connect_bound ? TRI_YES : TRI_NO,
		.foreign_port = slot->foreign_port,
	};

	memcpy(sock.address, slot->wish.address, sizeof(sock.address));
	memcpy(sock.foreign, slot->foreign, sizeof(sock.foreign));
	return sock;
}

size_t ask_socks(const struct world *world, struct bind_sock *socks)
{
	size_t count = 0;

	for (unsigned i = 0; i < CROWD_SLOTS; i++) {
		if (world->slots[i].is_used && world->slots[i].has_port)
			socks[count++] = sock_of(&world->slots[i]);
	}
	return count;
}

static size_t add_helpers(const struct world *world, struct bind_sock *socks, size_t count)
{
	for (unsigned i = 0; i < ARENA_HELPERS; i++) {
		socks[count++] = (struct bind_sock){
			.proto = BIND_TCP, .family = FAMILY_INET6, .state = STATE_LISTEN, .port = world->arena->helper_ports[i],
		};
	}
	return count;
}

static void format_slot(struct buf *out, const struct world *world, const struct slot *slot)
{
	static const char *const protos[BIND_PROTO_COUNT] = { "tcp", "mptcp", "udp", "udplite" };
	const struct bind_wish *wish = &slot->wish;

	buf_printf(out, "s%u %s%c uid %u", (unsigned)(slot - world->slots), protos[wish->proto],
		   wish->family == FAMILY_INET ? '4' : '6', wish->uid);
	buf_puts(out, wish->reuseaddr ? " A" : "");
	buf_puts(out, wish->reuseport ? " P" : "");
	buf_puts(out, wish->v6only ? " 6" : "");
	buf_puts(out, wish->reuseport_bpf ? " BPF" : "");
	buf_puts(out, wish->freebind ? " freebind" : "");
	buf_puts(out, wish->bind_address_no_port ? " bind_address_no_port" : "");
	if (wish->ifindex != 0)
		buf_printf(out, " dev %u", wish->ifindex);
	buf_putc(out, ' ');
	address_format(out, wish->family, wish->address);
	buf_printf(out, ":%s ", slot->has_port ? "PORT" : "0");
	state_format(out, slot->state);
	buf_puts(out, slot->is_timewait ? " (timewait)" : "");
	buf_puts(out, slot->is_connect_bound ? " (connect)" : "");
}

void ask_trace(struct world *world, const struct slot *slot, const char *what)
{
	if (world->trace == NULL)
		return;
	format_slot(world->trace, world, slot);
	buf_printf(world->trace, "  <- %s\n", what);
}

static const char *error_text(int error)
{
	return error == 0 ? "ok" : strerror(error);
}

static void trace_answer(struct buf *out, const struct world *world, const struct question *question,
			 const struct bind_verdict *verdict, int error)
{
	static const char *const steps[] = { "bind", "listen", "connect" };
	static const char *const outcomes[] = { "ok", "fails", "unknown" };

	format_slot(out, world, question->slot);
	buf_printf(out, "  %s ", steps[question->kind]);
	address_format(out, question->wish->family, question->peer ? question->peer->address : question->wish->address);
	if (question->wish->scope_id != 0)
		buf_printf(out, "%%%u", question->wish->scope_id);
	unsigned port = question->peer ? question->peer->port : question->wish->port;
	buf_printf(out, " port %u", port);
	buf_printf(out, " => %s; predicted %s (%s) by %s%s, blockers %zu\n", error_text(error), outcomes[verdict->outcome],
		   error_text(verdict->error), rules_id(verdict->rule), verdict->cache_may_admit ? ", the past may matter" : "",
		   verdict->count);
}

void ask_mismatch(struct world *world, const char *what)
{
	world->is_mismatch = true;
	if (world->trace != NULL)
		buf_printf(world->trace, "MISMATCH: %s\n", what);
}

static void ask(const struct question *question, const struct bind_scene *scene, struct bind_verdict *verdict)
{
	if (question->kind == STEP_BIND)
		rules_bind(question->wish, scene, verdict);
	else if (question->kind == STEP_LISTEN)
		rules_listen(question->wish, scene, verdict);
	else
		rules_connect(question->wish, question->peer, scene, verdict);
}

/*
 * "unknown" is right where the answer depends on what is hidden, so it must be either of the two; of connect() several things
 * may be unknown.
 */
static bool is_right(const struct bind_verdict *verdict, int error)
{
	if (verdict->outcome == BIND_OK)
		return error == 0;
	if (verdict->outcome == BIND_UNKNOWN && verdict->step == STEP_CONNECT)
		return true;
	if (verdict->outcome == BIND_UNKNOWN || verdict->cache_may_admit)
		return error == 0 || error == verdict->error;
	return error == verdict->error;
}

/* With those that are in the way gone nothing is in the way. */
static bool blockers_are_all(const struct question *question, struct bind_scene scene, struct bind_verdict *verdict)
{
	struct bind_sock rest[CROWD_SLOTS + ARENA_HELPERS];
	size_t count = 0;

	if (verdict->outcome == BIND_OK || verdict->error != EADDRINUSE || verdict->rule == RULE_PORTS_EXHAUSTED)
		return verdict->outcome != BIND_OK || verdict->count == 0;
	if (verdict->count == 0)
		return false;
	for (size_t i = 0; i < scene.count; i++) {
		bool blocks = false;

		for (size_t j = 0; j < verdict->count; j++)
			blocks |= verdict->blockers[j].index == i;
		if (!blocks)
			rest[count++] = scene.socks[i];
	}
	scene.socks = rest;
	scene.count = count;
	ask(question, &scene, verdict);
	return verdict->outcome == BIND_OK;
}

static void hide(struct world *world, struct bind_sock *socks, size_t count)
{
	unsigned percent = random_below(&world->random, 3) * 40 + 20;

	for (size_t i = 0; i < count; i++) {
		uint8_t *const flags[] = { &socks[i].reuseaddr, &socks[i].reuseport, &socks[i].v6only, &socks[i].connect_bound };

		for (size_t j = 0; j < sizeof(flags) / sizeof(flags[0]); j++) {
			if (random_below(&world->random, 100) < percent)
				*flags[j] = TRI_UNKNOWN;
		}
		if (random_below(&world->random, 100) < percent / 3)
			socks[i].uid_known = false;
	}
}

/* The same with flags of the others hidden, with the past hidden, and with both. */
static void ask_hidden(struct world *world, const struct question *question, struct bind_scene scene, int error)
{
	struct bind_sock socks[CROWD_SLOTS + ARENA_HELPERS];
	struct bind_verdict verdict = BIND_VERDICT_INIT;

	memcpy(socks, scene.socks, scene.count * sizeof(socks[0]));
	hide(world, socks, scene.count - ARENA_HELPERS);
	for (unsigned what = 1; what < 4; what++) {
		struct bind_scene partial = {
			.socks = what & 1 ? socks : scene.socks,
			.count = scene.count,
			.host = scene.host,
			.cache = what & 2 ? NULL : scene.cache,
		};

		ask(question, &partial, &verdict);
		world->tally->hidden++;
		world->tally->unknown += verdict.outcome == BIND_UNKNOWN;
		world->tally->hedged += verdict.cache_may_admit;
		if (!is_right(&verdict, error)) {
			ask_mismatch(world, what == 1 ? "flags hidden" : what == 2 ? "past hidden" : "flags and past hidden");
			if (world->trace != NULL)
				trace_answer(world->trace, world, question, &verdict, error);
		}
	}
	rules_verdict_fini(&verdict);
}

static void count_company(struct tally *tally, const struct bind_scene *scene)
{
	bool timewait = false, orphan = false, connection = false, listener = false;

	for (size_t i = 0; i < scene->count - ARENA_HELPERS; i++) {
		const struct bind_sock *sock = &scene->socks[i];

		timewait |= sock->is_timewait;
		orphan |= sock->state == STATE_FIN_WAIT2 && !sock->is_timewait;
		connection |= sock->state == STATE_ESTABLISHED || sock->state == STATE_CLOSE_WAIT;
		listener |= sock->state == STATE_LISTEN;
	}
	tally->beside_timewait += timewait;
	tally->beside_orphan += orphan;
	tally->beside_connection += connection;
	tally->beside_listener += listener;
}

static void count(struct tally *tally, const struct question *question, const struct bind_verdict *verdict, int error)
{
	tally->cases++;
	tally->binds += question->kind == STEP_BIND;
	tally->listens += question->kind == STEP_LISTEN;
	tally->connects += question->kind == STEP_CONNECT;
	tally->refused += error != 0;
	tally->in_use += error == EADDRINUSE;
	tally->by_rule[verdict->rule]++;
	for (size_t i = 0; i < verdict->count; i++)
		tally->ghosts += verdict->blockers[i].is_ghost;
}

/* Which connections in TIME_WAIT connect() takes over when it chooses the port depends on how old they are. */
static bool may_be_unknown(const struct question *question, const struct bind_scene *scene)
{
	for (size_t i = 0; i < scene->count; i++) {
		if (scene->socks[i].is_timewait)
			return question->kind == STEP_CONNECT;
	}
	return false;
}

void ask_compare(struct world *world, const struct question *question, int error)
{
	struct bind_sock socks[CROWD_SLOTS + ARENA_HELPERS];
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	struct bind_scene scene = { .socks = socks, .host = &world->arena->host, .cache = &world->cache };

	scene.count = add_helpers(world, socks, ask_socks(world, socks));
	ask(question, &scene, &verdict);
	count(world->tally, question, &verdict, error);
	count_company(world->tally, &scene);
	if (world->trace != NULL)
		trace_answer(world->trace, world, question, &verdict, error);
	if (!is_right(&verdict, error) || (verdict.outcome == BIND_UNKNOWN && !may_be_unknown(question, &scene)))
		ask_mismatch(world, "everything known");
	else if (!blockers_are_all(question, scene, &verdict))
		ask_mismatch(world, "the blockers named are not all");
	ask_hidden(world, question, scene, error);
	rules_verdict_fini(&verdict);
}
