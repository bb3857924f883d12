/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_destroy.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli.h"
#include "cli_end.h"
#include "cli_netns.h"
#include "cli_rights.h"
#include "destroy_words.h"
#include "gather.h"
#include "kernel/poller.h"
#include "kernel/source.h"
#include "model/column.h"
#include "model/column_text.h"
#include "model/filter.h"
#include "out/sink.h"

/* What became of them. */
struct outcome {
	size_t meant, destroyed;
	size_t gone;    /* before it was their turn, as the other end of a connection goes with the first */
	int error;      /* 0, or the last -errno */
	bool forbidden; /* one of them was -EPERM */
};

static void add_line(struct buf *out, const struct row *row, const struct column_context *context)
{
	columns[COLUMN_PROTO].text(out, row, context);
	buf_putc(out, ' ');
	endpoints_text(out, row, context);
	in_netns_text(out, row, context);
	buf_putc(out, ' ');
	state_format(out, row->sock.state);
	buf_putc(out, '\n');
}

/* Destroys it, and prints it where that worked; source NULL: only the latter. */
static void destroy(struct outcome *outcome, struct source *source, const struct row *row, const struct column_context *context,
		    struct sink *sink)
{
	int error = source != NULL ? source_destroy(source, &row->sock) : 0;

	outcome->meant++;
	if (error == -ENOENT && row->sock.state != STATE_BOUND) {
		outcome->gone++;
		return;
	}
	if (error < 0) {
		outcome->error = error;
		outcome->forbidden |= error == -EPERM;
		return;
	}
	outcome->destroyed++;
	add_line(&sink->buf, row, context);
	sink_flow(sink);
}

static int status_of(const struct outcome *outcome)
{
	if (outcome->meant == 0)
		return EXIT_NOTHING;
	if (outcome->destroyed + outcome->gone == outcome->meant)
		return EXIT_MATCHED;
	return outcome->forbidden ? EXIT_NOT_PERMITTED : EXIT_SYSTEM;
}

static void say(const struct outcome *outcome, bool dry)
{
	struct buf text = BUF_INIT;
	size_t failed = outcome->meant - outcome->destroyed - outcome->gone;

	buf_printf(&text, "%zu %s", outcome->destroyed, dry ? "would be destroyed" : "destroyed");
	if (outcome->gone > 0)
		buf_printf(&text, ", %zu gone before", outcome->gone);
	if (failed > 0)
		buf_printf(&text, ", %zu not: %s", failed, poller_destroy_reason(outcome->error));
	fprintf(stderr, "ports: %s\n", outcome->meant > 0 ? text.data : "no such socket");
	buf_fini(&text);
}

static int destroy_all(const struct destroy_settings *settings, struct source *source)
{
	struct outcome outcome = { .error = 0 };
	struct gathered gathered;
	struct sink sink;
	const struct filter *filter = &settings->words.filter;
	bool owners = (filter->asks & ASKS_OWNERS) != 0;
	struct buf gaps = BUF_INIT;
	int error = gather(&gathered, source, &settings->words.query, owners);

	sink_init(&sink, STDOUT_FILENO);
	for (size_t i = 0; error == 0 && i < gathered.table.count; i++) {
		const struct column_context context = { .names = &gathered.names, .now_ns = gathered.table.now_ns };
		const struct column_context numbers = { .names = &gathered.names, .table = &gathered.table, .numeric = true };

		if (filter_match(filter, &gathered.table.rows[i], &context))
			destroy(&outcome, settings->dry_run ? NULL : source, &gathered.table.rows[i], &numbers, &sink);
	}
	if (owners)
		gathered_explain(&gaps, &gathered, source);
	else if (error == 0)
		gather_explain(&gaps, source);
	gathered_fini(&gathered);
	if (error == 0)
		say(&outcome, settings->dry_run);
	fputs(buf_str(&gaps), stderr);
	buf_fini(&gaps);
	int status = cli_finish(&sink, status_of(&outcome));
	return error < 0 ? cli_fail(error) : status;
}

static int run(const struct destroy_settings *settings)
{
	struct clock clock = { .kind = CLOCK_SYSTEM };
	const struct source_live_options options = { .clock = &clock };
	struct source *source;

	if (!cli_keep_rights("destroy", &settings->words.query, false))
		return EXIT_SYSTEM;
	int status = cli_check_netns(&settings->words.query);
	if (status != EXIT_MATCHED)
		return status;
	int error = source_live_open(&source, &options);
	if (error < 0)
		return cli_fail(error);
	status = destroy_all(settings, source);
	source_close(source);
	return status;
}

int cli_destroy(int argc, char *const argv[])
{
	struct destroy_settings settings;
	struct buf error = BUF_INIT;
	int status = EXIT_USAGE;

	if (!destroy_parse(&settings, argc, argv, &error))
		cli_usage(&error);
	else
		status = settings.help ? cli_print(destroy_help) : run(&settings);
	query_words_fini(&settings.words);
	buf_fini(&error);
	return status;
}
