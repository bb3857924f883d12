/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_list.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli.h"
#include "cli_end.h"
#include "cli_format.h"
#include "cli_write.h"
#include "gather.h"
#include "kernel/source.h"
#include "model/listing.h"
#include "out/sink.h"
#include "resolver.h"

/* A recording, and what is made up, has its own names, or none; and not every format has a place for them. */
static bool asks_for_names(const struct settings *settings)
{
	bool shows = (format_columns(settings) & (COLUMN_BIT(COLUMN_LOCAL) | COLUMN_BIT(COLUMN_FOREIGN))) != 0;

	return shows && settings->resolve && settings->replay == NULL && !settings->synthetic;
}

/* What goes on from one list to the next. */
struct repetition {
	struct source *source;
	struct buf said; /* what was missing from the last one */
	struct resolver resolver;
	struct table table; /* of the last one, for what has a rate */
	bool repeated, again;
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

static void keep_table(struct repetition *repetition, struct gathered *gathered)
{
	table_fini(&repetition->table);
	repetition->table = gathered->table;
	table_init(&gathered->table);
}

/* Of TCP and UDP the message says more, as what they lack is to be had. */
static int fail(const struct settings *settings, const struct source *source, int error)
{
	struct buf gap = BUF_INIT;

	source_explain(source, &gap);
	bool lacking = error == -ENOENT && (settings->query.protos & PROTOS_USUAL) == 0 && gap.length > 0;
	if (lacking)
		fprintf(stderr, "ports: %s\n", gap.data);
	buf_fini(&gap);
	return lacking ? EXIT_SYSTEM : cli_fail(error);
}

/* One look; its exit status. */
static int look(const struct settings *settings, struct repetition *repetition)
{
	struct gathered gathered;
	struct listing listing = { .sort = settings->sort, .inverted = settings->inverted, .names = &gathered.names };
	struct sink sink;
	int error = gather(&gathered, repetition->source, &settings->query, format_wants_owners(settings));

	if (error < 0) {
		int status = fail(settings, repetition->source, error);

		gathered_fini(&gathered);
		return status;
	}
	gathered.names.resolve = settings->resolve;
	if (asks_for_names(settings)) {
		resolver_resolve(&repetition->resolver, &gathered.table, &gathered.names);
		source_learnt(repetition->source);
	}
	table_follow_rates(&gathered.table, &repetition->table);
	listing_make(&listing, &gathered.table, &settings->query);
	sink_init(&sink, STDOUT_FILENO);
	cli_write_answer(&sink, &(struct answer){
		.settings = settings,
		.gathered = &gathered,
		.listing = &listing,
		.repeated = repetition->repeated,
		.again = repetition->again,
	});
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

/* Waits for the next list; false when nobody is there any more to read it: poll(2) tells so without a write. */
static bool pause_output(uint32_t ms)
{
	struct pollfd output = { .fd = STDOUT_FILENO };

	return poll(&output, 1, (int)ms) == 0;
}

/* A replay is as good as the live table was. */
static bool check_filter(const struct settings *settings, bool repeated)
{
	struct buf error = BUF_INIT;
	bool good = settings->replay != NULL ||
		    filter_words_check(&settings->filter, ASKS_AGE | (repeated ? 0 : ASKS_RATES), &error);

	if (!good)
		cli_usage(&error);
	buf_fini(&error);
	return good;
}

int cli_list(const struct settings *settings, struct source *source)
{
	struct repetition repetition = {
		.source = source,
		.said = BUF_INIT,
		.resolver = RESOLVER_INIT,
		.repeated = settings->repeats && !settings->once && settings->replay == NULL, /* its end is what it is */
	};
	int status;

	if (settings->save_view_asked) {
		fputs("ports: option --save-view goes with the live table only\n", stderr);
		return EXIT_USAGE;
	}

	if (!check_filter(settings, repetition.repeated))
		return EXIT_USAGE;
	do {
		status = look(settings, &repetition);
		repetition.again = true;
	} while (repetition.repeated && (status == EXIT_MATCHED || status == EXIT_NOTHING) && pause_output(settings->interval_ms));
	buf_fini(&repetition.said);
	resolver_fini(&repetition.resolver);
	table_fini(&repetition.table);
	return status;
}
