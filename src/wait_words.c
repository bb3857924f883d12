/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wait_words.h"

#include <stddef.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

/* A week: whoever waits longer waits without a bound. */
#define TIMEOUT_MOST_NS (7 * 86400 * NS_PER_S)

static bool apply_timeout(void *context, const char *argument, struct buf *error)
{
	struct wait_settings *settings = context;

	return text_duration(argument, 0, TIMEOUT_MOST_NS, &settings->timeout_ns) ||
	       options_fault(error, "", argument, ": not a time such as 30s, 500ms or 2m, of seven days at most");
}

static bool apply_port(void *context, const char *argument, struct buf *error)
{
	struct wait_settings *settings = context;

	if (settings->port != NULL)
		return options_fault(error, "", argument, ": one port was named already");
	settings->port = argument;
	return true;
}

#define FLAG(member) .flag = offsetof(struct wait_settings, member)
#define WISH(member) .flag = offsetof(struct wait_settings, words.wish.member)

const struct option_entry wait_options[] = {
	{ 'p', "port", "PORT", "this port, as a word without -p, too", .apply = apply_port },
	{ 'l', "listen", NULL, "until somebody listens there; without any of these three: this", FLAG(goals[WAIT_LISTEN]) },
	{ 0, "free", NULL, "until nobody has it, and nothing is left of those who had it, as TIME_WAIT is",
	  FLAG(goals[WAIT_FREE]) },
	{ 0, "bindable", NULL, "until a socket like the following can be bound there", FLAG(goals[WAIT_BINDABLE]) },
	{ 0, "reuseaddr", NULL, "the socket has SO_REUSEADDR", WISH(reuseaddr) },
	{ 0, "reuseport", NULL, "the socket has SO_REUSEPORT", WISH(reuseport) },
	{ 0, "v6only", NULL, "the socket has IPV6_V6ONLY", WISH(v6only) },
	{ 0, "freebind", NULL, "the socket has IP_FREEBIND", WISH(freebind) },
	{ 0, "device", "IF", "the socket is bound to this network interface (SO_BINDTODEVICE)", .apply = wish_apply_device },
	{ 0, "user", "USER", "the socket is made by this user; by whoever runs this without it", .apply = wish_apply_user },
	{ 0, "no-trial", NULL, "do not try the bind at the end; the answer is what the rules say", FLAG(no_trial) },
	{ 0, "timeout", "TIME", "as long at most (30s, 500ms, 2m); without it for ever; 0: look once", .apply = apply_timeout },
	{ 'q', "quiet", NULL, "do not say what is waited for, nor why it did not come", FLAG(quiet) },
	{ 'h', "help", NULL, "print this", FLAG(help) },
	{ .name = NULL },
};

static const char *option_name(size_t at)
{
	return wait_options[at].name;
}

static const char *const goal_names[WAIT_GOAL_COUNT] = {
	[WAIT_LISTEN] = "listen",
	[WAIT_FREE] = "free",
	[WAIT_BINDABLE] = "bindable",
};

static bool settle_goal(struct wait_settings *settings, struct buf *error)
{
	const char *first = NULL;

	for (unsigned goal = 0; goal < WAIT_GOAL_COUNT; goal++) {
		if (!settings->goals[goal])
			continue;
		if (first != NULL) {
			buf_printf(error, "wait: --%s and --%s: one of them can be waited for", first, goal_names[goal]);
			return false;
		}
		first = goal_names[goal];
		settings->goal = (enum wait_goal)goal;
	}
	return true;
}

/* What only a bind() has. */
static bool check_flags(const struct wait_settings *settings, struct buf *error)
{
	const struct bind_wish *wish = &settings->words.wish;
	const struct {
		bool given;
		const char *name;
	} flags[] = {
		{ wish->reuseaddr, "reuseaddr" },     { wish->reuseport, "reuseport" },  { wish->v6only, "v6only" },
		{ wish->freebind, "freebind" },       { wish->ifindex != 0, "device" }, { settings->words.has_user, "user" },
		{ settings->no_trial, "no-trial" },
	};

	for (size_t i = 0; settings->goal != WAIT_BINDABLE && i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!flags[i].given)
			continue;
		buf_printf(error, "wait: option --%s goes with --bindable only", flags[i].name);
		return false;
	}
	return true;
}

static bool check_target(const struct wait_settings *settings, struct buf *error)
{
	const struct bind_wish *wish = &settings->words.wish;

	if (!settings->words.has_target)
		buf_puts(error, "wait: a port is missing: ports wait 8080, ports wait udp 127.0.0.1:53 --free");
	else if (wish->proto >= BIND_UNIX_STREAM)
		options_fault(error, "wait: ", settings->words.path, ": sockets of the unix domain are not waited for");
	else if (wish->port == 0)
		buf_puts(error, "wait: port 0 is none that could be waited for");
	return error->length == 0;
}

bool wait_parse(struct wait_settings *settings, int argc, char *const argv[], struct buf *error)
{
	static const struct options options = { wait_options, "ports wait", option_name, wish_take_word, .stays = true };

	*settings = (struct wait_settings){ .words = WISH_WORDS_INIT, .timeout_ns = UINT64_MAX };
	if (!options_parse(&options, settings, argc, argv, error) ||
	    (settings->port != NULL && !wish_take_word(settings, settings->port, error)))
		return false;
	return settings->help ||
	       (check_target(settings, error) && settle_goal(settings, error) && check_flags(settings, error));
}

void wait_help(struct buf *out)
{
	buf_puts(out, "Usage: ports wait [PROTOCOL] [ADDRESS:]PORT [--listen | --free | --bindable] [OPTION]...\n\n"
		      "Waits for a port, without connecting to it.\n"
		      "PROTOCOL: tcp, udp, udplite or mptcp, with a 4 or a 6 behind it if wanted.\n\n");
	options_help(out, wait_options);
	buf_puts(out, "\nExit status: 0 it is so, 124 it was not in time, 2 usage, 3 not permitted, 4 the system failed.\n");
}
