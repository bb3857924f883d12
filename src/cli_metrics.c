/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_metrics.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli.h"
#include "cli_end.h"
#include "cli_rights.h"
#include "gather.h"
#include "kernel/host.h"
#include "kernel/source.h"
#include "metrics_words.h"
#include "model/tally.h"
#include "out/metrics.h"
#include "out/replace.h"
#include "out/sink.h"

/* Counts, and appends the text: 0 or -errno, when the kernel does not tell. */
static int make(struct buf *out, const struct metrics_settings *settings, struct source *source)
{
	struct gathered gathered;
	struct query query;

	query_init(&query);
	query.protos = settings->protos;
	query.needs = NEED_TCP | NEED_MEMORY;
	int error = gather(&gathered, source, &query, !settings->no_owners);
	if (error == 0) {
		struct host host;
		struct tally tally;

		host_read(&host);
		const struct tally_bounds bounds = { settings->ports, host.values.range_low, host.values.range_high };
		tally_make(&tally, &gathered.table, &bounds);
		const struct metrics metrics = {
			.tally = &tally,
			.incomplete = gathered.incomplete,
			.protos = query.protos,
			.hides_bound = host.values.hides_bound,
			.has_hidden = !settings->no_owners,
			.hidden = table_hidden(&gathered.table),
		};
		metrics_write(out, &metrics);
		tally_fini(&tally);
		host_fini(&host);
	}
	gathered_fini(&gathered);
	return error;
}

/* What a new file is like: everybody may read it, as the exporter is another user. */
static struct stat new_file(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return (struct stat){ .st_mode = S_IFREG | (0644 & ~mask), .st_uid = geteuid(), .st_gid = getegid() };
}

/* A file that is there keeps its owner and mode; what is no file is left alone. */
static int write_file(const char *path, const struct buf *text)
{
	struct stat old = new_file();
	char *real = realpath(path, NULL);
	int error = 0;

	if (real == NULL && errno != ENOENT)
		return -errno;
	if (real != NULL && stat(real, &old) < 0)
		error = -errno;
	else if (!S_ISREG(old.st_mode))
		error = -EINVAL;
	if (error == 0)
		error = replace_file(real != NULL ? real : path, &old, text);
	free(real);
	return error;
}

static int write_textfile(const char *path, const struct buf *text)
{
	struct buf name = BUF_INIT;
	int error = write_file(path, text);

	text_clean(&name, path);
	if (error < 0)
		fprintf(stderr, "ports: --textfile: \"%s\" is not written, and left as it was: %s\n", buf_str(&name),
			error == -EINVAL ? "it is no regular file" : strerror(-error));
	buf_fini(&name);
	return error < 0 ? EXIT_SYSTEM : EXIT_MATCHED;
}

static int run(const struct metrics_settings *settings)
{
	struct clock clock = { .kind = CLOCK_SYSTEM };
	const struct source_live_options options = { .clock = &clock };
	struct source *source;
	struct sink sink;
	int status = EXIT_MATCHED;

	if (!cli_keep_rights("metrics", NULL, settings->no_owners))
		return EXIT_SYSTEM;
	int error = source_live_open(&source, &options);

	if (error < 0)
		return cli_fail(error);
	sink_init(&sink, STDOUT_FILENO);
	error = make(&sink.buf, settings, source);
	source_close(source);
	if (error < 0)
		status = cli_fail(error);
	if (error == 0 && settings->textfile != NULL) {
		status = write_textfile(settings->textfile, &sink.buf);
		buf_clear(&sink.buf);
	}
	return cli_finish(&sink, status);
}

int cli_metrics(int argc, char *const argv[])
{
	struct metrics_settings settings;
	struct buf error = BUF_INIT;
	int status = EXIT_USAGE;

	if (!metrics_parse(&settings, argc, argv, &error))
		cli_usage(&error);
	else
		status = settings.help ? cli_print(metrics_help) : run(&settings);
	buf_fini(&error);
	return status;
}
