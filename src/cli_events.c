/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Openings and changes are what two looks tell, closings come from the kernel at once.  All go through one queue, which is written
 * whenever nobody is being looked for: who has a socket that has just been opened is known a moment later.
 */
#include "cli_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "cli.h"
#include "cli_end.h"
#include "cli_netns.h"
#include "cli_rights.h"
#include "events_words.h"
#include "gather.h"
#include "kernel/source.h"
#include "model/column.h"
#include "model/filter.h"
#include "model/history.h"
#include "out/events.h"
#include "out/json.h"
#include "out/sink.h"

struct queued {
	struct history_entry entry;
	enum truth meant; /* TRUTH_UNKNOWN: by the filter and what is known of it so far */
};

struct watching {
	const struct events_settings *settings;
	struct clock clock;
	struct source *source;
	struct gathered gathered;
	struct sink sink;
	struct queued *queue; /* owned */
	size_t count, capacity;
	uint64_t told;               /* events that were written */
	bool unread;                 /* nobody is there any more to read them */
	uint64_t look_ns;            /* when to look again */
};

/* A change is meant by the state before, too.  In which states a socket was that no look saw nobody knows. */
static enum truth judge(const struct watching *watching, const struct history_entry *entry, const struct row *row, unsigned known)
{
	const struct filter *filter = &watching->settings->words.filter;
	const struct column_context context = { .names = &watching->gathered.names, .table = &watching->gathered.table,
						.now_ns = watching->gathered.table.now_ns };
	struct row before = *row;

	known &= ~(entry->unseen ? (unsigned)KNOWN_STATE : 0);
	enum truth now = filter_judge(filter, row, &context, known);
	if (entry->kind != HISTORY_CHANGED)
		return now;
	before.sock.state = entry->from;
	enum truth was = filter_judge(filter, &before, &context, known);
	return was > now ? was : now;
}

static void add(struct watching *watching, struct history_entry *entry, enum truth meant)
{
	if (meant == TRUTH_FALSE)
		return;
	if (watching->count == watching->capacity) {
		watching->capacity = watching->capacity > 0 ? 2 * watching->capacity : 256;
		watching->queue = xrealloc_array(watching->queue, watching->capacity, sizeof(watching->queue[0]));
	}
	entry->real_ns = clock_day_ns(&watching->clock);
	watching->queue[watching->count] = (struct queued){ *entry, meant };
	history_entry_keep(&watching->queue[watching->count++].entry);
}

static void on_row_event(void *context, const struct row *row, enum row_event event, unsigned from)
{
	struct watching *watching = context;
	unsigned known = watching->settings->no_owners ? KNOWN_ALL : KNOWN_ALL & ~(unsigned)KNOWN_OWNERS;
	struct history_entry entry = history_of_row(row);

	entry.kind = (uint8_t)history_kind_of(event);
	entry.from = (uint16_t)from;
	add(watching, &entry, judge(watching, &entry, row, known));
}

/* That of a row was told by the table. */
static void on_destroyed(void *context, const struct sock *sock)
{
	struct watching *watching = context;
	struct history_entry entry = { .kind = HISTORY_CLOSED, .unseen = true, .sock = *sock };
	const struct row row = { .sock = *sock };

	if (table_find(&watching->gathered.table, sock->netns, sock->cookie) == MAP_NONE &&
	    query_match_unseen(&watching->settings->words.query, sock))
		add(watching, &entry, judge(watching, &entry, &row, KNOWN_ALL));
}

/* What became of the rows is told by another look. */
static void on_lost(void *context)
{
	struct watching *watching = context;

	add(watching, &(struct history_entry){ .kind = HISTORY_LOST }, TRUTH_TRUE);
	watching->look_ns = 0;
}

/* Who was found since the event was noticed. */
static void add_owner(const struct watching *watching, struct history_entry *entry)
{
	const struct table *table = &watching->gathered.table;
	const struct sock *sock = &entry->sock;
	uint32_t at = entry->owner_count == 0 ? table_find(table, sock->netns, sock->cookie) : MAP_NONE;

	if (at == MAP_NONE || table->rows[at].owner_count == 0)
		return;
	entry->owner = *row_owner(&table->rows[at], 0);
	entry->owner_count = table->rows[at].owner_count;
}

/* By all that will ever be known of it. */
static bool is_meant(const struct watching *watching, const struct queued *queued)
{
	const struct table *table = &watching->gathered.table;
	uint32_t at = table_find(table, queued->entry.sock.netns, queued->entry.sock.cookie);
	struct row row = at != MAP_NONE ? table->rows[at] : history_row(&queued->entry);

	row.sock.state = queued->entry.sock.state;
	return queued->meant == TRUTH_TRUE || judge(watching, &queued->entry, &row, KNOWN_ALL) == TRUTH_TRUE;
}

static void empty_queue(struct watching *watching)
{
	for (size_t i = 0; i < watching->count; i++)
		history_entry_fini(&watching->queue[i].entry);
	watching->count = 0;
}

/* Writes the queue, each event at once; false when there is no more to be written. */
static bool write_queue(struct watching *watching)
{
	const struct names *names = &watching->gathered.names;

	for (size_t i = 0; i < watching->count && watching->told < watching->settings->most; i++) {
		struct history_entry *entry = &watching->queue[i].entry;

		if (!is_meant(watching, &watching->queue[i]))
			continue;
		add_owner(watching, entry);
		if (watching->settings->json)
			json_entry(&watching->sink.buf, entry, names);
		else
			events_line(&watching->sink.buf, entry, names, watching->source->tours);
		watching->told++;
		if (sink_flush(&watching->sink) < 0)
			return false;
	}
	empty_queue(watching);
	return watching->told < watching->settings->most;
}

static int look(struct watching *watching)
{
	const struct query *query = &watching->settings->words.query;

	watching->look_ns = clock_now_ns(&watching->clock) + watching->settings->interval_ns;
	int error = gather_look(&watching->gathered, watching->source, query);
	if (error == 0 && !watching->settings->no_owners && !watching->source->seeking)
		gather_seek(&watching->gathered, watching->source, query, false);
	return error;
}

/* Waits for what happens, at most until then. */
static void pause_until(struct watching *watching, uint64_t due)
{
	struct pollfd output = { .fd = STDOUT_FILENO }; /* poll(2) tells of errors without being asked */
	uint64_t now = clock_now_ns(&watching->clock);

	source_wait_with(watching->source, due > now ? due - now : 0, &output, 1);
	watching->unread = output.revents != 0;
}

/* 0 or -errno, when the kernel does not tell. */
static int watch(struct watching *watching)
{
	const struct events_settings *settings = watching->settings;
	int error = look(watching); /* what is there already is no event */
	uint64_t now = clock_now_ns(&watching->clock);
	uint64_t end = settings->for_ns < UINT64_MAX - now ? now + settings->for_ns : UINT64_MAX;

	while (error == 0) {
		bool over = now >= end;

		if (over || now >= watching->look_ns)
			error = look(watching);
		while (over && watching->source->seeking)
			source_wait(watching->source, NS_PER_S);
		if (error == 0 && !watching->source->seeking && !write_queue(watching))
			break;
		if (over || watching->unread)
			break;
		pause_until(watching, watching->look_ns < end ? watching->look_ns : end);
		now = clock_now_ns(&watching->clock);
	}
	return error;
}

static int run(const struct events_settings *settings)
{
	struct watching watching = { .settings = settings };
	const struct source_live_options options = {
		.clock = &watching.clock,
		.watches = true,
		.owners = !settings->no_owners,
	};
	struct buf gaps = BUF_INIT;

	if (!cli_keep_rights("events", &settings->words.query, settings->no_owners))
		return EXIT_SYSTEM;
	int status = cli_check_netns(&settings->words.query);
	if (status != EXIT_MATCHED)
		return status;
	int error = source_live_open(&watching.source, &options);
	if (error < 0)
		return cli_fail(error);
	if (!watching.source->hears_closings)
		fputs("ports: the kernel's events cannot be heard: what is opened and closed between two looks is not seen\n", stderr);
	sink_init(&watching.sink, STDOUT_FILENO);
	gather_begin(&watching.gathered, watching.source);
	watching.gathered.table.observer = (struct table_observer){ on_row_event, &watching };
	watching.gathered.destroyed = on_destroyed;
	watching.gathered.lost = on_lost;
	watching.gathered.context = &watching;
	error = watch(&watching);
	if (error == 0)
		gathered_explain(&gaps, &watching.gathered, watching.source);
	status = watching.unread ? STATUS_UNREAD : watching.told > 0 ? EXIT_MATCHED : EXIT_NOTHING;
	status = cli_finish(&watching.sink, error < 0 ? cli_fail(error) : status);
	fputs(buf_str(&gaps), stderr);
	buf_fini(&gaps);
	source_close(watching.source);
	gathered_fini(&watching.gathered);
	empty_queue(&watching);
	free(watching.queue);
	return status;
}

int cli_events(int argc, char *const argv[])
{
	struct events_settings settings;
	struct buf error = BUF_INIT;
	int status = EXIT_USAGE;

	if (!events_parse(&settings, argc, argv, &error))
		cli_usage(&error);
	else
		status = settings.help ? cli_print(events_help) : run(&settings);
	query_words_fini(&settings.words);
	buf_fini(&error);
	return status;
}
