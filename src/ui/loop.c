/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop: gives a session a terminal.
 *
 * One thread, one poll(2).  No step takes long: a dump is received a chunk at a time with keys served in between, /proc
 * and name services have threads of their own, and drawing happens in one place, when it must: for a key at once, otherwise at
 * most 25 times a second.
 */
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "ui/action.h"
#include "ui/export.h"
#include "ui/input.h"
#include "ui/mouse.h"
#include "ui/screen.h"
#include "ui/session.h"
#include "ui/signals.h"
#include "ui/term.h"

#define FRAME_NS (NS_PER_S / 25)

struct loop {
	struct session session;
	struct screen screen;
	int signals;       /* signalfd */
	bool redraw;       /* it is to be drawn whatever the terminal shows */
	bool pressed;      /* somebody waits for what a key has done */
	int ended_by;      /* a signal */
	uint64_t drawn_ns; /* by the system's clock, which terminals live by */
};

static void resize(struct loop *loop)
{
	unsigned width, height;

	term_resize();
	term_size(&width, &height);
	session_resize(&loop->session, &loop->screen, width, height);
}

/* The shell has had the terminal, and may have done anything with it. */
static void resume(struct loop *loop)
{
	term_resume();
	resize(loop);
	loop->redraw = true;
	session_resume(&loop->session);
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
			action_named("quit")->act(&loop->session.app, 0);
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
			app_key(&loop->session.app, key);
		else if (term_mouse(&mouse))
			mouse_act(&loop->session.app, &mouse);
		loop->session.dirty = loop->pressed = true;
	}
}

static void grant_wishes(struct loop *loop)
{
	unsigned wishes = session_grant(&loop->session);

	if (wishes & WISH_THEME)
		term_theme(loop->session.app.theme);
	if (wishes & WISH_REDRAW)
		loop->redraw = loop->session.dirty = true;
	if (wishes & WISH_COPY)
		export_row(&loop->session.app, term_copy);
	if (wishes & WISH_SUSPEND)
		suspend(loop);
}

/*
 * When the screen may be drawn again: a terminal that is sent more than it can show falls behind.  Keys do not come faster than
 * it shows what they do, and those that are waiting are taken together.
 */
static uint64_t frame_ns(const struct loop *loop)
{
	if (loop->pressed)
		return 0;
	uint64_t now = clock_mono_ns(), next = loop->drawn_ns + FRAME_NS;

	return next > now ? next - now : 0;
}

static void draw(struct loop *loop)
{
	session_draw(&loop->session, &loop->screen);
	term_blit(&loop->screen, loop->redraw);
	loop->drawn_ns = clock_mono_ns();
	loop->redraw = loop->pressed = false;
}

/* Until when nothing is to be done unless something comes in: milliseconds for poll(2). */
static int wait_ms(const struct loop *loop)
{
	uint64_t now = clock_now_ns(loop->session.clock), due = session_due_ns(&loop->session);
	uint64_t wait = due > now ? due - now : 0;

	if (loop->session.dirty && frame_ns(loop) < wait)
		wait = frame_ns(loop);
	return (int)((wait + NS_PER_MS - 1) / NS_PER_MS);
}

enum { POLL_TTY, POLL_SIGNALS, POLL_COUNT };

static void wait_and_serve(struct loop *loop)
{
	struct pollfd polled[POLL_COUNT + SESSION_FDS_MAX] = {
		[POLL_TTY] = { .fd = STDIN_FILENO, .events = POLLIN },
		[POLL_SIGNALS] = { .fd = loop->signals, .events = POLLIN },
	};

	size_t count = session_poll(&loop->session, polled + POLL_COUNT);
	poll(polled, POLL_COUNT + count, wait_ms(loop));
	if (polled[POLL_TTY].revents & (POLLHUP | POLLERR | POLLNVAL)) {
		loop->ended_by = SIGHUP; /* the terminal is gone, and nobody told us */
		return;
	}
	serve_signals(loop);
	serve_keys(loop);
	session_serve(&loop->session, polled + POLL_COUNT, count);
	grant_wishes(loop);
	if (loop->session.dirty && frame_ns(loop) == 0)
		draw(loop);
}

static int run(struct loop *loop)
{
	resize(loop);
	while (!session_is_over(&loop->session) && loop->ended_by == 0)
		wait_and_serve(loop);
	if (loop->session.goes_private && loop->ended_by == 0)
		return UI_PRIVATE;
	return loop->ended_by != 0 ? loop->ended_by : loop->session.failed;
}

int ui_run(const struct ui_options *options, struct buf *why)
{
	struct loop loop = { .signals = signals_open() };
	const struct term_options terminal = {
		.color = options->color,
		.theme = options->theme,
		.utf8 = options->utf8,
		.mouse = options->mouse,
	};

	if (loop.signals < 0)
		return loop.signals;
	int result = UI_NO_TERMINAL;
	if (term_open(&terminal, why) == 0) {
		session_init(&loop.session, options);
		result = run(&loop);
		term_close();
		if (result == 0 && options->saves_at_end && !options->save_view(&loop.session.app, why))
			result = UI_NOT_SAVED;
		session_fini(&loop.session);
	}
	signals_close(loop.signals);
	screen_fini(&loop.screen);
	return result;
}
