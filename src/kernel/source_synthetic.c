/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets that are made up (made_up.h), told as the kernel would: dump after dump, a chunk at a time, with destroy events
 * between.  For tests, measurements and pictures.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/die.h"
#include "base/map.h"
#include "kernel/made_up.h"
#include "kernel/source.h"
#include "model/detail.h"
#include "model/owner.h"
#include "model/process_store.h"
#include "model/query.h"
#include "model/sock.h"

struct synthetic {
	struct source source; /* the first member: a pointer to it is one to all */
	struct made_up host;
	struct query query;   /* while a snapshot runs: what it asks for, and what of it is told */
	unsigned class_at;
	uint32_t at;
	struct map wanted, known; /* while seeking */
	bool tells;           /* known means something */
};

/* What comes in one go: about as much as the kernel puts into one message. */
enum { SOCKETS_AT_ONCE = 256, EVENTS_AT_ONCE = 256 };

static void begin(struct source *source, const struct query *query)
{
	struct synthetic *synthetic = (struct synthetic *)source;

	synthetic->query = *query;
	synthetic->class_at = synthetic->at = 0;
	made_up_names(source->sink.names);
	source->running = true;
	source->sink.begin(source->sink.context, clock_now_ns(source->clock));
}

/* As the kernel: one protocol of one family after the other. */
static const struct {
	uint8_t proto, family;
} classes[] = {
	{ PROTO_TCP, FAMILY_INET },
	{ PROTO_TCP, FAMILY_INET6 },
	{ PROTO_UDP, FAMILY_INET },
	{ PROTO_UDP, FAMILY_INET6 },
};

enum { CLASSES = sizeof(classes) / sizeof(classes[0]) };

static bool is_asked(const struct synthetic *synthetic)
{
	return (synthetic->query.protos >> classes[synthetic->class_at].proto & 1) != 0 &&
	       (synthetic->query.families >> classes[synthetic->class_at].family & 1) != 0;
}

/* Tells the next socket, if it is of the class at hand and asked for; true if it did. */
static bool tell_next(struct synthetic *synthetic)
{
	const struct source_sink *sink = &synthetic->source.sink;
	const struct place place = made_up_place(&synthetic->host, synthetic->at++);
	struct sock_info info;
	struct sock sock;

	if (!made_up_sock(&synthetic->host, &place, &sock) || sock.proto != classes[synthetic->class_at].proto ||
	    sock.family != classes[synthetic->class_at].family || !query_match(&synthetic->query, &sock))
		return false;
	made_up_info(&synthetic->host, &sock, &info);
	sink->sock(sink->context, &sock, (synthetic->query.needs & NEED_INFO) != 0 ? &info : NULL);
	return true;
}

static void serve_snapshot(struct synthetic *synthetic)
{
	struct source *source = &synthetic->source;
	const struct source_sink *sink = &source->sink;

	if (is_asked(synthetic)) {
		for (int told = 0; synthetic->at < synthetic->host.count && told < SOCKETS_AT_ONCE;)
			told += tell_next(synthetic) ? 1 : 0;
		if (synthetic->at < synthetic->host.count)
			return;
		sink->class_end(sink->context, classes[synthetic->class_at].proto, classes[synthetic->class_at].family, true);
	}
	synthetic->at = 0;
	if (++synthetic->class_at < CLASSES)
		return;
	source->running = false;
	sink->end(sink->context);
}

static void tell_destroyed(const struct synthetic *synthetic, uint64_t pair, unsigned end)
{
	const struct source_sink *sink = &synthetic->source.sink;
	const struct place place = made_up_place(&synthetic->host, made_up_end(pair, end));
	struct sock sock;

	if (!made_up_sock(&synthetic->host, &place, &sock) || sock.state != STATE_ESTABLISHED)
		return;
	sock.state = STATE_CLOSE;
	sock.have = sock.inode = 0;
	sink->destroyed(sink->context, &sock);
}

/* A connection after the other is closed, or opened anew. */
static void serve_events(struct synthetic *synthetic)
{
	struct made_up *host = &synthetic->host;

	for (int i = 0; i < EVENTS_AT_ONCE && made_up_event_ns(host, host->events) <= host->now_ns; i++) {
		uint64_t pair = host->events % host->pair_count;

		for (unsigned end = 0; synthetic->source.sink.destroyed != NULL && end < 2; end++)
			tell_destroyed(synthetic, pair, end);
		host->events++;
	}
}

static bool seek(struct source *source, struct map *wanted, struct map *known)
{
	struct synthetic *synthetic = (struct synthetic *)source;

	if (source->seeking)
		return false;
	synthetic->wanted = *wanted;
	*wanted = (struct map)MAP_INIT;
	synthetic->tells = known != NULL;
	if (known != NULL) {
		synthetic->known = *known;
		*known = (struct map)MAP_INIT;
	}
	source->seeking = true;
	return true;
}

/* Adds the process without its parents. */
static void tell_process(struct process_list *told, int32_t pid)
{
	struct process_list made = { .all = NULL };

	made_up_process(&made, pid);
	if (made.count > 0) {
		*process_list_add(told) = made.all[0];
		made.all[0] = (struct process){ .pid = 0 };
	}
	process_list_fini(&made);
}

/* What the owners run that are not known yet. */
static void tell_processes(struct owner_scan *scan, struct map *known)
{
	for (size_t i = 0; i < scan->holder_count; i++) {
		const struct owner *owner = &scan->holders[i];
		uint64_t key = process_key(owner->pid, owner->start_ticks);

		if (map_get(known, key) != MAP_NONE)
			continue;
		tell_process(&scan->told, owner->pid);
		map_put(known, key, 0);
	}
}

static void serve_owners(struct synthetic *synthetic)
{
	struct owner_scan scan = { .processes = 70, .refused = 1 };
	struct source *source = &synthetic->source;
	struct map wanted = synthetic->wanted;

	synthetic->wanted = (struct map)MAP_INIT;
	for (uint32_t number = 0; number < synthetic->host.count; number++) {
		const struct place place = made_up_place(&synthetic->host, number);

		made_up_owners(&synthetic->host, &place, &wanted, &scan);
	}
	owner_scan_sort(&scan);
	if (synthetic->tells)
		tell_processes(&scan, &synthetic->known);
	map_fini(&synthetic->known);
	source->seeking = false;
	source->sink.owners(source->sink.context, &wanted, &scan);
	owner_scan_fini(&scan);
	map_fini(&wanted);
}

static bool has_events(const struct synthetic *synthetic)
{
	return synthetic->host.churn > 0 && synthetic->host.pair_count > 0;
}

static void serve(struct source *source, const struct pollfd *polled, size_t count)
{
	struct synthetic *synthetic = (struct synthetic *)source;

	(void)polled, (void)count;
	synthetic->host.now_ns = clock_now_ns(source->clock);
	if (has_events(synthetic))
		serve_events(synthetic);
	if (source->running)
		serve_snapshot(synthetic);
	else if (source->seeking)
		serve_owners(synthetic);
}

static uint64_t due_ns(const struct source *source)
{
	const struct synthetic *synthetic = (const struct synthetic *)source;

	if (source->running || source->seeking)
		return 0;
	return has_events(synthetic) ? made_up_event_ns(&synthetic->host, synthetic->host.events) : UINT64_MAX;
}

static int inspect(struct source *source, struct sock_detail *detail, const struct sock *sock)
{
	detail->cookie = sock->cookie;
	made_up_info(&((struct synthetic *)source)->host, sock, &detail->info);
	return 0;
}

static void describe(struct source *source, struct process_list *list, int32_t pid)
{
	(void)source;
	made_up_process(list, pid);
}

static void close_synthetic(struct source *source)
{
	struct synthetic *synthetic = (struct synthetic *)source;

	map_fini(&synthetic->wanted);
	map_fini(&synthetic->known);
	free(synthetic);
}

static const struct source_ops ops = {
	.begin = begin,
	.seek = seek,
	.due_ns = due_ns,
	.serve = serve,
	.inspect = inspect,
	.describe = describe,
	.close = close_synthetic,
};

struct source *source_synthetic_open(struct clock *clock, uint32_t count, uint32_t churn)
{
	struct synthetic *synthetic = xcalloc(1, sizeof(*synthetic));

	synthetic->source = (struct source){ .ops = &ops, .clock = clock, .made_up = true, .hears_closings = true };
	made_up_init(&synthetic->host, count, churn, clock_now_ns(clock));
	return &synthetic->source;
}
