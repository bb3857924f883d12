/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/namer.h"

#include "base/clock.h"
#include "kernel/hosts.h"
#include "kernel/names.h"
#include "kernel/names_worker.h"
#include "ui/app.h"

void namer_see(struct names_worker *worker, struct app *app, const struct sock *sock, const struct sock_info *info)
{
	uint64_t now_ns = app->table.now_ns;

	names_learn(&app->names, sock, 1u << NAME_DEVICE, now_ns);
	if (worker == NULL)
		return;
	names_worker_ask(worker, &app->names, sock, 1u << NAME_USER, now_ns);
	if (info != NULL && (info->have & INFO_CGROUP))
		names_worker_ask_cgroup(worker, &app->names, info->cgroup, now_ns);
}

void namer_look(struct names_worker *worker, struct app *app)
{
	unsigned kinds = 1u << NAME_USER | (app->names.resolve ? 1u << NAME_SERVICE | 1u << NAME_HOST : 0);
	size_t end = app->view.top + app->view.height;
	uint64_t now_ns = clock_mono_ns();

	for (size_t i = app->view.top; worker != NULL && i < end && i < app->groups.lines; i++) {
		const struct row *row = app_row_on(app, i);

		if (row == NULL)
			continue;
		names_worker_ask(worker, &app->names, &row->sock, kinds, now_ns);
		if (row->info != NULL && row->info->group != NULL)
			names_worker_ask_cgroup(worker, &app->names, row->info->cgroup, now_ns);
	}
}

bool namer_take(struct names_worker *worker, struct app *app)
{
	if (!names_worker_take(worker, &app->names, clock_mono_ns()))
		return false;
	app_take_names(app);
	return true;
}

void namer_explain(struct buf *out)
{
	if (!hosts_can_be_asked())
		buf_puts(out, HOSTS_CANNOT_BE_ASKED);
}
