/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "why_words.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "model/portset.h"

/* What stands before the address. */
static const struct {
	const char *word;
	enum bind_proto proto;
	int family; /* -1: as the address has it */
} protos[] = {
	{ "tcp", BIND_TCP, -1 },         { "tcp4", BIND_TCP, FAMILY_INET },         { "tcp6", BIND_TCP, FAMILY_INET6 },
	{ "udp", BIND_UDP, -1 },         { "udp4", BIND_UDP, FAMILY_INET },         { "udp6", BIND_UDP, FAMILY_INET6 },
	{ "udplite", BIND_UDPLITE, -1 }, { "udplite4", BIND_UDPLITE, FAMILY_INET }, { "udplite6", BIND_UDPLITE, FAMILY_INET6 },
	{ "mptcp", BIND_MPTCP, -1 },     { "mptcp4", BIND_MPTCP, FAMILY_INET },     { "mptcp6", BIND_MPTCP, FAMILY_INET6 },
};

static const struct {
	const char *prefix;
	enum bind_proto proto;
} unix_kinds[] = {
	{ "unix:", BIND_UNIX_STREAM },
	{ "unix-dgram:", BIND_UNIX_DGRAM },
	{ "unix-seqpacket:", BIND_UNIX_SEQPACKET },
};

static bool take_unix(struct why_settings *settings, const char *word, struct buf *error)
{
	bool abstract = word[0] == '@';

	if (word[0] == '\0' || strlen(word) >= sizeof(settings->path))
		return options_fault(error, "", word, ": a path or @NAME of 1 to 108 bytes stands behind \"unix:\"");
	strcpy(settings->path, word + (abstract ? 1 : 0));
	settings->wish.name = (struct bind_name){
		.text = settings->path,
		.length = strlen(settings->path),
		.abstract = abstract,
	};
	settings->has_target = true;
	return true;
}

/* One port, by number or by name; 0 is one here: the kernel chooses. */
static bool take_port(struct why_settings *settings, const char *text, const char *word, struct buf *error)
{
	struct portset *ports = calloc(1, sizeof(*ports));
	struct port_range run;
	uint32_t from = 0;
	bool good = strcmp(text, "0") == 0;

	if (!good && ports != NULL && portset_parse(ports, text, error) && ports->count == 1 && portset_next(ports, &from, &run)) {
		settings->wish.port = run.low;
		good = true;
	}
	if (!good && error->length == 0)
		options_fault(error, "", word, ": one port is wanted, such as 8080, 127.0.0.1:8080 or [::1]:http");
	free(ports);
	return good;
}

/* "fe80::1%eth0" */
static bool take_address6(struct why_settings *settings, char *text)
{
	char *device = strchr(text, '%');

	if (device != NULL) {
		*device++ = '\0';
		settings->wish.scope_id = if_nametoindex(device);
		if (settings->wish.scope_id == 0)
			settings->wish.scope_id = (uint32_t)strtoul(device, NULL, 10);
		if (settings->wish.scope_id == 0)
			settings->wish.scope_id = UINT32_MAX; /* none has that number: ENODEV, as bind() itself would say */
	}
	return inet_pton(AF_INET6, text, settings->wish.address) == 1;
}

/* The family is the address's, unless the word for the protocol has one of its own. */
static void settle_family(struct why_settings *settings, int address_family)
{
	struct bind_wish *wish = &settings->wish;

	if (wish->family == FAMILY_COUNT)
		wish->family = (uint8_t)address_family;
	wish->other_family = wish->family != address_family;
}

static bool take_address(struct why_settings *settings, char *text, const char *word, struct buf *error)
{
	struct bind_wish *wish = &settings->wish;
	size_t length = strlen(text);

	if (length == 0 || strcmp(text, "*") == 0) {
		settle_family(settings, wish->family == FAMILY_INET6 ? FAMILY_INET6 : FAMILY_INET);
		return true;
	}
	if (text[0] == '[' && text[length - 1] == ']') {
		text[length - 1] = '\0';
		settle_family(settings, FAMILY_INET6);
		if (take_address6(settings, text + 1))
			return true;
	} else if (inet_pton(AF_INET, text, wish->address) == 1) {
		settle_family(settings, FAMILY_INET);
		return true;
	}
	return options_fault(error, "", word, ": not ADDRESS:PORT with a numeric address, such as 127.0.0.1:8080 or [::1]:8080");
}

static bool take_target(struct why_settings *settings, const char *word, struct buf *error)
{
	char *text = strdup(word), *colon = text != NULL ? strrchr(text, ':') : NULL;
	bool good;

	if (settings->has_target)
		good = options_fault(error, "", word, ": one address was named already");
	else if (colon == NULL)
		good = take_address(settings, (char[]){ "" }, word, error) && take_port(settings, word, word, error);
	else {
		*colon = '\0';
		good = take_address(settings, text, word, error) && take_port(settings, colon + 1, word, error);
	}
	settings->has_target = true;
	free(text);
	return good;
}

static bool take_word(void *context, const char *word, struct buf *error)
{
	struct why_settings *settings = context;

	for (size_t i = 0; i < sizeof(protos) / sizeof(protos[0]); i++) {
		if (settings->has_proto || settings->has_target || strcmp(word, protos[i].word) != 0)
			continue;
		settings->has_proto = true;
		settings->wish.proto = (uint8_t)protos[i].proto;
		settings->wish.family = (uint8_t)(protos[i].family >= 0 ? protos[i].family : FAMILY_COUNT);
		return true;
	}
	for (size_t i = 0; i < sizeof(unix_kinds) / sizeof(unix_kinds[0]); i++) {
		size_t length = strlen(unix_kinds[i].prefix);

		if (settings->has_target || strncmp(word, unix_kinds[i].prefix, length) != 0)
			continue;
		settings->wish.proto = (uint8_t)unix_kinds[i].proto;
		return take_unix(settings, word + length, error);
	}
	return take_target(settings, word, error);
}

static bool apply_device(void *context, const char *argument, struct buf *error)
{
	struct why_settings *settings = context;

	settings->wish.ifindex = if_nametoindex(argument);
	return settings->wish.ifindex != 0 || options_fault(error, "", argument, ": there is no such network interface here");
}

static bool apply_user(void *context, const char *argument, struct buf *error)
{
	struct why_settings *settings = context;
	const struct passwd *user = getpwnam(argument);
	char *end;
	unsigned long uid = strtoul(argument, &end, 10);

	if (user == NULL && (argument[0] < '0' || argument[0] > '9' || *end != '\0' || uid >= UINT32_MAX))
		return options_fault(error, "", argument, ": neither a user's name nor a number");
	settings->wish.uid = user != NULL ? user->pw_uid : (uint32_t)uid;
	settings->has_user = true;
	return true;
}

#define FLAG(member) .flag = offsetof(struct why_settings, member)

const struct option_entry why_options[] = {
	{ 0, "reuseaddr", NULL, "the socket has SO_REUSEADDR", FLAG(wish.reuseaddr) },
	{ 0, "reuseport", NULL, "the socket has SO_REUSEPORT", FLAG(wish.reuseport) },
	{ 0, "v6only", NULL, "the socket has IPV6_V6ONLY", FLAG(wish.v6only) },
	{ 0, "freebind", NULL, "the socket has IP_FREEBIND", FLAG(wish.freebind) },
	{ 0, "device", "IF", "the socket is bound to this network interface (SO_BINDTODEVICE)", .apply = apply_device },
	{ 0, "user", "USER", "the socket is made by this user; by whoever runs this without it", .apply = apply_user },
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
	static const struct options options = { why_options, "ports why", option_name, take_word };

	*settings = (struct why_settings){ .wish = { .proto = BIND_TCP, .family = FAMILY_COUNT } };
	if (!options_parse(&options, settings, argc, argv, error))
		return false;
	if (!settings->has_target && !settings->help) {
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
