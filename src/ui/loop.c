/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop: connects the application's state with the terminal, the kernel, /proc, signals and the clock.
 *
 * One thread, one poll(2).  No step takes long: a dump is received a chunk at a time with keys served in between, /proc
 * and name services have threads of their own, and drawing happens in one place, when it must, at most 25 times a second.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "kernel/events.h"
#include "kernel/names_worker.h"
#include "kernel/owners.h"
#include "kernel/poller.h"
#include "ui/action.h"
#include "ui/app.h"
#include "ui/describe.h"
#include "ui/export.h"
#include "ui/input.h"
#include "ui/killer.h"
#include "ui/mouse.h"
#include "ui/namer.h"
#include "ui/screen.h"
#include "ui/signals.h"
#include "ui/table_view.h"
#include "ui/term.h"
#include "ui/ui.h"

#define FRAME_NS (NS_PER_S / 25)

/*
 * Owners change without a sign in sock_diag: by fork(), by close() in one of several holders, by passing descriptors on;
 * flags by setsockopt().  So all of them, and not only those of new sockets, are looked for again after this time.
 */
#define OWNERS_AGAIN_NS (5 * NS_PER_S)

/* A dump that has not ended after this time is given up, and said to have been. */
#define ANSWER_LIMIT_NS (60 * NS_PER_S)

struct loop {
	struct app app;
	struct screen screen;
	struct killer killer;
	struct poller poller;
	struct events events;         /* destroy events; heard if hears */
	bool hears;
	unsigned long losses;         /* of events, that the history knows of */
	const struct ui_options *options;
	struct owners_worker *worker; /* NULL: owners are not looked for */
	struct names_worker *names;   /* NULL: numbers stay */
	struct buf owners_notice;     /* what the last scan for them could not see */
	int signals;                  /* signalfd */
	bool dirty;                   /* the screen is not what it should be */
	bool redraw;                  /* it is to be drawn whatever the terminal shows */
	bool over;                    /* the user has had enough */
	int ended_by;                 /* a signal */
	int failed;                   /* -errno of the snapshots, while none ever succeeded */
	uint64_t drawn_ns;
	uint64_t killed_ns;           /* when the last process that was killed here ended */
	uint64_t asked_ns;            /* when the last snapshot was begun */
	uint64_t refresh_ns;          /* when the next one is due */
	struct described described;   /* the row that app.detail and app.processes are about */
	uint64_t scan_ns;             /* when the last scan for owners was begun */
	uint64_t owners_ns;           /* when all owners were last looked for */
	bool told;                    /* and whether it was asked then, and since, what they run */
};

static void on_sock(void *context, const struct sock *sock, const struct sock_info *info)
{
	struct loop *loop = context;

	table_see_info(&loop->app.table, sock, info);
	namer_see(loop->names, &loop->app, sock);
}

static void on_class_end(void *context, unsigned proto, unsigned family, bool complete)
{
	struct loop *loop = context;

	if (complete)
		table_end_class(&loop->app.table, proto, family);
}

static void on_destroyed(void *context, const struct sock *sock)
{
	struct loop *loop = context;

	app_destroyed(&loop->app, sock);
}

/* Events that were lost cannot be had again, but a full look tells what became of the rows. */
static void serve_events(struct loop *loop)
{
	events_step(&loop->events);
	if (loop->events.losses != loop->losses) {
		loop->losses = loop->events.losses;
		app_lost_events(&loop->app);
		loop->refresh_ns = 0;
	}
	loop->dirty = true;
}

/*
 * Looks for the owners of sockets that have come since, or of all of them if it is time.  True if there are some to look
 * for: then the end of a scan is still to come.
 */
static bool begin_owners(struct loop *loop)
{
	struct map wanted = MAP_INIT, known = MAP_INIT;
	uint64_t now = clock_mono_ns();
	bool tells = (loop->app.query.needs & NEED_PROCESS) != 0;
	bool all = now - loop->owners_ns >= OWNERS_AGAIN_NS || (tells && !loop->told);

	if (loop->worker == NULL)
		return false;
	table_want_owners(&loop->app.table, all, &wanted);
	app_want_flags(&loop->app, all, &wanted);
	bool some = wanted.count > 0;
	process_store_known(&loop->app.table.processes, &known);
	if (some && owners_worker_begin(loop->worker, &wanted, tells ? &known : NULL)) {
		loop->scan_ns = now;
		loop->owners_ns = all ? now : loop->owners_ns;
		loop->told = tells;
	}
	map_fini(&wanted);
	map_fini(&known);
	return some;
}

/* What is not shown comes first, then what is not known of what is shown. */
static void update_notice(struct loop *loop)
{
	struct buf *notice = &loop->app.notice;

	buf_clear(notice);
	poller_explain(notice, &loop->poller);
	if (notice->length == 0)
		buf_puts(notice, buf_str(&loop->owners_notice));
}

/* A process that was killed has ended, and what it left behind was looked at since. */
static void report_killed(struct loop *loop)
{
	if (loop->killer.ended && loop->asked_ns >= loop->killed_ns)
		killer_report(&loop->killer, &loop->app);
}

/* All owners are looked for again, because the children of who was killed may have the port now. */
static void note_killed(struct loop *loop)
{
	loop->killed_ns = clock_mono_ns();
	loop->owners_ns = 0;
	loop->refresh_ns = 0;
}

/* Who it is that holds a socket is worth more than its flags. */
static void note_hidden(struct loop *loop, const struct owner_scan *scan)
{
	int error = 0;
	size_t hidden_flags = table_hidden_flags(&loop->app.table, &error);

	buf_clear(&loop->owners_notice);
	owner_scan_explain(&loop->owners_notice, scan, table_hidden(&loop->app.table), true);
	if (loop->owners_notice.length == 0)
		owner_scan_explain_flags(&loop->owners_notice, scan, hidden_flags, error, true);
	update_notice(loop);
}

static void take_owners(struct loop *loop)
{
	struct owner_scan scan;
	struct map wanted;

	if (!owners_worker_take(loop->worker, &wanted, &scan))
		return;
	table_take_owners(&loop->app.table, &wanted, &scan);
	if (loop->app.groups.by == GROUP_BY_PROCESS)
		app_relist(&loop->app); /* rows are in other groups now */
	note_hidden(loop, &scan);
	if (loop->scan_ns >= loop->killed_ns)
		report_killed(loop);
	owner_scan_fini(&scan);
	map_fini(&wanted);
	loop->dirty = true;
	begin_owners(loop);
}

static void end_refresh(struct loop *loop)
{
	int failed = poller_failed(&loop->poller);

	table_end(&loop->app.table);
	if (failed == 0)
		loop->app.waiting = false;
	loop->failed = loop->app.waiting ? failed : 0;
	update_notice(loop);
	app_relist(&loop->app);
	if (!begin_owners(loop))
		report_killed(loop); /* no scan comes that it would have to wait for */
	loop->dirty = true;
}

static void begin_refresh(struct loop *loop)
{
	const struct poller_sink sink = { on_sock, on_class_end, loop };

	loop->asked_ns = clock_mono_ns();
	loop->refresh_ns = loop->asked_ns + loop->app.interval_ms * NS_PER_MS;
	table_begin(&loop->app.table, loop->asked_ns);
	poller_begin(&loop->poller, &loop->app.query, &sink);
	if (!loop->poller.running)
		end_refresh(loop); /* nothing could even be asked */
}

static void serve_kernel(struct loop *loop)
{
	if (poller_step(&loop->poller))
		end_refresh(loop);
}

/* The clock goes on, rows fade, and a snapshot may be due, or overdue. */
static void serve_time(struct loop *loop)
{
	struct app *app = &loop->app;
	uint64_t now = clock_mono_ns(), real = clock_real_ns();

	if (real / NS_PER_S != app->real_ns / NS_PER_S)
		loop->dirty = true;
	app->real_ns = real;
	if (!app->paused)
		app->now_ns = now;
	if (!app->paused && !loop->poller.running && table_expire(&app->table, now)) {
		app_relist(app);
		loop->dirty = true;
	}
	if (loop->poller.running && now - loop->asked_ns >= ANSWER_LIMIT_NS) {
		poller_abandon(&loop->poller, -ETIMEDOUT);
		end_refresh(loop);
	}
	if (!loop->poller.running && !app->paused && now >= loop->refresh_ns)
		begin_refresh(loop);
}

static void resize(struct loop *loop)
{
	unsigned width, height;

	term_resize();
	term_size(&width, &height);
	screen_resize(&loop->screen, width, height);
	table_view_reset_widths(&loop->app);
	loop->dirty = true;
}

/* The shell has had the terminal, and may have done anything with it. */
static void resume(struct loop *loop)
{
	term_resume();
	resize(loop);
	loop->redraw = true;
	/* Half of a snapshot from before and half from now would count rates over a time that is neither's. */
	if (loop->poller.running)
		begin_refresh(loop);
}

static void suspend(struct loop *loop)
{
	term_suspend();
	signals_stop();
	resume(loop);
}

static void serve_signals(struct loop *loop)
{
	for (int number; (number = signals_next(loop->signals)) != 0;) {
		switch (number) {
		case SIGWINCH:
			resize(loop);
			break;
		case SIGTSTP:
			suspend(loop);
			break;
		case SIGCONT:
			resume(loop);
			break;
		case SIGINT:
			action_named("quit")->act(&loop->app, 0);
			break;
		default:
			loop->ended_by = number;
			break;
		}
	}
}

static void serve_keys(struct loop *loop)
{
	for (uint32_t key; (key = term_key()) != INPUT_NONE;) {
		struct mouse mouse;

		if (key != INPUT_MOUSE)
			app_key(&loop->app, key);
		else if (term_mouse(&mouse))
			mouse_act(&loop->app, &mouse);
		loop->dirty = true;
	}
}

static void grant_wishes(struct loop *loop)
{
	unsigned wishes = loop->app.wishes;

	loop->app.wishes = 0;
	if (wishes & WISH_QUIT)
		loop->over = true;
	if (wishes & WISH_THEME)
		term_theme(loop->app.theme);
	if (wishes & WISH_REDRAW)
		loop->redraw = loop->dirty = true;
	/* What runs was asked for with the old query: a new one replaces it at once. */
	if (wishes & WISH_REFRESH)
		begin_refresh(loop);
	if (wishes & WISH_KILL)
		killer_begin(&loop->killer, &loop->app);
	if (wishes & WISH_DESTROY) {
		killer_destroy(&loop->app);
		loop->refresh_ns = 0;
	}
	if (wishes & WISH_COPY)
		export_row(&loop->app);
	if (wishes & WISH_SAVE_HISTORY)
		export_history(&loop->app, loop->options);
	if (wishes & WISH_SAVE_VIEW)
		export_view(&loop->app, loop->options);
	if (wishes & WISH_SUSPEND)
		suspend(loop);
}

static bool may_draw(const struct loop *loop)
{
	return loop->dirty && clock_mono_ns() - loop->drawn_ns >= FRAME_NS;
}

static void draw(struct loop *loop)
{
	describe_selected(&loop->described, &loop->app, loop->worker != NULL);
	app_draw(&loop->app, &loop->screen);
	term_blit(&loop->screen, loop->redraw);
	namer_look(loop->names, &loop->app);
	loop->drawn_ns = clock_mono_ns();
	loop->dirty = loop->redraw = false;
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Until when nothing is to be done unless something comes in: milliseconds for poll(2). */
static int wait_ms(const struct loop *loop)
{
	uint64_t now = clock_mono_ns();
	uint64_t wake = now + NS_PER_S - loop->app.real_ns % NS_PER_S; /* the clock in the title */

	if (!loop->app.paused && !loop->poller.running)
		wake = sooner(wake, loop->refresh_ns);
	if (loop->dirty)
		wake = sooner(wake, loop->drawn_ns + FRAME_NS);
	return wake > now ? (int)((wake - now + NS_PER_MS - 1) / NS_PER_MS) : 0;
}

enum { POLL_TTY, POLL_SIGNALS, POLL_KERNEL, POLL_EVENTS, POLL_OWNERS, POLL_NAMES, POLL_COUNT };

static void wait_and_serve(struct loop *loop)
{
	struct pollfd polled[POLL_COUNT + HIT_MAX] = {
		[POLL_TTY] = { .fd = STDIN_FILENO, .events = POLLIN },
		[POLL_SIGNALS] = { .fd = loop->signals, .events = POLLIN },
		[POLL_KERNEL] = { .fd = loop->poller.running ? poller_fd(&loop->poller) : -1, .events = POLLIN },
		[POLL_EVENTS] = { .fd = loop->hears ? events_fd(&loop->events) : -1, .events = POLLIN },
		[POLL_OWNERS] = { .fd = loop->worker != NULL ? owners_worker_fd(loop->worker) : -1, .events = POLLIN },
		[POLL_NAMES] = { .fd = loop->names != NULL ? names_worker_fd(loop->names) : -1, .events = POLLIN },
	};

	size_t killed = killer_poll(&loop->killer, polled + POLL_COUNT);
	poll(polled, POLL_COUNT + killed, wait_ms(loop));
	if (polled[POLL_TTY].revents & (POLLHUP | POLLERR | POLLNVAL)) {
		loop->ended_by = SIGHUP; /* the terminal is gone, and nobody told us */
		return;
	}
	serve_signals(loop);
	serve_keys(loop);
	if (polled[POLL_KERNEL].revents != 0)
		serve_kernel(loop);
	if (killer_serve(&loop->killer, polled + POLL_COUNT, killed))
		note_killed(loop);
	if (polled[POLL_EVENTS].revents != 0)
		serve_events(loop);
	if (polled[POLL_OWNERS].revents != 0)
		take_owners(loop);
	if (polled[POLL_NAMES].revents != 0)
		loop->dirty |= namer_take(loop->names, &loop->app);
	grant_wishes(loop);
	serve_time(loop);
	if (may_draw(loop))
		draw(loop);
}

static bool is_over(const struct loop *loop)
{
	return loop->over || loop->ended_by != 0 || loop->failed != 0;
}

static int open_sources(struct loop *loop, const struct ui_options *options)
{
	int error = poller_open(&loop->poller);

	if (error < 0)
		return error;
	loop->events.destroyed = on_destroyed;
	loop->events.context = loop;
	loop->hears = events_open(&loop->events) == 0; /* without them the history is what snapshots tell */
	loop->app.hears_closings = loop->hears;
	loop->signals = signals_open();
	if (loop->signals < 0)
		return loop->signals;
	loop->names = names_worker_new();
	if (!options->owners)
		return 0;
	loop->worker = owners_worker_new();
	if (loop->worker == NULL)
		buf_printf(&loop->owners_notice, "owners are not looked for: no thread can be had (%s)", strerror(errno));
	return 0;
}

static void close_sources(struct loop *loop)
{
	killer_fini(&loop->killer);
	owners_worker_free(loop->worker);
	names_worker_free(loop->names);
	signals_close(loop->signals);
	if (loop->hears)
		events_close(&loop->events);
	poller_close(&loop->poller);
}

static int run(struct loop *loop)
{
	resize(loop);
	begin_refresh(loop);
	while (!is_over(loop))
		wait_and_serve(loop);
	return loop->ended_by != 0 ? loop->ended_by : loop->failed;
}

int ui_run(const struct ui_options *options, struct buf *why)
{
	struct loop loop = { .signals = -1, .options = options };

	app_begin(&loop.app, options);
	const struct term_options terminal = {
		.color = options->color,
		.theme = options->theme,
		.utf8 = options->utf8,
		.mouse = options->mouse,
	};
	int result = open_sources(&loop, options);
	if (result == 0) {
		bool drawable = term_open(&terminal, why) == 0;

		result = drawable ? run(&loop) : UI_NO_TERMINAL;
		if (drawable)
			term_close();
	}
	if (result == 0 && options->saves_at_end && !options->save_view(&loop.app, why))
		result = UI_NOT_SAVED;
	close_sources(&loop);
	buf_fini(&loop.owners_notice);
	screen_fini(&loop.screen);
	app_fini(&loop.app);
	return result;
}
