/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "why_words.h"

#include <stddef.h>

#include "base/buf.h"

#define FLAG(member) .flag = offsetof(struct why_settings, member)
#define WISH(member) .flag = offsetof(struct why_settings, words.wish.member)

const struct option_entry why_options[] = {
	{ 0, "reuseaddr", NULL, "the socket has SO_REUSEADDR", WISH(reuseaddr) },
	{ 0, "reuseport", NULL, "the socket has SO_REUSEPORT", WISH(reuseport) },
	{ 0, "v6only", NULL, "the socket has IPV6_V6ONLY", WISH(v6only) },
	{ 0, "freebind", NULL, "the socket has IP_FREEBIND", WISH(freebind) },
	{ 0, "device", "IF", "the socket is bound to this network interface (SO_BINDTODEVICE)", .apply = wish_apply_device },
	{ 0, "user", "USER", "the socket is made by this user; by whoever runs this without it", .apply = wish_apply_user },
	{ 'l', "listen", NULL, "it is to listen, too", FLAG(listens) },
	{ 0, "no-trial", NULL, "do not try it; the answer is what the rules say", FLAG(no_trial) },
	{ 0, "json", NULL, "print one JSON object", FLAG(json) },
	{ 'h', "help", NULL, "print this", FLAG(help) },
	{ .name = NULL },
};

static const char *option_name(size_t at)
{
	return why_options[at].name;
}

bool why_parse(struct why_settings *settings, int argc, char *const argv[], struct buf *error)
{
	static const struct options options = { why_options, "ports why", option_name, wish_take_word, .stays = true };

	*settings = (struct why_settings){ .words = WISH_WORDS_INIT };
	if (!options_parse(&options, settings, argc, argv, error))
		return false;
	if (!settings->words.has_target && !settings->help) {
		buf_puts(error, "why: an address is missing: ports why 8080, ports why udp 127.0.0.1:53, ports why unix:/run/x.sock");
		return false;
	}
	return true;
}

void why_help(struct buf *out)
{
	buf_puts(out, "Usage: ports why [PROTOCOL] [ADDRESS:]PORT [OPTION]...\n"
		      "       ports why unix:PATH | unix:@NAME [OPTION]...\n\n"
		      "Says whether a socket could be bound there, who is in the way, and what would help; and then tries it.\n"
		      "PROTOCOL: tcp, udp, udplite or mptcp, with a 4 or a 6 behind it if wanted.\n\n");
	options_help(out, why_options);
	buf_puts(out, "\nExit status: 0 it would work, 1 it would not, 2 usage, 3 it cannot be told, 4 the system failed.\n");
}
