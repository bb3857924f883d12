/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording: what a kernel said and what was found in its /proc comes again, when it came then.
 *
 * Who asks for less, or for more again, than what was recorded gets the last whole snapshot once more, as nothing else
 * can be asked.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/map.h"
#include "kernel/events.h"
#include "kernel/poller.h"
#include "kernel/replay_file.h"
#include "kernel/source.h"
#include "model/names.h"
#include "model/owner.h"
#include "model/query.h"

/* So many frames are played in one go; a chunk of netlink messages is one. */
enum { FRAMES_AT_ONCE = 16 };

struct replay {
	struct source source;     /* the first member: a pointer to it is one to all */
	struct replay_file file;  /* at the frame that is played next */
	struct poller poller;
	struct events events;
	bool tells_owners;
	struct query query;       /* that was asked for here; what was recorded may be more or less */
	struct query recorded;    /* that was asked for when it was recorded */
	uint64_t begun_at;        /* where the snapshot begins that is played */
	uint64_t whole_at;        /* where the last one begins that was played to its end; 0: none */
	bool again;               /* that one is to be played once more */
	uint64_t back_at;         /* not 0: it is, and from there it goes on then */
	struct owner_scan known;  /* what scans found so far, and what the last one could not see */
	struct map answered;      /* cookie -> index in known.answers */
	struct map sought;        /* the inodes that they were for, and what came of it: enum owner_want */
	struct map wanted;        /* those that are asked for here, while seeking */
	struct buf fault;         /* why it could not be played to its end */
};

static void on_sock(void *context, const struct sock *sock, const struct sock_info *info)
{
	struct replay *replay = context;

	if (query_match(&replay->query, sock))
		replay->source.sink.sock(replay->source.sink.context, sock, info);
}

static void on_class_end(void *context, unsigned proto, unsigned family, bool complete)
{
	struct replay *replay = context;

	replay->source.sink.class_end(replay->source.sink.context, proto, family, complete);
}

static void on_destroyed(void *context, const struct sock *sock)
{
	struct replay *replay = context;

	if (replay->source.sink.destroyed != NULL)
		replay->source.sink.destroyed(replay->source.sink.context, sock);
}

static uint64_t frame_ns(const struct replay *replay)
{
	return replay->file.start.mono_ns + replay->file.head.time_ns;
}

static const void *body(const struct replay *replay)
{
	return replay->file.body.data;
}

static void play_name(struct replay *replay)
{
	const struct recorded_name *about = body(replay);
	const struct name_key key = { about->high, about->low };
	const char *text = about->is_named ? (const char *)(about + 1) : NULL; /* with a NUL behind it, as buf has it */

	if (text != NULL && about->kind == NAME_HOST && !host_name_is_usable(text))
		text = NULL;
	name_learn(&replay->source.sink.names->of[about->kind], key, text, true, frame_ns(replay));
}

static void read_query(struct query *query, const struct recorded_query *about)
{
	const struct recorded_range *ranges = (const struct recorded_range *)(about + 1);

	*query = (struct query){
		.protos = about->protos,
		.families = about->families,
		.states = about->states,
		.needs = about->needs,
	};
	for (uint32_t i = 0; i < about->range_count; i++)
		portset_add(&query->ports, ranges[i].low, ranges[i].high);
}

static bool asks_for_the_same(const struct query *a, const struct query *b)
{
	return a->protos == b->protos && a->families == b->families && a->states == b->states &&
	       memcmp(a->ports.bits, b->ports.bits, sizeof(a->ports.bits)) == 0;
}

static void play_query(struct replay *replay)
{
	const struct poller_sink sink = { on_sock, on_class_end, replay };
	struct source *source = &replay->source;
	struct query query;

	read_query(&query, body(replay));
	if (!asks_for_the_same(&query, &replay->recorded))
		source->sink.narrowed(source->sink.context, &query);
	replay->recorded = query;
	replay->begun_at = replay->file.at;
	source->running = true;
	source->hears_closings = ((const struct recorded_query *)body(replay))->hears_closings != 0;
	source->sink.begin(source->sink.context, frame_ns(replay));
	poller_replay(&replay->poller, &query, &sink);
}

static void play_netns(struct replay *replay)
{
	const struct recorded_netns *about = body(replay);

	if (about->is_own)
		replay->source.sink.names->netns = about->inode;
	poller_replay_netns(&replay->poller, about);
}

static void play_dump(struct replay *replay)
{
	poller_replay_dump(&replay->poller, body(replay));
}

static void play_replies(struct replay *replay)
{
	poller_replay_chunk(&replay->poller, body(replay), replay->file.head.length);
}

static void play_dump_end(struct replay *replay)
{
	const struct recorded_dump_end *end = body(replay);

	poller_replay_dump_end(&replay->poller, end->error, end->interrupted != 0);
}

static void play_snapshot_end(struct replay *replay)
{
	struct source *source = &replay->source;

	poller_replay_end(&replay->poller);
	replay->whole_at = replay->begun_at;
	source->running = false;
	source->interrupted = replay->poller.interrupted;
	source->partial = poller_is_partial(&replay->poller);
	source->refused = replay->poller.refused;
	source->sink.end(source->sink.context);
}

static void play_events(struct replay *replay)
{
	events_feed(&replay->events, body(replay), replay->file.head.length);
}

static void play_lost(struct replay *replay)
{
	if (replay->source.sink.lost != NULL)
		replay->source.sink.lost(replay->source.sink.context);
}

static void read_scan(struct owner_scan *scan, struct map *wanted, const struct recorded_scan *about)
{
	const struct recorded_owner *owners = (const struct recorded_owner *)(about + 1);
	const struct recorded_answer *answers = (const struct recorded_answer *)(owners + about->owner_count);
	const struct recorded_want *wants = (const struct recorded_want *)(answers + about->answer_count);

	*scan = (struct owner_scan){
		.processes = about->processes,
		.refused = about->refused,
		.as_root = about->as_root != 0,
		.hides = about->hides != 0,
		.error = about->error,
	};
	for (uint32_t i = 0; i < about->owner_count; i++) {
		struct owner owner = {
			.pid = owners[i].pid,
			.fd = owners[i].fd,
			.start_ticks = owners[i].start_ticks,
		};

		memcpy(owner.comm, owners[i].comm, sizeof(owner.comm) - 1);
		owner_scan_add(scan, owners[i].inode, &owner);
	}
	owner_scan_sort(scan);
	for (uint32_t i = 0; i < about->answer_count; i++) {
		const struct sock_flags flags = { (uint8_t)answers[i].known, (uint8_t)answers[i].set };

		owner_scan_add_answer(scan, &(struct flags_answer){ answers[i].cookie, flags });
	}
	for (uint32_t i = 0; i < about->want_count; i++)
		map_put(wanted, wants[i].inode, wants[i].want);
}

static void remember_answer(struct replay *replay, const struct flags_answer *answer)
{
	uint32_t at = map_get(&replay->answered, answer->cookie);

	if (at != MAP_NONE) {
		flags_merge(&replay->known.answers[at].flags, answer->flags);
		return;
	}
	map_put(&replay->answered, answer->cookie, (uint32_t)replay->known.answer_count);
	owner_scan_add_answer(&replay->known, answer);
}

/* An inode of which only the owners were looked for has not lost the flags that it was asked for before. */
static void remember_want(struct replay *replay, const struct map_slot *slot)
{
	uint32_t before = map_get(&replay->sought, slot->key);

	if (slot->value != WANT_OWNERS || before == MAP_NONE)
		map_put(&replay->sought, slot->key, slot->value);
}

/* What this scan was for it knows better than those before. */
static void remember(struct replay *replay, const struct owner_scan *scan, const struct map *wanted)
{
	struct owner_scan before = replay->known;
	const struct map_slot *want;

	replay->known = owner_scan_summary(scan);
	map_clear(&replay->answered);
	for (size_t i = 0; i < scan->count; i++) {
		const struct owner owner = owner_scan_get(scan, i);

		owner_scan_add(&replay->known, scan->holdings[i].inode, &owner);
	}
	for (size_t i = 0; i < before.count; i++) {
		const struct owner owner = owner_scan_get(&before, i);

		if (map_get(wanted, before.holdings[i].inode) == MAP_NONE)
			owner_scan_add(&replay->known, before.holdings[i].inode, &owner);
	}
	owner_scan_sort(&replay->known);
	for (size_t i = 0; i < before.answer_count; i++)
		remember_answer(replay, &before.answers[i]);
	for (size_t i = 0; i < scan->answer_count; i++)
		remember_answer(replay, &scan->answers[i]);
	for (size_t at = 0; (want = map_next(wanted, &at)) != NULL;)
		remember_want(replay, want);
	owner_scan_fini(&before);
}

static void play_owners(struct replay *replay)
{
	struct map wanted = MAP_INIT;
	struct owner_scan scan;

	if (!replay->tells_owners)
		return;
	read_scan(&scan, &wanted, body(replay));
	remember(replay, &scan, &wanted);
	replay->source.sink.owners(replay->source.sink.context, &wanted, &scan);
	owner_scan_fini(&scan);
	map_fini(&wanted);
}

static void play_end(struct replay *replay)
{
	replay->source.ended = true;
	replay->source.running = false;
}

/* once: what is not played again when a snapshot is. */
static const struct {
	void (*play)(struct replay *replay);
	bool once;
} kinds[RECORDING_KIND_COUNT] = {
	[RECORDING_START] = { NULL, true },
	[RECORDING_NAME] = { play_name, true },
	[RECORDING_QUERY] = { play_query, false },
	[RECORDING_DUMP] = { play_dump, false },
	[RECORDING_REPLIES] = { play_replies, false },
	[RECORDING_DUMP_END] = { play_dump_end, false },
	[RECORDING_SNAPSHOT_END] = { play_snapshot_end, false },
	[RECORDING_EVENTS] = { play_events, true },
	[RECORDING_LOST] = { play_lost, true },
	[RECORDING_OWNERS] = { play_owners, true },
	[RECORDING_END] = { play_end, true },
	[RECORDING_NETNS] = { play_netns, false },
};

/* The frame at hand. */
static void play(struct replay *replay)
{
	if (kinds[replay->file.head.kind].play != NULL && !(replay->back_at != 0 && kinds[replay->file.head.kind].once))
		kinds[replay->file.head.kind].play(replay);
}

/* Somebody has changed the file since it was checked: nothing more can be had of it. */
static void give_up(struct replay *replay)
{
	replay->again = false;
	replay->back_at = 0;
	play_end(replay);
}

/* Plays the last whole snapshot once more, and goes back then to where it was. */
static void play_again(struct replay *replay)
{
	struct source *source = &replay->source;
	bool good = true;

	if (replay->back_at == 0) {
		replay->back_at = replay->file.at;
		good = replay_file_seek(&replay->file, replay->whole_at, &replay->fault);
		if (good)
			play(replay);
	}
	for (int i = 0; good && source->running && i < FRAMES_AT_ONCE; i++) {
		good = replay_file_next(&replay->file, &replay->fault);
		if (good)
			play(replay);
	}
	if (good && !source->running) {
		good = replay_file_seek(&replay->file, replay->back_at, &replay->fault);
		replay->back_at = 0;
		replay->again = false;
	}
	if (!good)
		give_up(replay);
}

static void play_on(struct replay *replay)
{
	uint64_t now = clock_now_ns(replay->source.clock);

	for (int i = 0; !replay->source.ended && frame_ns(replay) <= now && i < FRAMES_AT_ONCE; i++) {
		play(replay);
		if (!replay->source.ended && !replay_file_next(&replay->file, &replay->fault))
			give_up(replay);
	}
}

static void answer(struct replay *replay)
{
	struct map wanted = replay->wanted;

	replay->wanted = (struct map)MAP_INIT;
	replay->source.seeking = false;
	replay->source.sink.owners(replay->source.sink.context, &wanted, &replay->known);
	map_fini(&wanted);
}

/* A snapshot that is being played is played to its end first. */
static bool is_to_play_again(const struct replay *replay)
{
	return replay->again && (replay->back_at != 0 || !replay->source.running);
}

static void serve(struct source *source, const struct pollfd *polled, size_t count)
{
	struct replay *replay = (struct replay *)source;

	(void)polled, (void)count;
	if (is_to_play_again(replay))
		play_again(replay);
	else
		play_on(replay);
	if (source->seeking)
		answer(replay);
}

static uint64_t due_ns(const struct source *source)
{
	const struct replay *replay = (const struct replay *)source;

	if (source->seeking || is_to_play_again(replay))
		return 0;
	return source->ended ? UINT64_MAX : frame_ns(replay);
}

/* In the middle of the same, played again: from its beginning. */
static void begin(struct source *source, const struct query *query)
{
	struct replay *replay = (struct replay *)source;

	replay->query = *query;
	replay->again = replay->whole_at != 0;
	if (replay->begun_at != 0)
		source->sink.narrowed(source->sink.context, &replay->recorded);
	if (replay->back_at == 0)
		return;
	source->running = false;
	if (!replay_file_seek(&replay->file, replay->back_at, &replay->fault))
		give_up(replay);
	replay->back_at = 0;
}

/* Only what scans were for by now is known; more of it may come by itself. */
static bool seek(struct source *source, struct map *wanted, struct map *known)
{
	struct replay *replay = (struct replay *)source;
	const struct map_slot *want;

	(void)known; /* what processes run is not recorded */
	if (source->seeking)
		return false;
	for (size_t at = 0; (want = map_next(wanted, &at)) != NULL;) {
		uint32_t before = map_get(&replay->sought, want->key);

		/* Flags that nobody was asked for stay unknown, however often they are asked for now. */
		if (before != MAP_NONE)
			map_put(&replay->wanted, want->key, before != WANT_OWNERS ? before : want->value);
	}
	source->seeking = replay->wanted.count > 0;
	if (source->seeking)
		map_fini(wanted);
	return source->seeking;
}

static void explain(const struct source *source, struct buf *out)
{
	const struct replay *replay = (const struct replay *)source;

	buf_puts(out, buf_str(&replay->fault));
	if (source->ended && replay->whole_at == 0)
		buf_printf(out, "%sthe recording ends before its first snapshot does", out->length > 0 ? "; " : "");
	else if (source->ended && replay->file.in_snapshot)
		buf_printf(out, "%ssockets may be missing (the recording ends while they were read)",
			   out->length > 0 ? "; " : "");
	if (source->refused > 0)
		buf_printf(out, "%s%zu network namespace%s could not be entered when this was recorded", out->length > 0 ? "; " : "",
			   source->refused, source->refused == 1 ? "" : "s");
	poller_explain(out, &replay->poller);
}

static int failed(const struct source *source)
{
	return poller_failed(&((const struct replay *)source)->poller);
}

static void close_replay(struct source *source)
{
	struct replay *replay = (struct replay *)source;

	replay_file_close(&replay->file);
	owner_scan_fini(&replay->known);
	map_fini(&replay->answered);
	map_fini(&replay->sought);
	map_fini(&replay->wanted);
	buf_fini(&replay->fault);
	free(replay);
}

static const struct source_ops ops = {
	.begin = begin,
	.seek = seek,
	.due_ns = due_ns,
	.serve = serve,
	.explain = explain,
	.failed = failed,
	.close = close_replay,
};

bool source_replay_open(struct source **source, const struct source_replay_options *options, struct buf *error)
{
	struct replay *replay = xcalloc(1, sizeof(*replay));

	*source = NULL;
	replay->source = (struct source){ .ops = &ops, .clock = options->clock, .paced = true, .made_up = true };
	replay->tells_owners = options->owners;
	replay->events.destroyed = on_destroyed;
	replay->events.context = replay;
	query_init(&replay->recorded);
	if (!replay_file_open(&replay->file, options->path, error)) {
		close_replay(&replay->source);
		return false;
	}
	replay->source.tours = replay->file.tours;
	clock_set(options->clock, options->clock_kind, replay->file.start.mono_ns, replay->file.start.day_ns);
	*source = &replay->source;
	return true;
}
