/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When the live program looks for owners, and what becomes of what is found.
 */
#include "base/clock.h"
#include "base/map.h"
#include "model/owner.h"
#include "ui/play.h"
#include "ui/session_internal.h"

/*
 * Owners change without a sign in sock_diag: by fork(), exec() and the end of one of several holders, seldom by close() or by
 * passing descriptors on; flags by setsockopt().  To look for all of them again is to walk through /proc, which with many
 * descriptors costs more than everything else.  So that is done, not more often than every five seconds, while processes come
 * and go, or when somebody on the screen is seen not to hold a socket any more, which is looked at every two.  What goes on
 * unseen between processes that live on, as when one more of them gets a descriptor, is found within a minute.
 */
#define OWNERS_AGAIN_NS (5 * NS_PER_S)
#define HOLDERS_AGAIN_NS (2 * NS_PER_S)
#define OWNERS_ANYWAY_NS (60 * NS_PER_S)

/* Of one socket; a server may have a hundred workers that all have its listener. */
enum { HOLDERS_MAX = 8 };

/* A headline names the owner of its first row. */
static bool do_seen_hold(const struct session *session)
{
	const struct app *app = &session->app;
	size_t end = app->view.top + app->view.height;

	for (size_t i = app->view.top; i < end && i < app->groups.lines; i++) {
		const struct row *row = app_row(app, groups_line(&app->groups, i).at);

		if (row->life == ROW_GONE || row->sock.inode == 0 || row->owners_former)
			continue;
		if (!source_hold(session->source, row, HOLDERS_MAX))
			return false;
	}
	return true;
}

static bool is_holder_lost(struct session *session, uint64_t now)
{
	if (now - session->holders_ns < HOLDERS_AGAIN_NS)
		return false;
	session->holders_ns = now;
	return !do_seen_hold(session);
}

/* A process that has just come may pass on what it has, or run something else: once more when that is over. */
static bool are_owners_old(struct session *session, uint64_t now)
{
	uint64_t processes = source_processes(session->source);

	if (processes != session->processes || processes == 0 || is_holder_lost(session, now))
		session->moved_ns = now;
	session->processes = processes;
	uint64_t passed = now - session->owners_ns;
	return session->owners_ns == 0 || passed >= OWNERS_ANYWAY_NS ||
	       (passed >= OWNERS_AGAIN_NS && session->owners_ns < session->moved_ns + OWNERS_AGAIN_NS);
}

bool session_seek(struct session *session)
{
	struct map wanted = MAP_INIT, known = MAP_INIT;
	uint64_t now = clock_now_ns(session->clock);
	bool tells = (session->app.query.needs & NEED_PROCESS) != 0;

	if (!session->options->owners)
		return false;
	bool all = are_owners_old(session, now) || (tells && !session->told);
	if (session->source->seeking)
		return true; /* when that has ended it is seen what is still wanted */
	table_want_owners(&session->app.table, all, &wanted);
	app_want_flags(&session->app, all, &wanted);
	bool some = wanted.count > 0;
	process_store_known(&session->app.table.processes, &known);
	if (some && source_seek(session->source, &wanted, tells ? &known : NULL)) {
		session->scan_ns = now;
		session->owners_ns = all ? now : session->owners_ns;
		session->told = tells;
	}
	map_fini(&wanted);
	map_fini(&known);
	return some;
}

/* Who it is that holds a socket is worth more than its flags. */
static void explain_hidden(struct buf *out, const struct session *session)
{
	const struct table *table = &session->app.table;
	int error = 0;
	size_t hidden_flags = table_hidden_flags(table, &error);

	owner_scan_explain(out, &session->unseen, table_hidden(table), true);
	if (out->length == 0)
		owner_scan_explain_flags(out, &session->unseen, hidden_flags, error, true);
}

void session_update_notice(struct session *session)
{
	struct buf *notice = &session->app.notice;

	buf_clear(notice);
	source_explain(session->source, notice);
	if (notice->length == 0)
		explain_hidden(notice, session);
}

void session_report_killed(struct session *session)
{
	if (session->killer.ended && session->asked_ns >= session->killed_ns)
		killer_report(&session->killer, &session->app);
}

void session_look_again(struct session *session)
{
	session->owners_ns = 0;
	session->refresh_ns = 0;
}

void session_foresee(struct session *session)
{
	if (session->app.play != NULL && session->app.pane.pane == PANE_PLAY)
		playground_look_again(session->app.play->ground, clock_mono_ns());
}

void session_take_owners(void *context, const struct map *wanted, struct owner_scan *scan)
{
	struct session *session = context;

	table_take_owners(&session->app.table, wanted, scan);
	app_update(&session->app);
	session->unseen = owner_scan_summary(scan);
	session_update_notice(session);
	session_foresee(session);
	if (session->scan_ns >= session->killed_ns)
		session_report_killed(session);
	session->dirty = true;
	session_seek(session);
}
