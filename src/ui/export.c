/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/export.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/play.h"

/* Who writes twice in a second gets two files. */
enum { NAMES_MAX = 100 };

static void name_history(struct buf *path, uint64_t real_ns, unsigned number)
{
	buf_clear(path);
	buf_printf(path, "ports-history-%llu", (unsigned long long)(real_ns / NS_PER_S));
	if (number > 1)
		buf_printf(path, "-%u", number);
	buf_puts(path, ".ndjson");
}

void export_history(struct app *app, const struct ui_options *options)
{
	struct buf *message = &app->message;
	struct buf path = BUF_INIT;
	int error = -EEXIST;

	for (unsigned number = 1; number <= NAMES_MAX && error == -EEXIST; number++) {
		name_history(&path, app->real_ns, number);
		error = options->save_history(&app->history, &app->names, path.data);
	}
	buf_clear(message);
	if (error < 0)
		buf_printf(message, "%s cannot be written here: %s", path.data, strerror(-error));
	else
		buf_printf(message, "%zu entries written to %s", app->history.count, path.data);
	buf_fini(&path);
}

void export_view(struct app *app, const struct ui_options *options)
{
	buf_clear(&app->message);
	options->save_view(app, &app->message);
}

void export_play(struct app *app, const struct ui_options *options)
{
	const char *path = buf_str(&app->entry);
	struct buf text = BUF_INIT;
	int error = 0;

	buf_clear(&app->message);
	if (playground_save(app->play->ground, path, &text, &app->message))
		error = options->save_text(path, text.data, text.length);
	if (error == -EEXIST)
		buf_puts(&app->message, "There is such a file already");
	else if (error < 0)
		buf_printf(&app->message, "It cannot be written: %s", strerror(-error));
	if (app->message.length > 0) {
		app->mode = MODE_SAVE;
	} else {
		buf_printf(&app->message, "%zu steps written to ", app->play->ground->done);
		text_clean(&app->message, path);
	}
	buf_fini(&text);
}

/* Its columns whole, those included that the screen is too narrow for. */
static void add_row(struct buf *out, const struct app *app, const struct row *row)
{
	const struct column_context context = { .names = &app->names, .table = &app->table, .now_ns = app->now_ns };

	for (size_t i = 0; i < app->columns.count; i++) {
		if (i > 0)
			buf_putc(out, ' ');
		app->columns.all[i]->text(out, row, &context);
	}
}

void export_row(struct app *app, void (*copy)(const char *text))
{
	const struct group *group = app_selected_group(app);
	struct buf text = BUF_INIT;
	size_t first;

	buf_clear(&app->message);
	if (app_selection(app, &first) == 0) {
		buf_puts(&app->message, "Nothing is selected");
		return;
	}
	const struct row *row = app_row(app, first);
	if (group != NULL)
		groups_format(&text, &app->groups, group, row, &app->names);
	else
		add_row(&text, app, row);
	copy(text.data);
	buf_printf(&app->message, "Copied: %s", text.data);
	buf_fini(&text);
}
