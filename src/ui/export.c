/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/export.h"

#include <string.h>

#include "base/clock.h"

void export_history(struct app *app, const struct ui_options *options)
{
	struct buf *message = &app->message;
	struct buf path = BUF_INIT;

	buf_printf(&path, "ports-history-%llu.ndjson", (unsigned long long)(app->real_ns / NS_PER_S));
	int error = options->save_history(&app->history, &app->names, path.data);
	buf_clear(message);
	if (error < 0)
		buf_printf(message, "%s cannot be written: %s", path.data, strerror(-error));
	else
		buf_printf(message, "%zu entries written to %s", app->history.count, path.data);
	buf_fini(&path);
}

void export_view(struct app *app, const struct ui_options *options)
{
	buf_clear(&app->message);
	options->save_view(app, &app->message);
}

static void add_row(struct buf *out, const struct app *app, const struct row *row)
{
	const struct column_context context = { .names = &app->names, .now_ns = app->now_ns };

	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (i > 0)
			buf_putc(out, ' ');
		columns[i].text(out, row, &context);
	}
}

void export_row(struct app *app, void (*copy)(const char *text))
{
	const struct group *group = app_selected_group(app);
	struct buf text = BUF_INIT;
	size_t first;

	if (app_selection(app, &first) == 0)
		return;
	const struct row *row = app_row(app, first);
	if (group != NULL)
		groups_format(&text, &app->groups, group, row);
	else
		add_row(&text, app, row);
	copy(text.data);
	buf_clear(&app->message);
	buf_printf(&app->message, "Copied: %s", text.data);
	buf_fini(&text);
}
