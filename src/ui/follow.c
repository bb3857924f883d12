/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/follow.h"

#include "base/clock.h"
#include "ui/app.h"

void follow_begin(struct app *app, const struct row *row)
{
	app->follow = (struct follow){ .on = true, .sock = row->sock, .first_ns = row->first_ns };
	app->view.held = true; /* and the selection stays there when that is over */
}

void follow_format(struct buf *out, const struct app *app)
{
	const struct column_context context = { .names = &app->names, .table = &app->table, .numeric = true };
	const struct row row = { .sock = app->follow.sock };

	columns[COLUMN_PROTO].text(out, &row, &context);
	buf_putc(out, ' ');
	endpoints_text(out, &row, &context);
	in_netns_text(out, &row, &context);
}

static void end(struct app *app, uint64_t gone_ns)
{
	struct buf *message = &app->message;

	app->follow.on = false;
	buf_clear(message);
	follow_format(message, app);
	if (!query_match(&app->query, &app->follow.sock)) {
		buf_puts(message, " is left out now, and no longer followed");
		return;
	}
	buf_printf(message, " is gone after %llu s; it was in ",
		   (unsigned long long)((gone_ns - app->follow.first_ns) / NS_PER_S));
	state_format(message, app->follow.sock.state);
}

void follow_check(struct app *app)
{
	const struct sock *sock = &app->follow.sock;
	uint32_t at = app->follow.on ? table_find(&app->table, sock->netns, sock->cookie) : MAP_NONE;
	const struct row *row = at != MAP_NONE ? &app->table.rows[at] : NULL;

	if (!app->follow.on)
		return;
	if (row != NULL)
		app->follow.sock = row->sock;
	if (row == NULL || row->life == ROW_GONE)
		end(app, row != NULL ? row->life_ns : app->table.now_ns);
}
