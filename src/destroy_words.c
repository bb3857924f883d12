/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "destroy_words.h"

#include <stddef.h>

#include "base/buf.h"
#include "model/sock.h"

#define FLAG(member) .flag = offsetof(struct destroy_settings, member)

const struct option_entry destroy_options[] = {
	{ 'p', "port", "PORTS", "sockets with one of these local or foreign ports: 80,443,8000-8100,http", .apply = query_apply_ports },
	QUERY_FILTER_OPTION,
	QUERY_OPTIONS,
	{ 'l', "listening", NULL, "only sockets without a peer: LISTEN, BOUND and UNCONN", FLAG(listening) },
	{ 'n', "dry-run", NULL, "only say which they are", FLAG(dry_run) },
	{ 'h', "help", NULL, "print this", FLAG(help) },
	{ .name = NULL },
};

static const char *option_name(size_t at)
{
	return destroy_options[at].name;
}

/* All sockets of a host are never meant. */
static bool restricts(const struct destroy_settings *settings)
{
	return settings->words.query.ports.count > 0 || settings->words.protos != 0 || settings->words.families != 0 ||
	       settings->words.filter.count > 0 || settings->listening;
}

bool destroy_parse(struct destroy_settings *settings, int argc, char *const argv[], struct buf *error)
{
	static const struct options options = { destroy_options, "ports destroy", option_name, query_take_word, .stays = false };

	*settings = (struct destroy_settings){ .help = false };
	query_words_init(&settings->words);
	bool good = options_parse(&options, settings, argc, argv, error) && query_words_settle(&settings->words, error) &&
		    filter_words_check(&settings->words.filter, ASKS_TEXT | ASKS_AGE | ASKS_RATES | query_words_lack(&settings->words),
				       error);
	if (settings->listening)
		settings->words.query.states = STATES_LISTENING;
	if (!good || settings->help || restricts(settings))
		return good;
	buf_puts(error, "destroy: which sockets is missing: ports destroy 8080; all of them are never meant");
	return false;
}

void destroy_help(struct buf *out)
{
	buf_puts(out, "Usage: ports destroy [OPTION]... [PORT | LOW-HIGH | SERVICE]... [FILTER]\n\n"
		      "Has the kernel destroy sockets, and leaves the processes that hold them alone: they see ECONNABORTED.\n\n");
	options_help(out, destroy_options);
	buf_puts(out, "\nExit status: 0 all were destroyed, 1 there were none, 2 usage, 3 not permitted, 4 the system failed, or the\n"
		      "kernel could not destroy some.\n");
}
