/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Start-up: the locale, the words of the command line, and then one of the commands.
 */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cli.h"
#include "cli_save.h"
#include "gather.h"
#include "kernel/source.h"
#include "model/column.h"
#include "model/listing.h"
#include "model/sock.h"
#include "model/table.h"
#include "origin.h"
#include "out/json.h"
#include "out/list.h"
#include "out/sink.h"
#include "resolver.h"
#include "ui/headless.h"
#include "ui/script.h"
#include "ui/ui.h"
#include "why_command.h"
#include "why_words.h"

/* In place of an exit status: whoever was reading has gone away, and has seen enough. */
enum { STATUS_UNREAD = -1 };

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

/* What it means that there is nothing to show: the exit status, and the reason in words. */
static int fail_system(int error)
{
	if (error == -EPERM || error == -EACCES) {
		fprintf(stderr, "ports: asking the kernel for its sockets is not permitted here (%s); a sandbox or a security "
				"module forbids NETLINK_SOCK_DIAG\n", strerror(-error));
		return EXIT_NOT_PERMITTED;
	}
	if (error == -EPROTONOSUPPORT || error == -ENOENT || error == -EOPNOTSUPP || error == -EAFNOSUPPORT)
		fprintf(stderr, "ports: this kernel has no sock_diag for sockets of these kinds (%s); it needs CONFIG_INET_DIAG, "
				"CONFIG_INET_TCP_DIAG and CONFIG_INET_UDP_DIAG, or the modules tcp_diag and udp_diag\n",
			strerror(-error));
	else
		fprintf(stderr, "ports: the kernel did not tell its sockets: %s\n", strerror(-error));
	return EXIT_SYSTEM;
}

/* A recording, and what is made up, has its own names, or none. */
static bool asks_for_names(const struct settings *settings)
{
	return settings->resolve && settings->replay == NULL && !settings->synthetic;
}

/* What goes on from one list to the next. */
struct repetition {
	struct source *source;
	struct buf said; /* what was missing from the last one */
	struct resolver resolver;
	struct table table; /* of the last one, for what has a rate */
};

/*
 * What is missing from a list, on stderr, so that nobody takes it for complete; in a repeated list only when it is not what
 * was said last.
 */
static void report_gaps(const struct settings *settings, const struct gathered *gathered, struct repetition *repetition)
{
	struct buf text = BUF_INIT, gap = BUF_INIT, *said = &repetition->said;

	gathered_explain(&text, gathered, repetition->source);
	if (asks_for_names(settings))
		resolver_explain(&gap, &repetition->resolver);
	if (gap.length > 0)
		buf_printf(&text, "ports: %s\n", gap.data);
	buf_fini(&gap);
	if (text.length > 0 && strcmp(text.data, buf_str(said)) != 0)
		fputs(text.data, stderr);
	buf_clear(said);
	buf_puts(said, buf_str(&text));
	buf_fini(&text);
}

static unsigned terminal_width(int fd)
{
	struct winsize size;

	if (!isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}

static void write_answer(struct sink *sink, const struct settings *settings, const struct gathered *gathered,
			 const struct listing *listing)
{
	unsigned width = settings->wide ? 0 : terminal_width(sink->fd);
	const struct column_context context = {
		.names = &gathered->names,
		.now_ns = gathered->table.now_ns,
		.brief = width > 0,
	};
	const struct list_style style = {
		.header = !settings->no_header,
		.columns = &settings->columns,
		.width = width,
		.context = &context,
	};
	const struct json_head head = {
		.real_ns = gathered->real_ns,
		.hidden = table_hidden(&gathered->table),
		.hidden_flags = table_hidden_flags(&gathered->table, &(int){ 0 }),
	};

	switch (settings->format) {
	case FORMAT_TABLE:
		list_write(sink, &gathered->table, listing, &style);
		break;
	case FORMAT_JSON:
		json_write_document(sink, &gathered->table, listing, &context, &head);
		break;
	case FORMAT_NDJSON:
		json_write_lines(sink, &gathered->table, listing, &context);
		break;
	}
}

/* Ends an output: the exit status, which is the given one unless something could not be written. */
static int finish_output(struct sink *sink, int status)
{
	int error = sink_flush(sink);

	sink_fini(sink);
	if (error == 0)
		return status;
	if (error == -EPIPE)
		return STATUS_UNREAD;
	fprintf(stderr, "ports: cannot write: %s\n", strerror(-error));
	return EXIT_SYSTEM;
}

static void keep_table(struct repetition *repetition, struct gathered *gathered)
{
	table_fini(&repetition->table);
	repetition->table = gathered->table;
	table_init(&gathered->table);
}

/* One answer; its exit status. */
static int answer(const struct settings *settings, struct repetition *repetition)
{
	struct gathered gathered;
	struct listing listing = { .sort = settings->sort, .inverted = settings->inverted };
	struct sink sink;
	int error = gather(&gathered, repetition->source, &settings->query, !settings->no_owners);

	if (error < 0) {
		gathered_fini(&gathered);
		return fail_system(error);
	}
	gathered.names.resolve = settings->resolve;
	if (asks_for_names(settings)) {
		resolver_resolve(&repetition->resolver, &gathered.table, &gathered.names);
		source_learnt(repetition->source);
	}
	table_follow_rates(&gathered.table, &repetition->table);
	listing_make(&listing, &gathered.table, &settings->query);
	sink_init(&sink, STDOUT_FILENO);
	write_answer(&sink, settings, &gathered, &listing);
	int status = finish_output(&sink, listing.count > 0 ? EXIT_MATCHED : EXIT_NOTHING);
	if (status != EXIT_SYSTEM && status != STATUS_UNREAD)
		report_gaps(settings, &gathered, repetition);
	if (asks_for_names(settings))
		resolver_keep(&repetition->resolver, &gathered.names);
	listing_fini(&listing);
	if (settings->query.needs & NEED_TCP)
		keep_table(repetition, &gathered);
	gathered_fini(&gathered);
	return status;
}

/* Between two lists of a repeated one stands the time, as a line that no row can be taken for. */
static void print_time(void)
{
	time_t now = (time_t)(clock_real_ns() / NS_PER_S);
	struct tm local;
	char text[64];

	localtime_r(&now, &local);
	strftime(text, sizeof(text), "# %Y-%m-%dT%H:%M:%S%z", &local);
	puts(text);
	fflush(stdout); /* what is written next goes another way; where this fails that does, too */
}

/* Waits for the next list; false when nobody is there any more to read it: poll(2) tells so without a write. */
static bool pause_output(uint32_t ms)
{
	struct pollfd output = { .fd = STDOUT_FILENO };

	return poll(&output, 1, (int)ms) == 0;
}

static int list(const struct settings *settings, struct source *source)
{
	/* The end of a recording is what it is. */
	bool repeated = settings->repeats && !settings->once && settings->replay == NULL;
	struct repetition repetition = { .source = source, .said = BUF_INIT, .resolver = RESOLVER_INIT };
	int status;

	if (settings->save_view_asked) {
		fputs("ports: option --save-view goes with the live table only\n", stderr);
		return EXIT_USAGE;
	}

	do {
		if (repeated && settings->format == FORMAT_TABLE)
			print_time();
		status = answer(settings, &repetition);
	} while (repeated && (status == EXIT_MATCHED || status == EXIT_NOTHING) && pause_output(settings->interval_ms));
	buf_fini(&repetition.said);
	resolver_fini(&repetition.resolver);
	table_fini(&repetition.table);
	return status;
}

/* Opens the source of the sockets; the exit status, EXIT_MATCHED when it is open. */
static int open_origin(struct origin *origin, const struct settings *settings, enum origin_use use)
{
	struct buf why = BUF_INIT;
	int error = origin_open(origin, settings, use, &why);
	int status = error == 0 ? EXIT_MATCHED : why.length > 0 ? EXIT_USAGE : fail_system(error);

	if (why.length > 0)
		fprintf(stderr, "ports: %s\n", why.data);
	buf_fini(&why);
	return status;
}

static int show_list(const struct settings *settings, struct origin *origin)
{
	int status = open_origin(origin, settings, ORIGIN_ONCE);

	if (status == EXIT_MATCHED)
		status = list(settings, origin->source);
	origin_close(origin);
	return status;
}

static bool is_live(const struct settings *settings)
{
	return !settings->once && settings->format == FORMAT_TABLE && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* A file of that name that is there already is somebody else's. */
static int save_history(const struct history *history, const struct names *names, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	struct sink sink;

	if (fd < 0)
		return -errno;
	sink_init(&sink, fd);
	json_write_history(&sink, history, names);
	int error = sink_flush(&sink);
	if (close(fd) < 0 && error == 0)
		error = -errno;
	sink_fini(&sink);
	return error;
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
static int show_headless(const struct settings *settings, struct origin *origin, const struct script *script)
{
	int status = open_origin(origin, settings, ORIGIN_HEADLESS);
	struct column_list shown = settings->columns;
	struct sink sink;

	if (status != EXIT_MATCHED)
		return status;
	column_list_enliven(&shown);
	const struct ui_options ui = ui_options(settings, origin, &shown, true);
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
	return finish_output(&sink, error < 0 ? fail_system(error) : EXIT_MATCHED);
}

/* Live, or the list where the terminal cannot be drawn on.  A signal that ended it goes to ended_by. */
static int show_live(const struct settings *settings, struct origin *origin, bool utf8, int *ended_by)
{
	struct settings once = *settings;
	struct column_list shown = settings->columns;
	int status = open_origin(origin, settings, ORIGIN_LIVE);

	if (status != EXIT_MATCHED)
		return status;
	column_list_enliven(&shown);
	const struct ui_options options = ui_options(settings, origin, &shown, utf8);
	struct buf why = BUF_INIT;
	int result = ui_run(&options, &why);
	origin_close(origin);
	if (why.length > 0)
		fprintf(stderr, "ports: %s%s\n", why.data,
			result == UI_NO_TERMINAL ? "; here is the list instead (as with -1)" : "");
	buf_fini(&why);
	once.once = true;
	if (result == UI_NO_TERMINAL)
		return show_list(&once, origin);
	if (result == UI_NOT_SAVED)
		return EXIT_SYSTEM;
	*ended_by = result > 0 ? result : 0;
	return result < 0 ? fail_system(result) : EXIT_MATCHED;
}

static int show(const struct settings *settings, bool utf8)
{
	struct script script = { .steps = NULL };
	struct buf why = BUF_INIT;
	struct origin origin;
	int status = EXIT_USAGE, ended_by = 0;

	if ((settings->script == NULL || script_load(&script, settings->script, &why)) &&
	    origin_begin(&origin, settings, &why)) {
		if (settings->width > 0)
			status = show_headless(settings, &origin, &script);
		else if (is_live(settings))
			status = show_live(settings, &origin, utf8, &ended_by);
		else
			status = show_list(settings, &origin);
		origin_end(&origin, settings, &why);
	}
	script_fini(&script);
	if (why.length > 0)
		fprintf(stderr, "ports: %s\n", why.data);
	buf_fini(&why);
	if (ended_by > 0)
		raise(ended_by); /* now that the terminal is as it was */
	return status;
}

static int print_help(void)
{
	struct sink sink;

	sink_init(&sink, STDOUT_FILENO);
	cli_help(&sink.buf);
	return finish_output(&sink, EXIT_MATCHED);
}

static int print_version(void)
{
	struct sink sink;

	sink_init(&sink, STDOUT_FILENO);
	buf_puts(&sink.buf, "ports " PACKAGE_VERSION "\n");
	return finish_output(&sink, EXIT_MATCHED);
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

/* "ports why": argv[0] is the word. */
static int run_why(int argc, char *argv[])
{
	struct why_settings settings;
	struct buf error = BUF_INIT, gaps = BUF_INIT;
	struct sink sink;

	if (!why_parse(&settings, argc, argv, &error)) {
		fprintf(stderr, "ports: %s\n", buf_str(&error));
		buf_fini(&error);
		return EXIT_USAGE;
	}
	sink_init(&sink, STDOUT_FILENO);
	if (settings.help) {
		why_help(&sink.buf);
		return finish_output(&sink, EXIT_MATCHED);
	}
	int status = why_answer(&settings, &sink.buf, &gaps);
	if (status < 0) {
		sink_fini(&sink);
		buf_fini(&gaps);
		return fail_system(status);
	}
	status = finish_output(&sink, status);
	fputs(buf_str(&gaps), stderr);
	buf_fini(&gaps);
	return status;
}

static int run(const struct settings *settings, bool utf8)
{
	switch (settings->task) {
	case TASK_HELP:
		return print_help();
	case TASK_VERSION:
		return print_version();
	default:
		return show(settings, utf8);
	}
}

int main(int argc, char *argv[])
{
	bool utf8 = set_locale();
	struct settings settings;
	struct buf error = BUF_INIT;

	fill_descriptors();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of writing */
	int status = EXIT_USAGE;

	if (argc > 1 && strcmp(argv[1], "why") == 0) {
		status = run_why(argc - 1, argv + 1);
		return status == STATUS_UNREAD ? EXIT_MATCHED : status;
	}
	if (cli_parse(&settings, argc, argv, &error))
		status = run(&settings, utf8);
	else
		fprintf(stderr, "ports: %s\n", buf_str(&error));
	buf_fini(&error);
	cli_fini(&settings);
	return status == STATUS_UNREAD ? EXIT_MATCHED : status;
}
