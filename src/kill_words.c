/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kill_words.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/text.h"
#include "model/sock.h"

#define WAIT_USUAL_NS (5 * NS_PER_S)
#define WAIT_MOST_NS (3600 * NS_PER_S)

static const struct {
	const char *name;
	int number;
} signals[] = {
	{ "TERM", SIGTERM }, { "KILL", SIGKILL }, { "INT", SIGINT },   { "HUP", SIGHUP },   { "QUIT", SIGQUIT }, { "ABRT", SIGABRT },
	{ "USR1", SIGUSR1 }, { "USR2", SIGUSR2 }, { "ALRM", SIGALRM }, { "PIPE", SIGPIPE }, { "STOP", SIGSTOP }, { "CONT", SIGCONT },
	{ "WINCH", SIGWINCH },
};

enum { SIGNAL_COUNT = sizeof(signals) / sizeof(signals[0]) };

static const char *signal_name(size_t at)
{
	return at < SIGNAL_COUNT ? signals[at].name : NULL;
}

void kill_signal_name(struct buf *out, int signal_number)
{
	for (size_t i = 0; i < SIGNAL_COUNT; i++) {
		if (signals[i].number == signal_number) {
			buf_puts(out, signals[i].name);
			return;
		}
	}
	buf_printf(out, "signal %d", signal_number);
}

/* "TERM", "SIGTERM", "term" or "15". */
static bool apply_signal(void *context, const char *argument, struct buf *error)
{
	struct kill_settings *settings = context;
	const char *name = strncasecmp(argument, "SIG", 3) == 0 ? argument + 3 : argument;
	double number;

	if (text_number(argument, 1, SIGRTMAX, &number) && strchr(argument, '.') == NULL) {
		settings->signal_number = (int)number;
		return true;
	}
	for (size_t i = 0; i < SIGNAL_COUNT; i++) {
		if (strcasecmp(name, signals[i].name) == 0) {
			settings->signal_number = signals[i].number;
			return true;
		}
	}
	return text_fail_nearest(error, argument, "signal", signal_name);
}

static bool apply_wait(void *context, const char *argument, struct buf *error)
{
	struct kill_settings *settings = context;

	return text_duration(argument, 0, WAIT_MOST_NS, &settings->wait_ns) ||
	       options_fault(error, "", argument, ": not a time such as 5s, 500ms or 2m, of an hour at most");
}

/*
 * What cannot be undone is not done to a whole range: who means ten ports names ten.  A service's name is one port, whatever
 * dashes it has.
 */
static bool take_exact(void *context, const char *word, struct buf *error)
{
	char *copy = xstrdup(word);
	bool good = true;

	for (char *rest = copy; good && rest != NULL;) {
		struct query_words item;
		const char *text = strsep(&rest, ",");

		query_words_init(&item);
		good = query_apply_ports(&item, text, error);
		if (good && item.query.ports.count != 1)
			good = options_fault(error, "", text, ": exact ports are wanted, such as 8080 or 80,443, and no range");
	}
	free(copy);
	return good && query_apply_ports(context, word, error);
}

#define FLAG(member) .flag = offsetof(struct kill_settings, member)

const struct option_entry kill_options[] = {
	{ 'p', "port", "PORTS", "exactly these ports, such as 8080 or 80,443; as words without -p, too", .apply = take_exact },
	QUERY_OPTIONS,
	{ 0, "listeners", NULL, "only those who listen on the port or are bound to it, without a peer; as without it",
	  FLAG(listeners) },
	{ 'a', "all", NULL, "everybody who has it as local or foreign port: connections and clients, too", FLAG(all) },
	{ 's', "signal", "SIGNAL", "send this one instead of TERM, by name or number", .apply = apply_signal },
	{ 0, "wait", "TIME", "so long at most for the port to be given up (5s without it); 0: not at all", .apply = apply_wait },
	{ 'n', "dry-run", NULL, "only say whom it would be sent to", FLAG(dry_run) },
	{ 'h', "help", NULL, "print this", FLAG(help) },
	{ .name = NULL },
};

static const char *option_name(size_t at)
{
	return kill_options[at].name;
}

bool kill_parse(struct kill_settings *settings, int argc, char *const argv[], struct buf *error)
{
	static const struct options options = { kill_options, "ports kill", option_name, take_exact, .stays = false };

	*settings = (struct kill_settings){ .signal_number = SIGTERM, .wait_ns = WAIT_USUAL_NS };
	query_words_init(&settings->words);
	bool good = options_parse(&options, settings, argc, argv, error) && query_words_settle(&settings->words, error);
	if (!good || settings->help)
		return good;
	settings->words.query.needs |= NEED_CGROUP; /* what of systemd's holds a port */
	if (settings->words.query.ports.count == 0)
		buf_puts(error, "kill: a port is missing: ports kill 8080");
	else if (settings->listeners && settings->all)
		buf_puts(error, "kill: --listeners and --all are not both possible");
	return error->length == 0;
}

void kill_help(struct buf *out)
{
	buf_puts(out, "Usage: ports kill [OPTION]... [-p] PORT[,PORT]...\n\n"
		      "Ends the processes that listen on a port, and says who has it then.\n\n");
	options_help(out, kill_options);
	buf_puts(out, "\nExit status: 0 given up, 1 nobody was there, 2 usage, 3 not permitted, 4 the system failed, 124 not given up\n"
		      "in time, or somebody else has it since.\n");
}
