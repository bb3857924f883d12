/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_play.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "cli.h"
#include "lab/lessons.h"
#include "lab/spawn.h"
#include "out/sink.h"
#include "ui/ui.h"

int play_start(struct play_start *start, const struct settings *settings, struct buf *why)
{
	bool can_play = settings->width > 0 || (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO));

	*start = (struct play_start){ .list = { .all = NULL } };
	if (!settings->playground)
		return EXIT_MATCHED;
	if (!can_play) {
		buf_puts(why, "--playground needs a terminal, or --headless");
		return EXIT_USAGE;
	}
	if (settings->scenario != NULL && !lab_load(&start->list, settings->scenario, why))
		return EXIT_USAGE;
	int error = settings->private_network ? spawn_private(true) : 0;
	if (error == 0)
		return EXIT_MATCHED;
	buf_printf(why, "a private network is not to be had (%s); without --private the playground is on this host",
		   strerror(-error));
	return error == -EPERM || error == -EACCES || error == -ENOSPC ? EXIT_NOT_PERMITTED : EXIT_SYSTEM;
}

static int save_text(const char *path, const char *text, size_t length)
{
	struct sink sink;
	int error = sink_create(&sink, path);

	if (error < 0)
		return error;
	buf_add(&sink.buf, text, length);
	return sink_close(&sink, path);
}

void play_fill(const struct play_start *start, const struct settings *settings, struct ui_options *options)
{
	options->play = settings->playground;
	options->is_private = settings->private_network;
	options->can_be_private = settings->width == 0;
	options->save_text = save_text;
	if (start->list.count == 0)
		return;
	options->play_name = settings->scenario;
	options->play_text = start->list.all[0].source;
	options->play_length = start->list.all[0].length;
	options->play_all = lesson_find(settings->scenario) == NULL;
}

int play_again(int argc, char *const argv[])
{
	char playground[] = "--playground", private[] = "--private";
	char **words = xcalloc((size_t)argc + 3, sizeof(words[0]));
	int count = 0;

	words[count++] = argv[0];
	words[count++] = playground; /* before all others, as one of them may be its file */
	words[count++] = private;
	for (int i = 1; i < argc; i++)
		words[count++] = argv[i];
	int error = spawn_again(words);
	free(words);
	fprintf(stderr, "ports: it cannot begin anew: %s\n", strerror(-error));
	return EXIT_SYSTEM;
}
