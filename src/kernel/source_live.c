/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel of this system: dumps and destroy events over netlink, owners from /proc.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "kernel/events.h"
#include "kernel/inspect.h"
#include "kernel/netns.h"
#include "kernel/netns_tour.h"
#include "kernel/owners.h"
#include "kernel/poller.h"
#include "kernel/privileges.h"
#include "kernel/process.h"
#include "kernel/record.h"
#include "kernel/source.h"
#include "model/netns.h"
#include "model/query.h"

struct live {
	struct source source;         /* the first member: a pointer to it is one to all */
	struct poller poller;
	struct netns_tour tour;       /* while source.tours */
	struct buf gaps;              /* what the last snapshot lacks, as it was when that ended */
	struct recorder *recorder;    /* not owned; NULL: none */
	struct events events;         /* destroy events of the own network namespace */
	bool hears;                   /* they are open */
	unsigned long losses;         /* of events, that the sink knows of */
	struct owners_worker *worker; /* NULL: owners are looked for while the source is served */
	struct owners_walk *ahead;    /* without a worker, from source_seek_ahead on; NULL: it is not looked ahead */
	struct map wanted, known;     /* without a worker and not ahead, while seeking */
	bool tells;                   /* known means something */
	int processes;                /* process_watch, or -1 */
	int no_worker;                /* the errno for which there is none although there should be */
};

static void on_sock(void *context, const struct sock *sock, const struct sock_info *info)
{
	struct live *live = context;
	const struct source_sink *sink = &live->source.sink;

	if (live->source.tours)
		netns_tour_learn_device(&live->tour, sock, sink->names, clock_now_ns(live->source.clock));
	sink->sock(sink->context, sock, info);
}

static void on_class_end(void *context, unsigned proto, unsigned family, bool complete)
{
	struct live *live = context;

	live->source.sink.class_end(live->source.sink.context, proto, family, complete);
}

static void on_destroyed(void *context, const struct sock *sock)
{
	struct live *live = context;

	live->source.sink.destroyed(live->source.sink.context, sock);
}

static void learnt(struct source *source)
{
	record_names(((struct live *)source)->recorder, source->sink.names);
}

/* The events are those of the own namespace: where that is not looked at, nobody is to hear of them, now or in a replay. */
static void hear(struct live *live, bool hears)
{
	live->source.hears_closings = live->hears && hears;
	if (live->hears)
		live->events.nl.recorder = hears ? live->recorder : NULL;
}

static void end_tour(struct live *live)
{
	netns_tour_end(&live->tour, &live->poller);
	poller_tour_end(&live->poller);
	live->source.refused = live->poller.refused;
	hear(live, live->tour.has_own);
}

static void end(struct live *live)
{
	if (live->source.tours)
		end_tour(live);
	record_snapshot_end(live->recorder);
	learnt(&live->source);
	live->source.running = false;
	live->source.interrupted = live->poller.interrupted;
	live->source.partial = poller_is_partial(&live->poller);
	buf_clear(&live->gaps);
	poller_explain(&live->gaps, &live->poller);
	if (live->source.tours && live->tour.gaps.length > 0)
		buf_printf(&live->gaps, "%s%s", live->gaps.length > 0 ? "; " : "", live->tour.gaps.data);
	live->source.sink.end(live->source.sink.context);
}

static void begin_tour(struct live *live, const struct query *query, const struct poller_sink *sink)
{
	poller_tour(&live->poller, query, sink);
	netns_tour_begin(&live->tour, query->netns, clock_now_ns(live->source.clock));
	hear(live, live->tour.has_own);
}

static void begin(struct source *source, const struct query *query)
{
	struct live *live = (struct live *)source;
	const struct poller_sink sink = { on_sock, on_class_end, live };

	source->running = true;
	source->tours = query->netns != NULL;
	source->sink.begin(source->sink.context, clock_now_ns(source->clock));
	record_query(live->recorder, query);
	if (source->tours) {
		begin_tour(live, query, &sink);
		return;
	}
	poller_begin(&live->poller, query, &sink);
	if (!live->poller.running)
		end(live); /* nothing could even be asked */
}

static void serve_dump(struct live *live)
{
	if (live->source.running && live->poller.running && poller_step(&live->poller) && !live->source.tours)
		end(live);
}

/* Whether it is on its way to the next namespace. */
static bool is_on_tour(const struct live *live)
{
	return live->source.running && live->source.tours && !live->poller.running;
}

static void serve_tour(struct live *live)
{
	if (!netns_tour_step(&live->tour, &live->poller, live->source.sink.names, clock_now_ns(live->source.clock)))
		end(live);
}

static void give_up(struct source *source, int error)
{
	struct live *live = (struct live *)source;

	if (!source->running)
		return;
	poller_abandon(&live->poller, error);
	if (source->tours)
		poller_miss(&live->poller, 0, error);
	end(live);
}

/* Events that were lost cannot be had again, but a full look tells what became of the rows. */
static void serve_events(struct live *live)
{
	events_step(&live->events);
	if (live->events.losses == live->losses)
		return;
	live->losses = live->events.losses;
	live->source.sink.lost(live->source.sink.context);
}

/* Leaves an empty map where the other one was. */
static void move(struct map *to, struct map *from)
{
	*to = *from;
	*from = (struct map)MAP_INIT;
}

static bool seek(struct source *source, struct map *wanted, struct map *known)
{
	struct live *live = (struct live *)source;

	if (source->seeking || live->no_worker != 0)
		return false;
	source->seeking = true;
	if (live->worker != NULL)
		return owners_worker_begin(live->worker, wanted, known);
	move(&live->wanted, wanted);
	live->tells = known != NULL;
	if (known != NULL)
		move(&live->known, known);
	return true;
}

/* What is recorded says for which sockets it was looked. */
static bool seek_ahead(struct source *source)
{
	struct live *live = (struct live *)source;

	if (source->seeking || live->worker != NULL || live->no_worker != 0 || live->recorder != NULL)
		return false;
	live->ahead = owners_walk_begin("/proc");
	source->seeking = live->ahead != NULL;
	return source->seeking;
}

static uint64_t processes(struct source *source)
{
	return process_changes(((struct live *)source)->processes);
}

static bool hold(struct source *source, const struct row *row, uint32_t most)
{
	(void)source;
	return owners_hold(row, most, "/proc");
}

static void hand_over(struct live *live, struct map *wanted, struct owner_scan *scan)
{
	live->source.seeking = false;
	record_owners(live->recorder, wanted, scan);
	live->source.sink.owners(live->source.sink.context, wanted, scan);
	owner_scan_fini(scan);
	map_fini(wanted);
}

static void end_ahead(struct live *live)
{
	struct owner_scan scan;

	owners_walk_end(live->ahead, &scan);
	live->ahead = NULL;
	live->source.seeking = false;
	live->source.sink.owners(live->source.sink.context, NULL, &scan);
	owner_scan_fini(&scan);
}

static void serve_owners(struct live *live)
{
	struct owner_scan scan;
	struct map wanted;

	if (live->worker != NULL) {
		if (owners_worker_take(live->worker, &wanted, &scan))
			hand_over(live, &wanted, &scan);
	} else if (live->ahead != NULL) {
		if (!live->source.running)
			end_ahead(live);
	} else if (live->source.seeking) {
		move(&wanted, &live->wanted);
		owners_scan_together(&scan, &wanted, live->tells ? &live->known : NULL, "/proc");
		map_fini(&live->known);
		hand_over(live, &wanted, &scan);
	}
}

static uint64_t due_ns(const struct source *source)
{
	const struct live *live = (const struct live *)source;
	bool seeks = source->seeking && live->worker == NULL && (live->ahead == NULL || !source->running);

	return seeks || is_on_tour(live) ? 0 : UINT64_MAX;
}

enum { POLL_KERNEL, POLL_EVENTS, POLL_OWNERS, POLL_COUNT };

_Static_assert((int)POLL_COUNT <= (int)SOURCE_FDS_MAX, "SOURCE_FDS_MAX is too small");

static size_t fill_poll(const struct source *source, struct pollfd *polled)
{
	const struct live *live = (const struct live *)source;
	const int fds[POLL_COUNT] = {
		[POLL_KERNEL] = live->poller.running ? poller_fd(&live->poller) : -1,
		[POLL_EVENTS] = live->source.hears_closings ? events_fd(&live->events) : -1,
		[POLL_OWNERS] = live->worker != NULL ? owners_worker_fd(live->worker) : -1,
	};

	for (size_t i = 0; i < POLL_COUNT; i++)
		polled[i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
	return POLL_COUNT;
}

static void serve(struct source *source, const struct pollfd *polled, size_t count)
{
	struct live *live = (struct live *)source;

	(void)count;
	if (polled[POLL_KERNEL].revents != 0)
		serve_dump(live);
	if (is_on_tour(live))
		serve_tour(live);
	if (polled[POLL_EVENTS].revents != 0)
		serve_events(live);
	if (polled[POLL_OWNERS].revents != 0 || live->worker == NULL)
		serve_owners(live);
}

static int look_closely(struct source *source, struct sock_detail *detail, const struct sock *sock)
{
	int netns, error = netns_tour_reopen(&((struct live *)source)->tour, sock, &netns);

	if (error < 0)
		return error;
	error = inspect(netns, detail, sock);
	if (netns != NETNS_OWN)
		close(netns);
	return error;
}

static int destroy(struct source *source, const struct sock *sock)
{
	int netns, error = netns_tour_reopen(&((struct live *)source)->tour, sock, &netns);

	if (error < 0)
		return error;
	error = poller_destroy(netns, sock);
	if (netns != NETNS_OWN)
		close(netns);
	return error;
}

static void describe(struct source *source, struct process_list *list, int32_t pid)
{
	(void)source;
	process_describe(list, pid);
}

static void explain(const struct source *source, struct buf *out)
{
	const struct live *live = (const struct live *)source;

	recorder_explain(live->recorder, out);
	buf_puts(out, live->gaps.length > 0 && out->length > 0 ? "; " : "");
	buf_puts(out, buf_str(&live->gaps));
	if (live->no_worker != 0)
		buf_printf(out, "%sowners are not looked for: no thread can be had (%s)", out->length > 0 ? "; " : "",
			   strerror(live->no_worker));
}

static int failed(const struct source *source)
{
	const struct live *live = (const struct live *)source;

	return source->tours && live->tour.entered == 0 ? live->tour.own_error : poller_failed(&live->poller);
}

static void close_live(struct source *source)
{
	struct live *live = (struct live *)source;

	struct owner_scan unwanted;

	if (live->ahead != NULL) {
		owners_walk_end(live->ahead, &unwanted);
		owner_scan_fini(&unwanted);
	}
	owners_worker_free(live->worker);
	if (live->processes >= 0)
		close(live->processes);
	if (live->hears)
		events_close(&live->events);
	poller_close(&live->poller);
	netns_tour_fini(&live->tour);
	buf_fini(&live->gaps);
	map_fini(&live->wanted);
	map_fini(&live->known);
	free(live);
}

static const struct source_ops ops = {
	.begin = begin,
	.seek = seek,
	.seek_ahead = seek_ahead,
	.processes = processes,
	.hold = hold,
	.poll = fill_poll,
	.due_ns = due_ns,
	.serve = serve,
	.abandon = give_up,
	.learnt = learnt,
	.inspect = look_closely,
	.destroy = destroy,
	.describe = describe,
	.explain = explain,
	.failed = failed,
	.close = close_live,
};

/* What only those need who go on looking. */
static void watch(struct live *live, const struct source_live_options *options)
{
	live->events.destroyed = on_destroyed;
	live->events.context = live;
	live->events.recorder = live->recorder;
	live->hears = live->source.hears_closings = events_open(&live->events) == 0; /* else the history is what snapshots tell */
	record_hearing(live->recorder, live->source.hears_closings);
	privileges_settle();
	if (!options->owners)
		return;
	live->processes = process_watch();
	live->worker = owners_worker_new();
	live->no_worker = live->worker == NULL ? errno : 0;
}

int source_live_open(struct source **source, const struct source_live_options *options)
{
	struct live *live = xcalloc(1, sizeof(*live));
	int error = poller_open(&live->poller, options->recorder);

	live->processes = -1;
	live->source.ops = &ops;
	live->source.clock = options->clock;
	live->recorder = options->recorder;
	if (error == 0 && options->watches)
		watch(live, options);
	*source = error == 0 ? &live->source : NULL;
	if (error < 0)
		close_live(&live->source);
	return error;
}
