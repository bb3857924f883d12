/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "events_words.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

/* A year: whoever wants more wants no end. */
#define FOR_MOST_NS (366 * 86400 * NS_PER_S)

static bool apply_for(void *context, const char *argument, struct buf *error)
{
	struct events_settings *settings = context;

	return text_duration(argument, 0, FOR_MOST_NS, &settings->for_ns) ||
	       options_fault(error, "", argument, ": not a time such as 10s, 500ms or 2m");
}

static bool apply_count(void *context, const char *argument, struct buf *error)
{
	struct events_settings *settings = context;
	double count;

	if (!text_number(argument, 1, 1e15, &count) || strchr(argument, '.') != NULL)
		return options_fault(error, "", argument, ": not a number of events, 1 or more");
	settings->most = (uint64_t)count;
	return true;
}

static bool apply_interval(void *context, const char *argument, struct buf *error)
{
	struct events_settings *settings = context;

	return text_duration(argument, NS_PER_S / 100, 3600 * NS_PER_S, &settings->interval_ns) ||
	       options_fault(error, "", argument, ": not a number of seconds from 0.01 to 3600");
}

#define FLAG(member) .flag = offsetof(struct events_settings, member)

const struct option_entry events_options[] = {
	{ 'p', "port", "PORTS", "only sockets with one of these local or foreign ports: 80,443,8000-8100,http",
	  .apply = query_apply_ports },
	QUERY_FILTER_OPTION,
	QUERY_OPTIONS,
	{ 'x', "unix", NULL, "unix sockets", QUERY_PROTOS(PROTOS_UNIX) },
	{ 'A', "query", "KINDS", "these kinds of sockets, such as tcp,unix, or all", .apply = query_apply_kinds },
	{ 0, "json", NULL, "print JSON, one event a line", FLAG(json) },
	{ 0, "ndjson", NULL, "the same", FLAG(json) },
	{ 0, "for", "TIME", "end after this time (10s, 500ms, 2m)", .apply = apply_for },
	{ 0, "count", "N", "end after so many events", .apply = apply_count },
	{ 'c', "interval", "SECONDS", "look that often for openings and changes (1 without it); closings are told at once",
	  .apply = apply_interval },
	{ 0, "no-owners", NULL, "do not look for the processes", FLAG(no_owners) },
	{ 'h', "help", NULL, "print this", FLAG(help) },
	{ .name = NULL },
};

static const char *option_name(size_t at)
{
	return events_options[at].name;
}

bool events_parse(struct events_settings *settings, int argc, char *const argv[], struct buf *error)
{
	static const struct options options = { events_options, "ports events", option_name, query_take_word, .stays = false };

	*settings = (struct events_settings){ .for_ns = UINT64_MAX, .most = UINT64_MAX, .interval_ns = NS_PER_S };
	query_words_init(&settings->words);
	settings->words.query.any_state = true;
	return options_parse(&options, settings, argc, argv, error) && query_words_settle(&settings->words, error) &&
	       filter_words_check(&settings->words.filter, (settings->no_owners ? ASKS_OWNERS : 0) | query_words_lack(&settings->words),
				  error);
}

void events_help(struct buf *out)
{
	buf_puts(out, "Usage: ports events [OPTION]... [PORT | LOW-HIGH | SERVICE]... [FILTER]\n\n"
		      "Prints a line for each opening, change of state and closing of a socket from now on: the time, what\n"
		      "happened, the protocol, both addresses, the state, and who has it.\n\n");
	options_help(out, events_options);
	buf_puts(out, "\nExit status: 0 something happened, 1 nothing did, 2 usage, 3 not permitted, 4 the system failed.\n");
}
