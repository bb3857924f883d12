/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Start-up: the locale, the words of the command line, and then one of the commands.
 */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cli.h"
#include "cli_end.h"
#include "cli_list.h"
#include "cli_netns.h"
#include "cli_play.h"
#include "cli_rights.h"
#include "cli_save.h"
#include "cli_why.h"
#include "command.h"
#include "kernel/privileges.h"
#include "kernel/source.h"
#include "lab/agent.h"
#include "model/column.h"
#include "origin.h"
#include "out/json.h"
#include "out/member.h"
#include "out/sink.h"
#include "ui/headless.h"
#include "ui/script.h"
#include "ui/ui.h"

/*
 * Texts are UTF-8 inside, and their widths come from a locale that knows it; where the user's does not, C.UTF-8 is used,
 * and a terminal is sent ASCII only.  Returns whether the terminal takes UTF-8.
 */
static bool set_locale(void)
{
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C"); /* "0.5" is half a second whatever the language */
	if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
		return true;
	setlocale(LC_CTYPE, "C.UTF-8");
	return false;
}

/*
 * What is printed, and not drawn, is cleaned by widths alone: in a locale that knows ASCII only, all else has none and is escaped.
 * To a terminal that takes no UTF-8 its bytes may be anything, escape sequences of eight bits among them.
 */
static void print_for(bool utf8)
{
	if (!utf8 && isatty(STDOUT_FILENO))
		setlocale(LC_CTYPE, "C");
}

/* Opens the source of the sockets; the exit status, EXIT_MATCHED when it is open. */
static int open_origin(struct origin *origin, const struct settings *settings, enum origin_use use)
{
	struct buf why = BUF_INIT;
	int error = origin_open(origin, settings, use, &why);
	int status = error == 0 ? EXIT_MATCHED : why.length > 0 ? EXIT_USAGE : cli_fail(error);

	if (why.length > 0)
		fprintf(stderr, "ports: %s\n", why.data);
	buf_fini(&why);
	return status;
}

/* Where sockets of several network namespaces are shown, it is seen which one each is in. */
static void add_netns(struct column_list *shown, const struct settings *settings, const struct origin *origin)
{
	if ((settings->query.netns != NULL || origin->source->tours) && !settings->columns_asked)
		column_list_add(shown, &columns[COLUMN_NETNS]);
}

static int show_list(const struct settings *settings, struct origin *origin)
{
	struct settings own = *settings;
	int status = open_origin(origin, settings, ORIGIN_ONCE);

	if (status == EXIT_MATCHED) {
		add_netns(&own.columns, settings, origin);
		status = cli_list(&own, origin->source);
	}
	origin_close(origin);
	return status;
}

static bool is_live(const struct settings *settings)
{
	bool lists = settings->once || settings->summary || settings->null || settings->format != FORMAT_TABLE;

	return !lists && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static int save_history(const struct history *history, const struct names *names, const char *path)
{
	struct sink sink;
	int error = sink_create(&sink, path);

	if (error < 0)
		return error;
	json_write_history(&sink, history, names);
	return sink_close(&sink, path);
}

static struct ui_options ui_options(const struct settings *settings, struct origin *origin, const struct column_list *shown,
				    bool utf8)
{
	const char *no_color = getenv("NO_COLOR");
	return (struct ui_options){
		.source = origin->source,
		.clock = &origin->clock,
		.query = &settings->query,
		.interval_ms = settings->interval_ms > 0 ? settings->interval_ms : UI_INTERVAL_MS,
		.linger_ns = settings->linger_ns,
		.history_size = settings->history_size,
		.save_history = save_history,
		.why = cli_why_beside,
		.save_view = settings->no_config ? view_refuse : view_save,
		.saves_at_end = settings->save_view && !settings->no_config && !settings->readonly,
		.columns = shown,
		.sort = settings->sort,
		.inverted = settings->inverted,
		.pane = settings->pane,
		.keymap = &settings->keymap,
		.theme = settings->theme,
		.extended = settings->extended,
		.group_by = settings->group_by,
		.readonly = settings->replay != NULL ? "--replay" : settings->readonly ? "--readonly" : NULL,
		.owners = !settings->no_owners,
		.resolve = settings->resolve,
		.color = !settings->no_color && (no_color == NULL || no_color[0] == '\0'),
		.mouse = !settings->no_mouse,
		.utf8 = utf8,
	};
}

static bool print_screen(void *context, const char *text, size_t length)
{
	struct sink *sink = context;

	buf_add(&sink->buf, text, length);
	return sink_flush(sink) == 0;
}

/* A script on the live table, whose screens are printed. */
static int show_headless(const struct settings *settings, struct origin *origin, const struct script *script,
			 const struct play_start *play)
{
	int status = open_origin(origin, settings, ORIGIN_HEADLESS);
	struct column_list shown = settings->columns;
	struct sink sink;

	if (status != EXIT_MATCHED)
		return status;
	column_list_enliven(&shown);
	add_netns(&shown, settings, origin);
	struct ui_options ui = ui_options(settings, origin, &shown, true);
	play_fill(play, settings, &ui);
	const struct headless_options options = {
		.ui = &ui,
		.width = settings->width,
		.height = settings->height,
		.script = settings->script != NULL ? script : NULL,
		.print = print_screen,
		.context = &sink,
	};
	sink_init(&sink, STDOUT_FILENO);
	int error = headless_run(&options);
	origin_close(origin);
	return cli_finish(&sink, error < 0 ? cli_fail(error) : EXIT_MATCHED);
}

/* Live, or the list where the terminal cannot be drawn on.  A signal that ended it goes to ended_by. */
static int show_live(const struct settings *settings, struct origin *origin, bool utf8, const struct play_start *play,
		     int *ended_by)
{
	struct settings once = *settings;
	struct column_list shown = settings->columns;
	int status = open_origin(origin, settings, ORIGIN_LIVE);

	if (status != EXIT_MATCHED)
		return status;
	column_list_enliven(&shown);
	add_netns(&shown, settings, origin);
	struct ui_options options = ui_options(settings, origin, &shown, utf8);
	play_fill(play, settings, &options);
	struct buf why = BUF_INIT;
	int result = ui_run(&options, &why);
	origin_close(origin);
	if (why.length > 0)
		fprintf(stderr, "ports: %s%s\n", why.data,
			result == UI_NO_TERMINAL ? "; here is the list instead (as with -1)" : "");
	buf_fini(&why);
	once.once = true;
	if (result == UI_NO_TERMINAL) {
		print_for(utf8);
		return show_list(&once, origin);
	}
	if (result == UI_NOT_SAVED)
		return EXIT_SYSTEM;
	if (result == UI_PRIVATE)
		return STATUS_AGAIN;
	*ended_by = result > 0 ? result : 0;
	return result < 0 ? cli_fail(result) : EXIT_MATCHED;
}

static int show(const struct settings *settings, bool utf8)
{
	struct script script = { .steps = NULL };
	struct buf why = BUF_INIT;
	struct play_start play = { .list = { .all = NULL } };
	struct origin origin;
	int status = cli_check_netns(&settings->query), ended_by = 0;

	if (status != EXIT_MATCHED)
		return status;
	status = EXIT_USAGE;
	if ((settings->script == NULL || script_load(&script, settings->script, &why)) &&
	    origin_begin(&origin, settings, &why)) {
		status = play_start(&play, settings, &why);
		if (status == EXIT_MATCHED && settings->width > 0)
			status = show_headless(settings, &origin, &script, &play);
		else if (status == EXIT_MATCHED && is_live(settings))
			status = show_live(settings, &origin, utf8, &play, &ended_by);
		else if (status == EXIT_MATCHED) {
			print_for(utf8);
			status = show_list(settings, &origin);
		}
		origin_end(&origin, settings, &why);
	}
	lab_list_fini(&play.list);
	script_fini(&script);
	if (why.length > 0)
		fprintf(stderr, "ports: %s\n", why.data);
	buf_fini(&why);
	if (ended_by > 0)
		raise(ended_by); /* now that the terminal is as it was */
	return status;
}

static void describe_version(struct buf *out)
{
	buf_puts(out, "ports " PACKAGE_VERSION "\n");
}

/*
 * A descriptor that was closed by whoever started us must not become a socket of ours that output is then written to.
 * What is opened in its place cannot be written to, so that an output that goes nowhere is an error.
 */
static void fill_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/dev/null", O_RDONLY); /* takes the lowest free number, which is this one */
	}
}

static int run(const struct settings *settings, bool utf8)
{
	switch (settings->task) {
	case TASK_COLUMNS:
		return cli_print(columns_describe);
	case TASK_MEMBERS:
		return cli_print(members_describe);
	case TASK_HELP:
		return cli_print(cli_help);
	case TASK_VERSION:
		return cli_print(describe_version);
	default:
		return show(settings, utf8);
	}
}

/* The program without a command. */
static int run_ports(int argc, char *argv[], bool utf8)
{
	struct settings settings;
	struct buf error = BUF_INIT;
	int status = EXIT_SYSTEM;

	if (!cli_parse(&settings, argc, argv, &error))
		status = cli_usage(&error);
	else if (cli_keep_view_rights(&settings, settings.width > 0 || is_live(&settings)))
		status = run(&settings, utf8);
	buf_fini(&error);
	cli_fini(&settings);
	return status;
}

/* Says why it is not run as it was started. */
static int refuse(struct buf *why)
{
	fprintf(stderr, "ports: %s\n", buf_str(why));
	buf_fini(why);
	return EXIT_NOT_PERMITTED;
}

int main(int argc, char *argv[])
{
	struct buf why = BUF_INIT;

	if (!privileges_begin(&why))
		return refuse(&why);
	if (argc > 1 && strcmp(argv[1], AGENT_WORD) == 0)
		return agent_main(argc, argv); /* first of all: it is to have nothing that it does not need */

	bool utf8 = set_locale();
	const struct command *command = argc > 1 ? command_named(argv[1]) : NULL;

	fill_descriptors();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of writing */
	if (command != NULL)
		print_for(utf8);
	int status = command != NULL ? command->run(argc - 1, argv + 1) : run_ports(argc, argv, utf8);
	if (status == STATUS_AGAIN)
		return play_again(argc, argv);
	return status == STATUS_UNREAD ? EXIT_MATCHED : status;
}
