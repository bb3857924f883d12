/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/headless.h"

#include "base/clock.h"
#include "ui/export.h"
#include "ui/mouse.h"
#include "ui/screen.h"
#include "ui/script.h"
#include "ui/session.h"
#include "ui/style_map.h"

struct headless {
	const struct headless_options *options;
	struct session session;
	struct screen screen;
	bool unread; /* what is printed */
};

static bool is_over(const struct headless *headless)
{
	return headless->unread || session_is_over(&headless->session);
}

static void copy_nowhere(const char *text)
{
	(void)text;
}

/* Waits for what comes next, until the clock shows until_ns at most, and serves it. */
static void serve(struct headless *headless, uint64_t until_ns)
{
	struct session *session = &headless->session;
	struct pollfd polled[SESSION_FDS_MAX];
	size_t count = session_poll(session, polled);
	uint64_t due = session_due_ns(session);

	clock_wait(session->clock, polled, count, due < until_ns ? due : until_ns);
	session_serve(session, polled, count);
	if (session_grant(session) & WISH_COPY)
		export_row(&session->app, copy_nowhere);
}

/* There has been a first snapshot, or there will be none. */
static bool has_begun(const struct session *session)
{
	return !session->app.waiting || session->source->ended;
}

/* Serves what is due by now, and then whatever it takes until nothing is under way any more; draws, which may ask for names. */
static void settle(struct headless *headless)
{
	struct session *session = &headless->session;

	serve(headless, clock_now_ns(session->clock));
	do {
		while (!is_over(headless) && !(session_is_idle(session) && has_begun(session)))
			serve(headless, UINT64_MAX);
		session_draw(session, &headless->screen);
	} while (!is_over(headless) && !session_is_idle(session));
}

static void press(struct headless *headless, const struct script_step *step)
{
	app_key(&headless->session.app, step->key);
}

/* A clock that is held never gets there: nothing happens in its world. */
static void wait_for(struct headless *headless, const struct script_step *step)
{
	struct clock *clock = headless->session.clock;
	uint64_t until = clock_now_ns(clock) + step->wait_ns;

	while (!is_over(headless) && clock_now_ns(clock) < until && !clock->held)
		serve(headless, until);
}

static void resize(struct headless *headless, const struct script_step *step)
{
	session_resize(&headless->session, &headless->screen, step->width, step->height);
}

static void point(struct headless *headless, const struct script_step *step)
{
	mouse_act(&headless->session.app, &step->mouse);
}

static void print(struct headless *headless, const struct script_step *step, const char *what,
		  void (*format)(struct buf *out, const struct headless *headless))
{
	struct buf text = BUF_INIT;

	if (step->name != NULL)
		buf_printf(&text, "=== %s %s\n", what, step->name);
	format(&text, headless);
	headless->unread = !headless->options->print(headless->options->context, text.data, text.length);
	buf_fini(&text);
}

static void format_screen(struct buf *out, const struct headless *headless)
{
	screen_format(out, &headless->screen);
}

static void format_style(struct buf *out, const struct headless *headless)
{
	enum theme theme = theme_resolve(headless->session.app.theme, NULL);

	style_map_format(out, &headless->screen, theme, headless->options->ui->color ? DEPTH_256 : DEPTH_MONO);
}

static void print_screen(struct headless *headless, const struct script_step *step)
{
	print(headless, step, "screen", format_screen);
}

static void print_style(struct headless *headless, const struct script_step *step)
{
	print(headless, step, "style", format_style);
}

static void make(struct headless *headless, const struct script_step *step)
{
	static void (*const makers[])(struct headless *headless, const struct script_step *step) = {
		[STEP_KEY] = press,   [STEP_WAIT] = wait_for,       [STEP_RESIZE] = resize,
		[STEP_MOUSE] = point, [STEP_SCREEN] = print_screen, [STEP_STYLE] = print_style,
	};

	makers[step->kind](headless, step);
	settle(headless);
}

int headless_run(const struct headless_options *options)
{
	static const struct script_step only = { .kind = STEP_SCREEN };
	struct headless headless = { .options = options };

	session_init(&headless.session, options->ui);
	session_resize(&headless.session, &headless.screen, options->width, options->height);
	settle(&headless);
	if (options->script == NULL && !is_over(&headless))
		print_screen(&headless, &only);
	for (size_t i = 0; options->script != NULL && i < options->script->count && !is_over(&headless); i++)
		make(&headless, &options->script->steps[i]);
	int failed = headless.session.failed;
	session_fini(&headless.session);
	screen_fini(&headless.screen);
	return failed;
}
