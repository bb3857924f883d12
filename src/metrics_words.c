/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "metrics_words.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "model/proto.h"
#include "model/query.h"

/* As many ports as a host has servers on, and few enough for who stores ten thousand hosts. */
enum { PORTS_USUAL = 64, PORTS_MOST = 4096 };

static bool apply_textfile(void *context, const char *argument, struct buf *error)
{
	struct metrics_settings *settings = context;

	settings->textfile = argument;
	return argument[0] != '\0' || options_fault(error, "", argument, " is no name of a file");
}

static bool apply_query(void *context, const char *argument, struct buf *error)
{
	struct metrics_settings *settings = context;

	return proto_set_parse(&settings->protos, argument, error);
}

static bool apply_ports(void *context, const char *argument, struct buf *error)
{
	struct metrics_settings *settings = context;
	double ports;

	if (!text_number(argument, 0, PORTS_MOST, &ports) || strchr(argument, '.') != NULL)
		return options_fault(error, "", argument, ": not a number of ports from 0 to 4096");
	settings->ports = (size_t)ports;
	return true;
}

#define FLAG(member) .flag = offsetof(struct metrics_settings, member)

const struct option_entry metrics_options[] = {
	{ 0, "textfile", "PATH", "replace this file at once, for node_exporter's textfile collector", .apply = apply_textfile },
	{ 0, "ports", "N", "tell so many ports of servers apart (64 without it): those with the most sockets", .apply = apply_ports },
	{ 'A', "query", "KINDS", "count these kinds of sockets, such as all (tcp,udp without it)", .apply = apply_query },
	{ 0, "no-owners", NULL, "do not look for the processes: hidden owners are not counted", FLAG(no_owners) },
	{ 'h', "help", NULL, "print this", FLAG(help) },
	{ .name = NULL },
};

static const char *option_name(size_t at)
{
	return metrics_options[at].name;
}

static bool take_word(void *settings, const char *word, struct buf *error)
{
	(void)settings;
	return options_fault(error, "metrics: ", word, ": only options are known here; ports metrics --help lists them");
}

bool metrics_parse(struct metrics_settings *settings, int argc, char *const argv[], struct buf *error)
{
	static const struct options options = { metrics_options, "ports metrics", option_name, take_word, .stays = true };

	*settings = (struct metrics_settings){ .ports = PORTS_USUAL, .protos = PROTOS_USUAL };
	return options_parse(&options, settings, argc, argv, error);
}

void metrics_help(struct buf *out)
{
	buf_puts(out, "Usage: ports metrics [OPTION]...\n\n"
		      "Prints what the sockets add up to in the text format of OpenMetrics, for Prometheus.\n\n");
	options_help(out, metrics_options);
	buf_puts(out, "\nExit status: 0 they are written, 2 usage, 3 not permitted, 4 the system failed; then the old file stays.\n");
}
