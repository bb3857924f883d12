/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/describe.h"

#include "kernel/process.h"
#include "ui/app.h"

static void describe_processes(struct app *app, const struct row *row)
{
	process_list_fini(&app->processes);
	for (uint32_t i = 0; i < row->owner_count && !row->owners_former; i++)
		process_describe(&app->processes, row->owners[i].pid);
}

void describe_selected(struct described *described, struct app *app)
{
	const struct row *row = app->pane.pane == PANE_DETAIL ? app_selected(app) : NULL;

	if (row == NULL || (row->sock.cookie == described->cookie && app->table.generation == described->generation))
		return;
	*described = (struct described){ row->sock.cookie, app->table.generation };
	describe_processes(app, row);
}
