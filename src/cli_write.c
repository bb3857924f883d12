/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_write.h"

#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli.h"
#include "cli_format.h"
#include "gather.h"
#include "model/column.h"
#include "model/listing.h"
#include "out/csv.h"
#include "out/json.h"
#include "out/list.h"
#include "out/sink.h"
#include "out/summary.h"
#include "out/template.h"

static unsigned terminal_width(int fd)
{
	struct winsize size;

	if (!isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}

static void write_list(struct sink *sink, const struct answer *answer, const struct column_context *context)
{
	unsigned width = answer->settings->wide ? 0 : terminal_width(sink->fd);
	struct column_context own = *context;
	const struct list_style style = {
		.header = !answer->settings->no_header,
		.null = answer->settings->null,
		.columns = &answer->settings->columns,
		.width = width,
		.context = &own,
	};

	own.brief = width > 0;
	list_write(sink, &answer->gathered->table, answer->listing, &style);
}

static void write_json(struct sink *sink, const struct answer *answer, const struct column_context *context)
{
	const struct table *table = &answer->gathered->table;
	const struct json_head head = {
		.hidden = table_hidden(table),
		.hidden_flags = table_hidden_flags(table, &(int){ 0 }),
		.tours = answer->gathered->tours,
		.refused = answer->gathered->refused,
	};

	json_write_document(sink, table, answer->listing, context, &head);
}

static void write_ndjson(struct sink *sink, const struct answer *answer, const struct column_context *context)
{
	json_write_lines(sink, &answer->gathered->table, answer->listing, context);
}

static struct csv_style csv_style(const struct sink *sink, const struct answer *answer, const struct column_context *context)
{
	return (struct csv_style){
		.header = !answer->settings->no_header && !answer->again,
		.clean = isatty(sink->fd),
		.columns = &answer->settings->columns,
		.context = context,
	};
}

static void write_csv(struct sink *sink, const struct answer *answer, const struct column_context *context)
{
	const struct csv_style style = csv_style(sink, answer, context);

	csv_write(sink, &answer->gathered->table, answer->listing, &style);
}

static void write_template(struct sink *sink, const struct answer *answer, const struct column_context *context)
{
	const struct template_style style = {
		.template = &answer->settings->template,
		.context = context,
		.null = answer->settings->null,
	};

	template_write(sink, &answer->gathered->table, answer->listing, &style);
}

static void write_count(struct sink *sink, const struct answer *answer, const struct column_context *context)
{
	(void)context;
	buf_uint(&sink->buf, answer->listing->count);
	buf_putc(&sink->buf, '\n');
}

static void write_nothing(struct sink *sink, const struct answer *answer, const struct column_context *context)
{
	(void)sink, (void)answer, (void)context;
}

static void write_summary(struct sink *sink, const struct answer *answer, const struct column_context *context)
{
	const struct settings *settings = answer->settings;
	const struct csv_style csv = csv_style(sink, answer, context);
	struct summary summary;

	summary_make(&summary, &answer->gathered->table, answer->listing, &settings->query);
	summary.protos &= gathered_protos(answer->gathered);
	if (settings->format == FORMAT_JSON)
		summary_write_json(sink, &summary, context->time);
	else if (settings->format == FORMAT_CSV)
		csv_write_summary(sink, &summary, &csv);
	else
		summary_write(sink, &summary, !settings->no_header);
}

/* How each format is written, and how a repeated one tells when it was looked. */
static const struct {
	void (*write)(struct sink *sink, const struct answer *answer, const struct column_context *context);
	bool stamped; /* by a line before it */
	bool timed;   /* by each of its lines */
} formats[] = {
	[FORMAT_TABLE] = { write_list, .stamped = true },
	[FORMAT_JSON] = { .write = write_json },
	[FORMAT_NDJSON] = { write_ndjson, .timed = true },
	[FORMAT_CSV] = { write_csv, .timed = true },
	[FORMAT_TEMPLATE] = { write_template, .stamped = true },
	[FORMAT_COUNT] = { write_count, .stamped = true },
	[FORMAT_QUIET] = { .write = write_nothing },
};

static bool is_stamped(const struct settings *settings)
{
	return formats[settings->format].stamped &&
	       !(settings->format == FORMAT_TEMPLATE && template_has_time(&settings->template));
}

/* A line that no row can be taken for. */
static void add_stamp(struct buf *out, uint64_t real_ns, bool null)
{
	time_t now = (time_t)(real_ns / NS_PER_S);
	struct tm local;
	char text[64];

	localtime_r(&now, &local);
	buf_add(out, text, strftime(text, sizeof(text), "# %Y-%m-%dT%H:%M:%S%z", &local));
	buf_putc(out, null ? '\0' : '\n');
}

void cli_write_answer(struct sink *sink, const struct answer *answer)
{
	const struct settings *settings = answer->settings;
	struct buf time = BUF_INIT;

	clock_format(&time, answer->gathered->real_ns);
	const struct column_context context = {
		.names = &answer->gathered->names,
		.table = &answer->gathered->table,
		.protos = settings->query.protos,
		.now_ns = answer->gathered->table.now_ns,
		.shown = format_columns(settings),
		.time = buf_str(&time),
		.timed = answer->repeated && formats[settings->format].timed,
	};
	if (answer->repeated && is_stamped(settings))
		add_stamp(&sink->buf, answer->gathered->real_ns, settings->null);
	if (settings->summary)
		write_summary(sink, answer, &context);
	else
		formats[settings->format].write(sink, answer, &context);
	buf_fini(&time);
}
