/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a command line, a word in each of its lines: ports, filters, columns, templates, keys, times, what is asked of the
 * commands.  It is one, or there is one line that says why not.
 */
#include <string.h>

#include "base/buf.h"
#include "checks.h"
#include "cli.h"
#include "destroy_words.h"
#include "events_words.h"
#include "fuzz.h"
#include "kill_words.h"
#include "metrics_words.h"
#include "wait_words.h"
#include "why_words.h"

enum { WORDS_MOST = 32 };

static bool read_ports(int argc, char *const argv[], struct buf *error)
{
	struct settings settings;
	bool good = cli_parse(&settings, argc, argv, error);

	cli_fini(&settings);
	return good;
}

static bool read_why(int argc, char *const argv[], struct buf *error)
{
	struct why_settings settings;

	return why_parse(&settings, argc, argv, error);
}

static bool read_wait(int argc, char *const argv[], struct buf *error)
{
	struct wait_settings settings;

	return wait_parse(&settings, argc, argv, error);
}

static bool read_kill(int argc, char *const argv[], struct buf *error)
{
	struct kill_settings settings;
	bool good = kill_parse(&settings, argc, argv, error);

	query_words_fini(&settings.words);
	return good;
}

static bool read_events(int argc, char *const argv[], struct buf *error)
{
	struct events_settings settings;
	bool good = events_parse(&settings, argc, argv, error);

	query_words_fini(&settings.words);
	return good;
}

static bool read_destroy(int argc, char *const argv[], struct buf *error)
{
	struct destroy_settings settings;
	bool good = destroy_parse(&settings, argc, argv, error);

	query_words_fini(&settings.words);
	return good;
}

static bool read_metrics(int argc, char *const argv[], struct buf *error)
{
	struct metrics_settings settings;

	return metrics_parse(&settings, argc, argv, error);
}

static const struct {
	const char *name;
	bool (*read)(int argc, char *const argv[], struct buf *error);
} commands_read[] = {
	{ "why", read_why },         { "wait", read_wait },       { "kill", read_kill },
	{ "events", read_events },   { "destroy", read_destroy }, { "metrics", read_metrics },
};

/* As main() does: the command is the first word, if it is one. */
static bool read_line(int argc, char **argv, struct buf *error)
{
	static char no_file[] = "--no-config";

	for (size_t i = 0; argc > 1 && i < sizeof(commands_read) / sizeof(commands_read[0]); i++) {
		if (strcmp(argv[1], commands_read[i].name) == 0)
			return commands_read[i].read(argc - 1, argv + 1, error);
	}
	argv[argc++] = no_file;
	argv[argc] = NULL;
	return read_ports(argc, argv, error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT, error = BUF_INIT;
	char program[] = "ports", *argv[WORDS_MOST + 3] = { program }, *rest;
	int argc = 1;

	use_utf8();
	buf_add(&text, data, size);
	buf_puts(&text, "");
	rest = text.data;
	for (char *word; argc <= WORDS_MOST && (word = strsep(&rest, "\n")) != NULL;)
		argv[argc++] = word;
	must_be_told(read_line(argc, argv, &error), &error);
	buf_fini(&text);
	buf_fini(&error);
	return 0;
}
