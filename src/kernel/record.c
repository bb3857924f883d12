/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/map.h"
#include "kernel/recording.h"
#include "kernel/uid_map.h"
#include "model/names.h"
#include "model/owner.h"
#include "model/query.h"
#include "model/sock.h"

/* So much comes together before it is written, unless a snapshot ends. */
enum { FLUSH_BYTES = 1 << 20 };

struct recorder {
	int fd;              /* -1 once it has failed */
	int error;           /* the -errno for which it has */
	const struct clock *clock;
	uint64_t start_ns;
	bool hears_closings; /* destroy events come, too */
	struct recording_head end; /* the END that is in the file */
	uint64_t written;    /* bytes in the file that stay: what follows is an END that gives way to what comes next */
	struct buf pending;  /* to be written there */
	struct names told;   /* that are in the file */
};

static struct recording_head make_head(const struct recorder *recorder, enum recording_kind kind, size_t length)
{
	return (struct recording_head){
		.length = (uint32_t)length,
		.kind = kind,
		.time_ns = clock_now_ns(recorder->clock) - recorder->start_ns,
	};
}

static bool write_at(int fd, const char *bytes, size_t length, uint64_t at)
{
	while (length > 0) {
		ssize_t written = pwrite(fd, bytes, length, (off_t)at);

		if (written < 0 && errno != EINTR)
			return false;
		if (written <= 0)
			continue;
		bytes += written;
		length -= (size_t)written;
		at += (uint64_t)written;
	}
	return true;
}

/* Puts the END back that was there, so that the file is whole up to where there still was room. */
static void fail(struct recorder *recorder, int error)
{
	const struct recording_head *end = &recorder->end;

	recorder->error = error;
	if (ftruncate(recorder->fd, (off_t)(recorder->written + sizeof(*end))) == 0)
		write_at(recorder->fd, (const char *)end, sizeof(*end), recorder->written);
	close(recorder->fd);
	recorder->fd = -1;
	buf_fini(&recorder->pending);
}

/* Writes what has come together, with an END behind it. */
static void flush(struct recorder *recorder)
{
	struct buf *pending = &recorder->pending;
	const struct recording_head end = make_head(recorder, RECORDING_END, 0);
	size_t length = pending->length;

	if (recorder->fd < 0)
		return;
	buf_add(pending, &end, sizeof(end));
	if (!write_at(recorder->fd, pending->data, pending->length, recorder->written)) {
		fail(recorder, -errno);
		return;
	}
	recorder->end = end;
	recorder->written += length;
	buf_clear(pending);
}

/* Begins a frame whose bytes are added by the caller; false when nothing is recorded. */
static bool begin(struct recorder *recorder, enum recording_kind kind, size_t length)
{
	if (recorder == NULL || recorder->fd < 0)
		return false;
	if (recorder->pending.length >= FLUSH_BYTES)
		flush(recorder);
	if (recorder->fd < 0)
		return false;
	const struct recording_head head = make_head(recorder, kind, length);
	buf_add(&recorder->pending, &head, sizeof(head));
	return true;
}

static void add(struct recorder *recorder, const void *bytes, size_t length)
{
	if (length > 0)
		buf_add(&recorder->pending, bytes, length);
}

static void frame(struct recorder *recorder, enum recording_kind kind, const void *bytes, size_t length)
{
	if (begin(recorder, kind, length))
		add(recorder, bytes, length);
}

static void start(struct recorder *recorder)
{
	struct recording_mark mark = {
		.words = { 0 },
		.order = RECORDING_ORDER,
		.word_bytes = sizeof(long),
	};
	const struct recorded_start about = {
		.mono_ns = clock_now_ns(recorder->clock),
		.day_ns = clock_day_ns(recorder->clock),
	};
	struct buf words = BUF_INIT;

	buf_printf(&words, RECORDING_WORDS "%d\n", RECORDING_VERSION);
	memcpy(mark.words, words.data, words.length);
	buf_fini(&words);
	add(recorder, &mark, sizeof(mark));
	recorder->start_ns = about.mono_ns;
	begin(recorder, RECORDING_START, sizeof(about) + strlen(PACKAGE_VERSION));
	add(recorder, &about, sizeof(about));
	add(recorder, PACKAGE_VERSION, strlen(PACKAGE_VERSION));
	flush(recorder);
}

int recorder_open(struct recorder **recorder, const char *path, const struct clock *clock)
{
	/* Whom a user talks to is nobody else's business. */
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	*recorder = NULL;
	if (fd < 0)
		return -errno;
	struct recorder *made = xcalloc(1, sizeof(*made));
	*made = (struct recorder){ .fd = fd, .clock = clock, .told = NAMES_INIT };
	start(made);
	int error = made->error;
	if (error == 0) {
		*recorder = made;
	} else {
		recorder_close(made);
		unlink(path); /* an empty one would only be in the way */
	}
	return error;
}

int recorder_close(struct recorder *recorder)
{
	if (recorder == NULL)
		return 0;
	bool told = recorder->fd < 0;
	flush(recorder);
	int error = told ? 0 : recorder->error;
	if (recorder->fd >= 0 && close(recorder->fd) < 0)
		error = -errno;
	names_fini(&recorder->told);
	buf_fini(&recorder->pending);
	free(recorder);
	return error;
}

void recorder_explain(const struct recorder *recorder, struct buf *out)
{
	if (recorder != NULL && recorder->error < 0)
		buf_printf(out, "the recording has ended before its time (%s)", strerror(-recorder->error));
}

void record_hearing(struct recorder *recorder, bool hears_closings)
{
	if (recorder != NULL)
		recorder->hears_closings = hears_closings;
}

void record_query(struct recorder *recorder, const struct query *query)
{
	struct recorded_query about = {
		.protos = query->protos,
		.families = query->families,
		.states = query->states,
		.needs = query->needs,
	};
	struct port_range run;

	if (recorder == NULL)
		return;
	about.hears_closings = recorder->hears_closings;
	for (uint32_t from = 0; portset_next(&query->ports, &from, &run);)
		about.range_count++;
	if (!begin(recorder, RECORDING_QUERY, sizeof(about) + about.range_count * sizeof(struct recorded_range)))
		return;
	add(recorder, &about, sizeof(about));
	for (uint32_t from = 0; portset_next(&query->ports, &from, &run);)
		add(recorder, &(struct recorded_range){ run.low, run.high }, sizeof(struct recorded_range));
}

void record_netns(struct recorder *recorder, const struct recorded_netns *about, const struct uid_range *ranges)
{
	size_t length = about->range_count * sizeof(ranges[0]);

	if (!begin(recorder, RECORDING_NETNS, sizeof(*about) + length))
		return;
	add(recorder, about, sizeof(*about));
	add(recorder, ranges, length);
}

void record_dump(struct recorder *recorder, unsigned proto, unsigned family, uint32_t sequence, uint32_t port_id)
{
	const struct recorded_dump about = { proto, family, sequence, port_id };

	frame(recorder, RECORDING_DUMP, &about, sizeof(about));
}

void record_replies(struct recorder *recorder, const void *bytes, size_t length)
{
	frame(recorder, RECORDING_REPLIES, bytes, length);
}

void record_dump_end(struct recorder *recorder, int error, bool interrupted)
{
	const struct recorded_dump_end about = { error, interrupted };

	frame(recorder, RECORDING_DUMP_END, &about, sizeof(about));
}

void record_snapshot_end(struct recorder *recorder)
{
	frame(recorder, RECORDING_SNAPSHOT_END, NULL, 0);
	if (recorder != NULL)
		flush(recorder);
}

void record_events(struct recorder *recorder, const void *bytes, size_t length)
{
	frame(recorder, RECORDING_EVENTS, bytes, length);
}

void record_lost(struct recorder *recorder)
{
	frame(recorder, RECORDING_LOST, NULL, 0);
}

static void add_owner(struct recorder *recorder, uint32_t inode, const struct owner *owner)
{
	struct recorded_owner about = {
		.start_ticks = owner->start_ticks,
		.inode = inode,
		.pid = owner->pid,
		.fd = owner->fd,
	};

	_Static_assert(sizeof(about.comm) == sizeof(owner->comm), "a name would be cut");
	memcpy(about.comm, owner->comm, sizeof(about.comm));
	add(recorder, &about, sizeof(about));
}

static void add_answer(struct recorder *recorder, const struct flags_answer *answer)
{
	const struct recorded_answer about = { answer->cookie, answer->flags.known, answer->flags.set };

	add(recorder, &about, sizeof(about));
}

static void add_want(struct recorder *recorder, const struct map_slot *slot)
{
	const struct recorded_want about = { (uint32_t)slot->key, slot->value };

	add(recorder, &about, sizeof(about));
}

void record_owners(struct recorder *recorder, const struct map *wanted, const struct owner_scan *scan)
{
	const struct recorded_scan about = {
		.owner_count = (uint32_t)scan->count,
		.answer_count = (uint32_t)scan->answer_count,
		.want_count = (uint32_t)wanted->count,
		.processes = scan->processes,
		.refused = scan->refused,
		.as_root = scan->as_root,
		.hides = scan->hides,
		.error = scan->error,
	};
	const struct map_slot *want;

	if (!begin(recorder, RECORDING_OWNERS,
		   sizeof(about) + scan->count * sizeof(struct recorded_owner) +
			   scan->answer_count * sizeof(struct recorded_answer) +
			   wanted->count * sizeof(struct recorded_want)))
		return;
	add(recorder, &about, sizeof(about));
	for (size_t i = 0; i < scan->count; i++) {
		const struct owner owner = owner_scan_get(scan, i);

		add_owner(recorder, scan->holdings[i].inode, &owner);
	}
	for (size_t i = 0; i < scan->answer_count; i++)
		add_answer(recorder, &scan->answers[i]);
	for (size_t at = 0; (want = map_next(wanted, &at)) != NULL;)
		add_want(recorder, want);
	flush(recorder);
}

/* Whether the file has this very name, or that there is none. */
static bool is_told(const struct recorder *recorder, enum name_kind kind, const struct name *name)
{
	const char *told = name_get(&recorder->told.of[kind], name->key);

	if (told == NULL || name->text == NULL)
		return told == name->text && name_is_sure(&recorder->told.of[kind], name->key);
	return strcmp(told, name->text) == 0;
}

static void tell(struct recorder *recorder, enum name_kind kind, const struct name *name)
{
	size_t length = name->text != NULL ? strlen(name->text) : 0;
	const struct recorded_name about = {
		.high = name->key.high,
		.low = name->key.low,
		.kind = kind,
		.is_named = name->text != NULL,
	};

	if (!begin(recorder, RECORDING_NAME, sizeof(about) + length))
		return;
	name_learn(&recorder->told.of[kind], name->key, name->text, true, 0);
	add(recorder, &about, sizeof(about));
	add(recorder, name->text, length);
}

void record_names(struct recorder *recorder, const struct names *names)
{
	if (recorder == NULL)
		return;
	for (unsigned kind = 0; kind < NAME_KIND_COUNT; kind++) {
		const struct name_cache *cache = &names->of[kind];

		for (size_t i = 0; i < cache->count; i++) {
			if (cache->all[i].sure && !is_told(recorder, kind, &cache->all[i]))
				tell(recorder, kind, &cache->all[i]);
		}
	}
}
