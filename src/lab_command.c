/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab_command.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/text.h"
#include "kernel/privileges.h"
#include "lab/export.h"
#include "lab/lessons.h"
#include "lab/run.h"
#include "lab_load.h"
#include "lab_matrix.h"
#include "model/column.h"
#include "model/listing.h"
#include "out/list.h"
#include "out/sink.h"
#include "out/transcript.h"

struct settings {
	bool list, all, step, host, any_address, no_predict, tap, json, help, matrix, csv;
	const char *show, *addresses;
	const char *as; /* a language of lab/export.h; NULL: the scenarios are run */
	char **words; /* owned; files and lessons, borrowed */
	size_t count;
};

/* EXPORT_LANGUAGES: there is none of that name. */
static enum export_language find_language(const char *name)
{
	enum export_language language = EXPORT_C;

	while (language < EXPORT_LANGUAGES && strcmp(export_language_name(language), name) != 0)
		language++;
	return language;
}

static bool apply_show(void *target, const char *argument, struct buf *error)
{
	struct settings *settings = target;

	(void)error;
	settings->show = argument;
	return true;
}

static bool apply_addresses(void *target, const char *argument, struct buf *error)
{
	struct settings *settings = target;

	(void)error;
	settings->addresses = argument;
	return true;
}

static bool apply_as(void *target, const char *argument, struct buf *error)
{
	struct settings *settings = target;

	settings->as = argument;
	return find_language(argument) < EXPORT_LANGUAGES ||
	       text_fail_nearest(error, argument, "language", export_language_name);
}

static bool take_word(void *target, const char *word, struct buf *error)
{
	struct settings *settings = target;

	(void)error;
	settings->words = xrealloc_array(settings->words, settings->count + 1, sizeof(settings->words[0]));
	settings->words[settings->count++] = xstrdup(word);
	return true;
}

#define FLAG(member) .flag = offsetof(struct settings, member)

const struct option_entry lab_options[] = {
	{ 'l', "list", NULL, "list the lessons", FLAG(list) },
	{ 'a', "all", NULL, "run every lesson", FLAG(all) },
	{ 0, "show", "LESSON", "print the text of a lesson, to be kept, changed and run as a file", .apply = apply_show },
	{ 0, "as", "LANGUAGE", "write a scenario as a program that does the same, in c or python, and do not run it",
	  .apply = apply_as },
	{ 's', "step", NULL, "print the table after each step, and wait for Enter", FLAG(step) },
	{ 0, "host", NULL, "run on this host, not in a network of its own; loopback addresses only", FLAG(host) },
	{ 0, "any-address", NULL, "with --host: other addresses, too", FLAG(any_address) },
	{ 0, "no-predict", NULL, "a wrong prediction is told, but fails nothing", FLAG(no_predict) },
	{ 0, "matrix", NULL, "measure here who can share a port with whom, of TCP, UDP (tcp, udp) or both", FLAG(matrix) },
	{ 0, "addresses", "LIST", "with --matrix: these addresses, such as 0.0.0.0,127.0.0.1,::,::/only", .apply = apply_addresses },
	{ 0, "csv", NULL, "with --matrix: print CSV, one cell a line", FLAG(csv) },
	{ 0, "tap", NULL, "print TAP, for test runners", FLAG(tap) },
	{ 0, "json", NULL, "print JSON, one step or scenario a line; with --matrix one cell a line", FLAG(json) },
	{ 'h', "help", NULL, "print this", FLAG(help) },
	{ .name = NULL },
};

static const char *option_name(size_t i)
{
	return lab_options[i].name;
}

static void add_help(struct buf *out)
{
	buf_puts(out, "Usage: ports lab [OPTION]... [FILE | LESSON]...\n"
		      "       ports lab --matrix [OPTION]... [tcp] [udp]\n\n"
		      "Runs scenarios of sockets that are bound, listen and connect: each step is predicted, done and checked.\n"
		      "They run in a network of their own, and touch nothing of this host.\n\n");
	options_help(out, lab_options);
	buf_puts(out, "\nExit status: 0 all passed, 1 something failed, 2 usage, or a file that is no scenario, 3 not permitted,\n"
		      "4 the system failed, 77 all were skipped.\n");
}

static bool load_all(struct lab_list *list, const struct settings *settings, struct buf *error)
{
	bool good = true;

	for (const struct lesson *lesson = lessons; good && settings->all && lesson->name != NULL; lesson++)
		good = lab_load(list, lesson->name, error);
	for (size_t i = 0; good && i < settings->count; i++)
		good = lab_load(list, settings->words[i], error);
	return good;
}

/* What the observer is handed. */
struct stage {
	struct transcript transcript;
	struct column_list columns;
	struct listing listing;
};

static void on_begin(void *context, const struct scenario *scenario)
{
	struct stage *stage = context;

	transcript_begin(&stage->transcript, scenario->file, buf_str(&scenario->title), buf_str(&scenario->about));
}

static bool is_note(const struct step *step)
{
	return step->verb == VERB_NOTE;
}

static void on_step_begin(void *context, const struct step *step)
{
	struct stage *stage = context;

	if (is_note(step))
		transcript_note(&stage->transcript, step->source + strlen("note"));
	else
		transcript_step_begin(&stage->transcript, step->source);
}

static void on_step_end(void *context, const struct step_outcome *outcome)
{
	struct stage *stage = context;
	struct transcript_blocker blockers[BLOCKERS_MAX];
	const struct step *step = outcome->step;
	const struct transcript_step told = {
		.line = step->line,
		.text = step->source,
		.predicted = outcome->predicted,
		.actual = outcome->actual,
		.expected = step->has_result ? step->result : NULL,
		.ok = outcome->ok,
		.mispredicted = outcome->mispredicted,
		.quiet = step->verb == VERB_WAIT || step->verb == VERB_PAUSE,
		.why = outcome->why,
		.blockers = blockers,
		.blocker_count = outcome->blocker_count,
	};

	for (size_t i = 0; i < outcome->blocker_count; i++)
		blockers[i] = (struct transcript_blocker){
			.cookie = outcome->blockers[i].cookie,
			.local = buf_str(&outcome->blockers[i].local),
			.state = state_name(outcome->blockers[i].state),
		};
	if (!is_note(step))
		transcript_step_end(&stage->transcript, &told);
}

static void on_table(void *context, const struct look *look)
{
	struct stage *stage = context;
	const struct column_context column_context = { .names = &look->names, .now_ns = look->table.now_ns };
	const struct list_style style = { .header = true, .columns = &stage->columns, .context = &column_context };

	if (stage->transcript.format != TRANSCRIPT_TEXT)
		return;
	listing_make(&stage->listing, &look->table, &look->query);
	if (stage->listing.count == 0)
		return;
	list_write(stage->transcript.sink, &look->table, &stage->listing, &style);
	sink_flush(stage->transcript.sink);
}

/* Enter, or the end of the input, after which nothing is waited for. */
static void on_pause(void *context)
{
	struct stage *stage = context;
	char c = '\0';

	if (isatty(STDIN_FILENO) && stage->transcript.format == TRANSCRIPT_TEXT)
		buf_puts(&stage->transcript.sink->buf, "-- Enter --");
	sink_flush(stage->transcript.sink);
	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
		;
}

static void on_table_and_pause(void *context, const struct look *look)
{
	on_table(context, look);
	on_pause(context);
}

static void on_end(void *context, const struct scenario *scenario, const struct run_outcome *outcome)
{
	static const enum transcript_result results[] = {
		[RUN_PASSED] = TRANSCRIPT_PASSED,
		[RUN_FAILED] = TRANSCRIPT_FAILED,
		[RUN_SKIPPED] = TRANSCRIPT_SKIPPED,
	};
	struct stage *stage = context;

	(void)scenario;
	transcript_end(&stage->transcript, results[outcome->verdict], outcome->steps, outcome->failed,
		       buf_str(&outcome->reason));
}

static int fail_run(struct buf *error, int reason, bool host)
{
	if (host) {
		buf_printf(error, "the kernel did not tell its sockets: %s", strerror(-reason));
		return LAB_SYSTEM;
	}
	lab_no_namespace(error, reason);
	buf_puts(error, ": --host runs scenarios on this host, on loopback addresses");
	return LAB_NOT_PERMITTED;
}

static int run_all(const struct lab_list *list, const struct settings *settings, struct sink *sink, struct buf *error)
{
	const struct run_plan plan = {
		.host = settings->host,
		.any_address = settings->any_address,
		.no_predict = settings->no_predict,
		.is_root = geteuid() == 0,
	};
	struct stage stage = {
		.transcript = {
			.sink = sink,
			.format = settings->json ? TRANSCRIPT_JSON : settings->tap ? TRANSCRIPT_TAP : TRANSCRIPT_TEXT,
		},
	};
	const struct run_observer observer = {
		.begin = on_begin,
		.step_begin = on_step_begin,
		.step_end = on_step_end,
		.table = settings->step ? on_table_and_pause : NULL,
		.pause = settings->step ? on_pause : NULL,
		.end = on_end,
		.context = &stage,
	};
	enum run_verdict verdict;
	int reason = 0;

	column_list_usual(&stage.columns, false);
	column_list_parse(&stage.columns, "+flags", error); /* a name that is known: it cannot fail */
	for (size_t i = 0; reason == 0 && sink->error == 0 && i < list->count; i++)
		reason = run_scenario(&list->all[i].scenario, &plan, &observer, &verdict);
	listing_fini(&stage.listing);
	if (reason < 0)
		return fail_run(error, reason, settings->host);
	transcript_finish(&stage.transcript);
	if (stage.transcript.failed > 0)
		return LAB_FAILED;
	return stage.transcript.passed > 0 ? LAB_PASSED : LAB_SKIPPED;
}

static int run_words(const struct settings *settings, struct sink *sink, struct buf *error)
{
	struct lab_list list = { .all = NULL };
	int status = load_all(&list, settings, error) ? run_all(&list, settings, sink, error) : LAB_USAGE;

	lab_list_fini(&list);
	return status;
}

static int list_lessons(struct buf *out)
{
	for (const struct lesson *lesson = lessons; lesson->name != NULL; lesson++) {
		struct fault fault = FAULT_INIT;
		struct scenario scenario;

		scenario_parse(&scenario, lesson->name, lesson->text, lesson->length, &fault);
		buf_printf(out, "%-32s%s\n", lesson->name, buf_str(&scenario.title));
		scenario_fini(&scenario);
		fault_fini(&fault);
	}
	return LAB_PASSED;
}

static int show_lesson(const char *name, struct buf *out, struct buf *error)
{
	const struct lesson *lesson = lesson_find(name);

	if (lesson == NULL) {
		options_fault(error, "", name, "");
		buf_printf(error, " is no lesson; the nearest is %s, and ports lab -l lists them", text_nearest(name, lesson_name));
		return LAB_USAGE;
	}
	buf_puts(out, lesson->text);
	return LAB_PASSED;
}

/* What is for scenarios alone is not passed over in silence. */
static const char *option_of_scenarios(const struct settings *settings)
{
	const struct {
		bool given;
		const char *name;
	} all[] = {
		{ settings->all, "all" },   { settings->any_address, "any-address" },
		{ settings->host, "host" }, { settings->no_predict, "no-predict" },
		{ settings->list, "list" }, { settings->show != NULL, "show" },
		{ settings->step, "step" }, { settings->tap, "tap" },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].given)
			return all[i].name;
	}
	return NULL;
}

static int run_matrix(const struct settings *settings, struct sink *sink, struct buf *error)
{
	const char *other = settings->csv && settings->json ? "csv" : option_of_scenarios(settings);
	const struct lab_matrix_plan plan = {
		.addresses = settings->addresses,
		.words = settings->words,
		.count = settings->count,
		.csv = settings->csv,
		.json = settings->json,
	};

	if (other == NULL)
		return lab_matrix(&plan, sink, error);
	buf_printf(error, "option --%s does not go with --%s", other, settings->csv && settings->json ? "json" : "matrix");
	return LAB_USAGE;
}

/* One program is one scenario. */
static int write_program(const struct settings *settings, struct sink *sink, struct buf *error)
{
	const char *other = settings->matrix ? "matrix" :
			    settings->csv ? "csv" :
			    settings->addresses != NULL ? "addresses" :
			    settings->json ? "json" : option_of_scenarios(settings);
	struct lab_list list = { .all = NULL };
	bool good = false;

	if (other != NULL)
		buf_printf(error, "option --%s does not go with --as", other);
	else if (settings->count != 1)
		buf_puts(error, "--as writes one scenario as a program: name one lesson or file");
	else
		good = lab_load(&list, settings->words[0], error);
	if (good)
		export_scenario(&sink->buf, &list.all[0].scenario, find_language(settings->as));
	lab_list_fini(&list);
	return good ? LAB_PASSED : LAB_USAGE;
}

static int run(const struct settings *settings, struct sink *sink, struct buf *error)
{
	if (settings->help) {
		add_help(&sink->buf);
		return LAB_PASSED;
	}
	if (settings->as != NULL)
		return write_program(settings, sink, error);
	if (settings->matrix)
		return run_matrix(settings, sink, error);
	if (settings->list)
		return list_lessons(&sink->buf);
	if (settings->show != NULL)
		return show_lesson(settings->show, &sink->buf, error);
	if (settings->csv || settings->addresses != NULL) {
		buf_printf(error, "option --%s is for --matrix", settings->csv ? "csv" : "addresses");
		return LAB_USAGE;
	}
	if (settings->count > 0 || settings->all)
		return run_words(settings, sink, error);
	buf_puts(error, "name lessons or files, or say --all or --matrix; ports lab -l lists the lessons");
	return LAB_USAGE;
}

/* On this host others may be in the way, in a network of one's own nobody else is. */
static bool drop_rights(const struct settings *settings, struct buf *error)
{
	unsigned not_needed = settings->host ? RIGHT_PRIVATE : RIGHT_OWNERS;
	bool good = privileges_keep(privileges_of("lab") & ~not_needed);

	if (!good)
		privileges_fail(error);
	return good;
}

static void tell(const struct buf *fault)
{
	struct sink sink;

	sink_init(&sink, STDERR_FILENO);
	buf_printf(&sink.buf, "ports lab: %s\n", buf_str(fault));
	sink_flush(&sink); /* where that cannot be written either, the exit status tells */
	sink_fini(&sink);
}

/* What could not be written is a failure; that nobody reads on is none. */
static int finish(struct sink *sink, int status, struct buf *error)
{
	int reason = sink_flush(sink);

	sink_fini(sink);
	if (reason == 0 || reason == -EPIPE)
		return status;
	buf_clear(error);
	buf_printf(error, "cannot write: %s", strerror(-reason));
	return LAB_SYSTEM;
}

int lab_command(int argc, char *const argv[])
{
	const struct options options = {
		.entries = lab_options,
		.command = "ports lab",
		.name = option_name,
		.operand = take_word,
	};
	struct settings settings = { .list = false };
	struct buf error = BUF_INIT;
	struct sink sink;
	int status = LAB_USAGE;

	sink_init(&sink, STDOUT_FILENO);
	if (options_parse(&options, &settings, argc, argv, &error))
		status = drop_rights(&settings, &error) ? run(&settings, &sink, &error) : LAB_SYSTEM;
	for (size_t i = 0; i < settings.count; i++)
		free(settings.words[i]);
	free(settings.words);
	status = finish(&sink, status, &error);
	if (error.length > 0)
		tell(&error);
	buf_fini(&error);
	return status;
}
