/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_list.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cli.h"
#include "cli_end.h"
#include "gather.h"
#include "kernel/source.h"
#include "model/column.h"
#include "model/listing.h"
#include "out/json.h"
#include "out/list.h"
#include "out/sink.h"
#include "resolver.h"

/* A recording, and what is made up, has its own names, or none. */
static bool asks_for_names(const struct settings *settings)
{
	return settings->resolve && settings->replay == NULL && !settings->synthetic;
}

/* What goes on from one list to the next. */
struct repetition {
	struct source *source;
	struct buf said; /* what was missing from the last one */
	struct resolver resolver;
	struct table table; /* of the last one, for what has a rate */
};

/*
 * What is missing from a list, on stderr, so that nobody takes it for complete; in a repeated list only when it is not what
 * was said last.
 */
static void report_gaps(const struct settings *settings, const struct gathered *gathered, struct repetition *repetition)
{
	struct buf text = BUF_INIT, gap = BUF_INIT, *said = &repetition->said;

	gathered_explain(&text, gathered, repetition->source);
	if (asks_for_names(settings))
		resolver_explain(&gap, &repetition->resolver);
	if (gap.length > 0)
		buf_printf(&text, "ports: %s\n", gap.data);
	buf_fini(&gap);
	if (text.length > 0 && strcmp(text.data, buf_str(said)) != 0)
		fputs(text.data, stderr);
	buf_clear(said);
	buf_puts(said, buf_str(&text));
	buf_fini(&text);
}

static unsigned terminal_width(int fd)
{
	struct winsize size;

	if (!isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}

static void write_answer(struct sink *sink, const struct settings *settings, const struct gathered *gathered,
			 const struct listing *listing)
{
	unsigned width = settings->wide ? 0 : terminal_width(sink->fd);
	const struct column_context context = {
		.names = &gathered->names,
		.now_ns = gathered->table.now_ns,
		.brief = width > 0,
	};
	const struct list_style style = {
		.header = !settings->no_header,
		.columns = &settings->columns,
		.width = width,
		.context = &context,
	};
	const struct json_head head = {
		.real_ns = gathered->real_ns,
		.hidden = table_hidden(&gathered->table),
		.hidden_flags = table_hidden_flags(&gathered->table, &(int){ 0 }),
	};

	switch (settings->format) {
	case FORMAT_TABLE:
		list_write(sink, &gathered->table, listing, &style);
		break;
	case FORMAT_JSON:
		json_write_document(sink, &gathered->table, listing, &context, &head);
		break;
	case FORMAT_NDJSON:
		json_write_lines(sink, &gathered->table, listing, &context);
		break;
	}
}

static void keep_table(struct repetition *repetition, struct gathered *gathered)
{
	table_fini(&repetition->table);
	repetition->table = gathered->table;
	table_init(&gathered->table);
}

/* One answer; its exit status. */
static int answer(const struct settings *settings, struct repetition *repetition)
{
	struct gathered gathered;
	struct listing listing = { .sort = settings->sort, .inverted = settings->inverted };
	struct sink sink;
	int error = gather(&gathered, repetition->source, &settings->query, !settings->no_owners);

	if (error < 0) {
		gathered_fini(&gathered);
		return cli_fail(error);
	}
	gathered.names.resolve = settings->resolve;
	if (asks_for_names(settings)) {
		resolver_resolve(&repetition->resolver, &gathered.table, &gathered.names);
		source_learnt(repetition->source);
	}
	table_follow_rates(&gathered.table, &repetition->table);
	listing_make(&listing, &gathered.table, &settings->query);
	sink_init(&sink, STDOUT_FILENO);
	write_answer(&sink, settings, &gathered, &listing);
	int status = cli_finish(&sink, listing.count > 0 ? EXIT_MATCHED : EXIT_NOTHING);
	if (status != EXIT_SYSTEM && status != STATUS_UNREAD)
		report_gaps(settings, &gathered, repetition);
	if (asks_for_names(settings))
		resolver_keep(&repetition->resolver, &gathered.names);
	listing_fini(&listing);
	if (settings->query.needs & NEED_TCP)
		keep_table(repetition, &gathered);
	gathered_fini(&gathered);
	return status;
}

/* Between two lists of a repeated one stands the time, as a line that no row can be taken for. */
static void print_time(void)
{
	time_t now = (time_t)(clock_real_ns() / NS_PER_S);
	struct tm local;
	char text[64];

	localtime_r(&now, &local);
	strftime(text, sizeof(text), "# %Y-%m-%dT%H:%M:%S%z", &local);
	puts(text);
	fflush(stdout); /* what is written next goes another way; where this fails that does, too */
}

/* Waits for the next list; false when nobody is there any more to read it: poll(2) tells so without a write. */
static bool pause_output(uint32_t ms)
{
	struct pollfd output = { .fd = STDOUT_FILENO };

	return poll(&output, 1, (int)ms) == 0;
}

int cli_list(const struct settings *settings, struct source *source)
{
	/* The end of a recording is what it is. */
	bool repeated = settings->repeats && !settings->once && settings->replay == NULL;
	struct repetition repetition = { .source = source, .said = BUF_INIT, .resolver = RESOLVER_INIT };
	int status;

	if (settings->save_view_asked) {
		fputs("ports: option --save-view goes with the live table only\n", stderr);
		return EXIT_USAGE;
	}

	do {
		if (repeated && settings->format == FORMAT_TABLE)
			print_time();
		status = answer(settings, &repetition);
	} while (repeated && (status == EXIT_MATCHED || status == EXIT_NOTHING) && pause_output(settings->interval_ms));
	buf_fini(&repetition.said);
	resolver_fini(&repetition.resolver);
	table_fini(&repetition.table);
	return status;
}
