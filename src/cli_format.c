/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_format.h"

#include <string.h>

#include "base/buf.h"
#include "cli.h"
#include "model/column.h"
#include "model/sock.h"
#include "out/template.h"

bool format_is_help(struct settings *settings, const char *argument, enum cli_task task)
{
	bool help = strcmp(argument, "help") == 0;

	settings->task = help ? task : settings->task;
	return help;
}

/* The option that chooses it; NULL for the one that none does. */
static const char *name_of(enum cli_format format)
{
	static const char *const names[] = {
		[FORMAT_JSON] = "json",
		[FORMAT_NDJSON] = "ndjson",
		[FORMAT_CSV] = "csv",
		[FORMAT_TEMPLATE] = "format",
		[FORMAT_COUNT] = "count",
		[FORMAT_QUIET] = "quiet",
	};

	return format != FORMAT_TABLE ? names[format] : NULL;
}

/* One at most: two of them cannot both be meant. */
static bool choose(struct settings *settings, enum cli_format format, struct buf *error)
{
	if (settings->format != FORMAT_TABLE && settings->format != format) {
		buf_printf(error, "does not go with --%s", name_of(settings->format));
		return false;
	}
	settings->format = format;
	return true;
}

bool format_json(void *settings, const char *argument, struct buf *error)
{
	(void)argument;
	return choose(settings, FORMAT_JSON, error);
}

bool format_ndjson(void *settings, const char *argument, struct buf *error)
{
	(void)argument;
	return choose(settings, FORMAT_NDJSON, error);
}

bool format_csv(void *settings, const char *argument, struct buf *error)
{
	(void)argument;
	return choose(settings, FORMAT_CSV, error);
}

bool format_count(void *settings, const char *argument, struct buf *error)
{
	(void)argument;
	return choose(settings, FORMAT_COUNT, error);
}

bool format_quiet(void *settings, const char *argument, struct buf *error)
{
	(void)argument;
	return choose(settings, FORMAT_QUIET, error);
}

bool format_template(void *context, const char *argument, struct buf *error)
{
	struct settings *settings = context;

	if (format_is_help(settings, argument, TASK_MEMBERS))
		return true;
	template_fini(&settings->template);
	return template_parse(&settings->template, argument, error) && choose(settings, FORMAT_TEMPLATE, error);
}

static bool fail_together(struct buf *error, const char *option, const char *other)
{
	buf_printf(error, "--%s does not go with --%s", option, other);
	return false;
}

bool format_check(const struct settings *settings, struct buf *error)
{
	enum cli_format format = settings->format;
	const char *name = name_of(format);

	if (settings->summary && format != FORMAT_TABLE && format != FORMAT_JSON && format != FORMAT_CSV)
		return fail_together(error, "summary", name);
	if (settings->null && settings->summary)
		return fail_together(error, "null", "summary");
	if (settings->null && format != FORMAT_TABLE && format != FORMAT_TEMPLATE)
		return fail_together(error, "null", name);
	if (format == FORMAT_QUIET && settings->repeats)
		return fail_together(error, "quiet", "interval");
	if (settings->width > 0 && (format != FORMAT_TABLE || settings->summary || settings->null))
		return fail_together(error, "headless", name != NULL ? name : settings->summary ? "summary" : "null");
	return true;
}

/* Whether only their number matters. */
static bool counts_only(const struct settings *settings)
{
	return settings->summary || settings->format == FORMAT_COUNT || settings->format == FORMAT_QUIET;
}

uint64_t format_columns(const struct settings *settings)
{
	uint64_t sort = settings->sort != NULL ? COLUMN_BIT(settings->sort - columns) : 0;

	if (counts_only(settings))
		return 0;
	if (settings->format == FORMAT_TEMPLATE)
		return template_columns(&settings->template) | sort;
	if (settings->format == FORMAT_JSON || settings->format == FORMAT_NDJSON)
		sort |= COLUMN_BIT(COLUMN_FLAGS) | COLUMN_BIT(COLUMN_OWNERS);
	return column_list_set(&settings->columns) | sort;
}

bool format_wants_owners(const struct settings *settings)
{
	uint64_t wanted = format_columns(settings);

	return !settings->no_owners &&
	       ((wanted & COLUMN_BIT(COLUMN_OWNERS)) || (settings->query.needs & (NEED_FLAGS | NEED_PROCESS)) ||
		(settings->filter.asks & (ASKS_OWNERS | ASKS_TEXT)));
}
