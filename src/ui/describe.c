/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/describe.h"

#include "base/clock.h"
#include "kernel/source.h"
#include "model/rate.h"
#include "ui/app.h"

/* What cannot be had is empty: then the pane says what the table knows. */
static void describe_socket(struct app *app, struct source *source, const struct row *row)
{
	struct sock_detail before = app->detail;

	app->detail = (struct sock_detail){ .cookie = 0 };
	if (row->life == ROW_GONE || source_inspect(source, &app->detail, &row->sock) < 0)
		return;
	app->detail.info.read_ns = clock_now_ns(source->clock);
	uint32_t at = table_find(&app->table, row->sock.netns, row->sock.cookie);
	if (at != MAP_NONE && (app->detail.info.have & INFO_CGROUP))
		table_see_cgroup(&app->table, &app->table.rows[at], app->detail.info.cgroup);
	if (before.cookie == app->detail.cookie && before.netns == app->detail.netns)
		rate_follow(&app->detail.info, &before.info);
}

static void describe_processes(struct app *app, struct source *source, const struct row *row)
{
	process_list_fini(&app->processes);
	for (uint32_t i = 0; i < row->owner_count && !row->owners_former; i++)
		source_describe(source, &app->processes, row_owner(row, i)->pid);
}

void describe_selected(struct described *described, struct app *app, struct source *source)
{
	const struct row *row = app->pane.pane == PANE_DETAIL ? app_selected(app) : NULL;

	if (row == NULL || (sock_is_same(&row->sock, &described->sock) && app->table.generation == described->generation))
		return;
	*described = (struct described){ row->sock, app->table.generation };
	describe_socket(app, source, row);
	if (app->seeks_owners)
		describe_processes(app, source, row);
}
