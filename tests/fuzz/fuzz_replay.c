/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a recording: it is refused in words, or played to its end into a table.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "checks.h"
#include "fuzz.h"
#include "kernel/source.h"
#include "model/column.h"
#include "model/names.h"
#include "model/owner.h"
#include "model/query.h"
#include "model/table.h"
#include "out/json.h"

enum { ROUNDS_MAX = 100000, ROWS_MAX = 100 };

struct play {
	struct clock clock;
	struct table table;
	struct names names;
	struct source *source;
};

static void on_begin(void *context, uint64_t now_ns)
{
	table_begin(&((struct play *)context)->table, now_ns);
}

static void on_narrowed(void *context, const struct query *query)
{
	table_retain(&((struct play *)context)->table, query);
}

static void on_sock(void *context, const struct sock *sock, const struct sock_info *info)
{
	table_see_info(&((struct play *)context)->table, sock, info);
}

static void on_class_end(void *context, unsigned proto, unsigned family, bool complete)
{
	if (complete)
		table_end_class(&((struct play *)context)->table, proto, family);
}

static void on_end(void *context)
{
	table_end(&((struct play *)context)->table);
}

static void on_destroyed(void *context, const struct sock *sock)
{
	(void)context;
	must(sock == NULL || sock->proto < PROTO_COUNT);
}

static void on_lost(void *context)
{
	(void)context;
}

static void on_owners(void *context, const struct map *wanted, struct owner_scan *scan)
{
	table_take_owners(&((struct play *)context)->table, wanted, scan);
}

/* Until nothing is due any more; every frame of a file is due once. */
static void play_on(struct play *play)
{
	uint64_t due;

	for (int rounds = 0; (due = source_due_ns(play->source)) != UINT64_MAX; rounds++) {
		must(rounds < ROUNDS_MAX);
		clock_advance(&play->clock, due);
		source_serve(play->source, NULL, 0);
	}
}

static void seek_owners(struct play *play)
{
	struct map wanted = MAP_INIT;

	table_want_owners(&play->table, true, &wanted);
	if (source_seek(play->source, &wanted, NULL))
		play_on(play);
	else
		map_fini(&wanted);
}

/* Whatever the file says of them, the rows and their names can be shown. */
static void show(struct play *play)
{
	const struct column_context context = { .names = &play->names, .table = &play->table, .now_ns = play->table.now_ns };

	for (size_t r = 0; r < play->table.count && r < ROWS_MAX; r++) {
		struct buf text = BUF_INIT;

		for (size_t c = 0; c < COLUMN_COUNT; c++)
			columns[c].text(&text, &play->table.rows[r], &context);
		must_be_harmless(&text, false);
		buf_clear(&text);
		json_socket(&text, &play->table.rows[r], &context);
		must_be_harmless(&text, false);
		buf_fini(&text);
	}
}

static void play_all(struct play *play)
{
	struct query query;
	struct buf told = BUF_INIT;

	query_init(&query);
	query.needs = ~0u;
	play->source->sink = (struct source_sink){
		.begin = on_begin, .narrowed = on_narrowed, .sock = on_sock, .class_end = on_class_end, .end = on_end,
		.destroyed = on_destroyed, .lost = on_lost, .owners = on_owners, .names = &play->names, .context = play,
	};
	source_begin(play->source, &query);
	play_on(play);
	seek_owners(play);
	show(play);
	portset_add(&query.ports, 80, 80);
	source_begin(play->source, &query);
	play_on(play);
	source_explain(play->source, &told);
	must_be_harmless(&told, false);
	source_failed(play->source);
	buf_fini(&told);
}

static void run(const char *path)
{
	struct play play = { .names = NAMES_INIT };
	const struct source_replay_options options = {
		.path = path, .clock = &play.clock, .clock_kind = CLOCK_STILL, .owners = true
	};
	struct buf error = BUF_INIT;

	table_init(&play.table);
	if (source_replay_open(&play.source, &options, &error))
		play_all(&play);
	else
		must_be_told(false, &error);
	source_close(play.source);
	table_fini(&play.table);
	names_fini(&play.names);
	buf_fini(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[32];
	int file = memfd_create("recording", MFD_CLOEXEC);

	use_utf8();
	must(file >= 0 && (size == 0 || write(file, data, size) == (ssize_t)size));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	run(path);
	close(file);
	return 0;
}
