/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/session_internal.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/map.h"
#include "kernel/names_worker.h"
#include "ui/export.h"
#include "ui/namer.h"
#include "ui/pane_view.h"
#include "ui/play.h"
#include "ui/screen.h"
#include "ui/table_view.h"

/* The table follows the playground, while that is busy, that often; and with a fourth of the time at most. */
#define PLAY_REFRESH_NS (100 * NS_PER_MS)
#define PLAY_REFRESH_PART 4

/* A dump that has not ended after this time is given up, and said to have been. */
#define ANSWER_LIMIT_NS (60 * NS_PER_S)

static void on_begin(void *context, uint64_t now_ns)
{
	struct session *session = context;

	session->asked_ns = now_ns;
	session->app.tours = session->source->tours;
	session->app.hears_closings = session->source->hears_closings;
	table_begin(&session->app.table, now_ns);
}

static void on_narrowed(void *context, const struct query *query)
{
	struct session *session = context;
	struct query both = session->app.query;

	query_narrow(&both, query);
	table_retain(&session->app.table, &both);
	app_update(&session->app);
}

static void on_sock(void *context, const struct sock *sock, const struct sock_info *info)
{
	struct session *session = context;

	table_see_info(&session->app.table, sock, info);
	if (!session->source->made_up)
		namer_see(session->names, &session->app, sock, info);
}

static void on_class_end(void *context, unsigned proto, unsigned family, bool complete)
{
	struct session *session = context;

	if (complete)
		table_end_class(&session->app.table, proto, family);
}

static void on_destroyed(void *context, const struct sock *sock)
{
	struct session *session = context;

	app_destroyed(&session->app, sock);
	session->dirty = true;
}

static void on_lost(void *context)
{
	struct session *session = context;

	app_lost_events(&session->app);
	session->refresh_ns = 0;
	session->dirty = true;
}

/* All owners are looked for again, because the children of who was killed may have the port now. */
static void note_killed(struct session *session)
{
	session->killed_ns = clock_now_ns(session->clock);
	session_look_again(session);
}

/* A look that takes longer than the interval, as one through many network namespaces may, has the processor half of the time. */
static void pace(struct session *session)
{
	uint64_t now = clock_now_ns(session->clock);

	session->took_ns = now - session->asked_ns;
	if (session->refresh_ns != 0 && session->refresh_ns < now + session->took_ns)
		session->refresh_ns = now + session->took_ns;
}

static void on_end(void *context)
{
	struct session *session = context;
	int failed = source_failed(session->source);

	pace(session);
	table_end(&session->app.table);
	session->app.rows_come = false;
	if (failed == 0)
		session->app.waiting = false;
	session->failed = session->app.waiting ? failed : 0;
	session_update_notice(session);
	if (!app_take_names(&session->app)) /* of devices, which come with the sockets */
		app_update(&session->app);
	session_foresee(session);
	if (!session_seek(session))
		session_report_killed(session); /* no scan comes that it would have to wait for */
	session->dirty = true;
}

static void refresh(struct session *session)
{
	session->refresh_ns = clock_now_ns(session->clock) + session->app.interval_ms * NS_PER_MS;
	source_begin(session->source, &session->app.query);
}

/* A recording goes at its own pace, stands still with its clock while it is paused, and does so for good at its end. */
static void follow(struct session *session)
{
	const struct source *source = session->source;
	bool over = source->ended && session->app.pace != PACE_RECORDING_OVER;

	session->app.pace = source->ended ? PACE_RECORDING_OVER : PACE_RECORDING;
	clock_hold(session->clock, session->app.paused || source->ended);
	if (!over)
		return;
	session_update_notice(session);
	buf_clear(&session->app.message);
	buf_puts(&session->app.message, "The recording is over; this is its last state");
	session->dirty = true;
}

/* Rows fade, and a snapshot may be due, or overdue. */
static void serve_table(struct session *session, uint64_t now)
{
	struct app *app = &session->app;
	const struct source *source = session->source;

	if (!app->paused && !source->running && table_expire(&app->table, now)) {
		app_update(app);
		session->dirty = true;
	}
	if (source->running && now - session->asked_ns >= ANSWER_LIMIT_NS)
		source_abandon(session->source, -ETIMEDOUT);
	if (!source->running && !source->paced && !app->paused && now >= session->refresh_ns)
		refresh(session);
}

/* The clock goes on. */
static void serve_time(struct session *session)
{
	struct app *app = &session->app;
	uint64_t now = clock_now_ns(session->clock), day = clock_day_ns(session->clock);

	if (session->source->paced)
		follow(session);
	if (day / NS_PER_S != app->real_ns / NS_PER_S)
		session->dirty = true;
	app->real_ns = day;
	if (!app->paused)
		app->now_ns = now;
	if (!app->lister.busy)
		serve_table(session, now);
}

_Static_assert((int)SESSION_PLAY_FDS_MAX == (int)CREW_FDS_MAX + 1, "SESSION_PLAY_FDS_MAX is another number");

/* NULL: there is none, or one that nobody sees and that has nothing to do: it need not know the sockets of its ports. */
static struct play_pane *playing(const struct session *session)
{
	struct play_pane *play = session->app.play;
	bool is_seen = session->app.pane.pane == PANE_PLAY;

	return play != NULL && (is_seen || playground_has_work(play->ground)) ? play : NULL;
}

size_t session_poll(struct session *session, struct pollfd *polled)
{
	struct play_pane *play = playing(session);
	size_t count = source_poll(session->source, polled);
	int names = session->names != NULL ? names_worker_fd(session->names) : -1;

	polled[count++] = (struct pollfd){ .fd = names, .events = POLLIN };
	polled[count++] = (struct pollfd){ .fd = session->asking.event, .events = POLLIN };
	count += killer_poll(&session->killer, polled + count);
	session->play_polled = play != NULL ? playground_poll(play->ground, polled + count) : 0;
	return count + session->play_polled;
}

/* When the table is to show what the playground has done: at once, but for what is done soon after; UINT64_MAX: it does. */
static uint64_t play_refresh_ns(const struct session *session)
{
	const struct play_pane *play = session->app.play;

	if (play == NULL || play->ground->changes == session->play_changes)
		return UINT64_MAX;
	uint64_t pause = PLAY_REFRESH_PART * session->took_ns;
	return playground_is_idle(play->ground) ? 0 : session->asked_ns + (pause > PLAY_REFRESH_NS ? pause : PLAY_REFRESH_NS);
}

static void serve_play(struct session *session)
{
	struct play_pane *play = playing(session);

	if (play == NULL)
		return;
	session->dirty |= play_serve(play, clock_mono_ns());
	if (play->ground->asks && session->app.mode != MODE_PLAY_ASK) {
		play->asked_in = session->app.mode;
		session->app.mode = MODE_PLAY_ASK;
	}
	if (clock_now_ns(session->clock) < play_refresh_ns(session))
		return;
	session->play_changes = play->ground->changes;
	if (play->narrowed)
		session->app.query.ports = play->ground->ports;
	session_look_again(session);
}

/* A recording tells names when it was done with the sockets that have them. */
static void take_recorded_names(struct session *session)
{
	if (session->source->made_up && app_take_names(&session->app))
		session->dirty = true;
}

void session_serve(struct session *session, const struct pollfd *polled, size_t count)
{
	size_t killed = session->killer.count, names = count - session->play_polled - killed - 2;

	/* While rows are put in order they must stay as they are: that is not for long, and the kernel can wait. */
	if (!session->app.lister.busy)
		source_serve(session->source, polled, names);
	take_recorded_names(session);
	session->dirty |= app_work(&session->app);
	if (polled[names].revents != 0 && namer_take(session->names, &session->app)) {
		source_learnt(session->source);
		session->dirty = true;
	}
	if (polled[names + 1].revents != 0) {
		asking_take(&session->asking, &session->app.why);
		session->dirty = true;
	}
	if (killer_serve(&session->killer, polled + names + 2, killed))
		note_killed(session);
	serve_play(session);
	serve_time(session);
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t session_due_ns(const struct session *session)
{
	/* The clock in the title shows seconds. */
	uint64_t due = clock_now_ns(session->clock) + NS_PER_S - session->app.real_ns % NS_PER_S;

	if (!session->app.paused && !session->source->running && !session->source->paced)
		due = sooner(due, session->refresh_ns);
	const struct play_pane *pane = playing(session);
	if (pane != NULL) {
		uint64_t now = clock_mono_ns(), play = playground_due_ns(pane->ground, now);

		if (play != UINT64_MAX)
			due = sooner(due, clock_now_ns(session->clock) + (play > now ? play - now : 0));
		due = sooner(due, play_refresh_ns(session));
	}
	if (app_is_busy(&session->app))
		return 0;
	return sooner(due, source_due_ns(session->source));
}

/* Half of a snapshot from before and half from now would count rates over a time that is neither's. */
void session_resume(struct session *session)
{
	if (session->source->running && !session->source->paced)
		refresh(session);
}

unsigned session_grant(struct session *session)
{
	unsigned wishes = session->app.wishes;

	session->app.wishes = 0;
	if (wishes & WISH_QUIT)
		session->over = true;
	/* What runs was asked for with the old query: a new one replaces it at once. */
	if (wishes & WISH_REFRESH) {
		session->app.rows_come = true; /* before it begins: it may have ended when that returns */
		refresh(session);
	}
	if (wishes & WISH_REDRAW)
		session_look_again(session);
	if (wishes & (WISH_KILL | WISH_DESTROY) && session->source->made_up) {
		buf_clear(&session->app.message);
		buf_puts(&session->app.message, "Nothing was done: these sockets and processes are made up");
		wishes &= ~(unsigned)(WISH_KILL | WISH_DESTROY);
	}
	if (wishes & WISH_WHY && session->source->made_up)
		app_say(&session->app, "Nothing can be asked: these sockets are made up");
	else if (wishes & WISH_WHY)
		asking_ask(&session->asking, &session->app);
	if (wishes & WISH_KILL)
		killer_begin(&session->killer, &session->app);
	if (wishes & WISH_DESTROY) {
		killer_destroy(&session->app, session->source);
		session->refresh_ns = 0;
	}
	if (wishes & WISH_SAVE_HISTORY)
		export_history(&session->app, session->options);
	if (wishes & WISH_PLAY && session->app.play != NULL) {
		play_judge(session->app.play);
		serve_play(session);
	}
	if (wishes & WISH_SAVE_PLAY)
		export_play(&session->app, session->options);
	if (wishes & WISH_PRIVATE && session->options->can_be_private)
		session->over = session->goes_private = true;
	else if (wishes & WISH_PRIVATE)
		app_say(&session->app, "A private network is to be had with --private here");
	if (wishes & WISH_SAVE_VIEW)
		export_view(&session->app, session->options);
	return wishes & (WISH_SUSPEND | WISH_REDRAW | WISH_COPY | WISH_THEME);
}

bool session_is_idle(const struct session *session)
{
	for (unsigned kind = 0; kind < NAME_KIND_COUNT; kind++) {
		if (session->app.names.of[kind].pending > 0)
			return false;
	}
	bool goes_on = app_is_busy(&session->app) || (session->refresh_ns == 0 && !session->app.paused && !session->source->paced);
	const struct play_pane *pane = playing(session);
	bool plays = pane != NULL && !playground_is_idle(pane->ground);

	return !plays && !goes_on && !session->source->running && !session->source->seeking && session->asking.event < 0;
}

bool session_is_over(const struct session *session)
{
	return session->over || session->failed != 0;
}

void session_resize(struct session *session, struct screen *screen, unsigned width, unsigned height)
{
	screen_resize(screen, width, height);
	table_view_reset_widths(&session->app);
	session->dirty = true;
}

void session_draw(struct session *session, struct screen *screen)
{
	describe_selected(&session->described, &session->app, session->source);
	app_draw(&session->app, screen);
	namer_look(session->names, &session->app);
	session->dirty = false;
}

/* Only where there is a kernel to play with, and it may be. */
static void begin_play(struct session *session)
{
	const struct ui_options *options = session->options;
	struct app *app = &session->app;

	if (session->source->made_up || options->readonly != NULL) {
		app->pane.pane = app->pane.pane == PANE_PLAY ? PANE_NONE : app->pane.pane;
		return;
	}
	app->play = play_pane_new(options->is_private, &app->table);
	if (options->play)
		app->pane.pane = PANE_PLAY;
	if (app->pane.pane == PANE_PLAY) {
		app->mode = options->play ? MODE_FORM : app->mode;
		app->query.needs |= NEED_FLAGS;
	}
	if (options->play_text == NULL)
		return;
	play_load(app->play, options->play_name, options->play_text, options->play_length, &app->message);
	app->mode = MODE_PLAY;
	if (options->play_all)
		play_go_on(app, true);
	if (options->play_all)
		playground_leave_lesson(app->play->ground);
}

void session_init(struct session *session, const struct ui_options *options)
{
	struct app *app = &session->app;

	*session = (struct session){ .options = options, .source = options->source, .clock = options->clock };
	app_begin(app, options);
	session->asking = (struct asking){ .why = options->why, .event = -1 };
	session->names = session->source->made_up ? NULL : names_worker_new();
	session->source->sink = (struct source_sink){
		.begin = on_begin,
		.narrowed = on_narrowed,
		.sock = on_sock,
		.class_end = on_class_end,
		.end = on_end,
		.destroyed = on_destroyed,
		.lost = on_lost,
		.owners = session_take_owners,
		.names = &app->names,
		.context = session,
	};
	begin_play(session);
	app->rows_come = true;
	refresh(session);
	serve_time(session);
}

void session_fini(struct session *session)
{
	killer_fini(&session->killer);
	asking_fini(&session->asking);
	names_worker_free(session->names);
	app_fini(&session->app);
}
