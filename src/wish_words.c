/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wish_words.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/die.h"
#include "kernel/host.h"
#include "model/portset.h"
#include "options.h"

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

static bool take_unix(struct wish_words *words, const char *word, struct buf *error)
{
	bool abstract = word[0] == '@';

	if (word[0] == '\0' || strlen(word) >= sizeof(words->path))
		return options_fault(error, "", word, ": a path or @NAME of 1 to 108 bytes stands behind \"unix:\"");
	strcpy(words->path, word + (abstract ? 1 : 0));
	words->wish.name = (struct bind_name){
		.text = words->path,
		.length = strlen(words->path),
		.abstract = abstract,
	};
	words->has_target = true;
	return true;
}

/* One port, by number or by name; 0 is one here: the kernel chooses. */
static bool take_port(struct wish_words *words, const char *text, const char *word, struct buf *error)
{
	struct portset *ports = calloc(1, sizeof(*ports));
	struct port_range run;
	uint32_t from = 0;
	bool good = strcmp(text, "0") == 0;

	if (!good && ports != NULL && portset_parse(ports, text, error) && ports->count == 1 && portset_next(ports, &from, &run)) {
		words->wish.port = run.low;
		good = true;
	}
	if (!good && error->length == 0)
		options_fault(error, "", word, ": one port is wanted, such as 8080, 127.0.0.1:8080 or [::1]:http");
	free(ports);
	return good;
}

/* "fe80::1%eth0" */
static bool take_address6(struct wish_words *words, char *text)
{
	char *device = strchr(text, '%');

	if (device != NULL) {
		*device++ = '\0';
		words->wish.scope_id = if_nametoindex(device);
		if (words->wish.scope_id == 0)
			words->wish.scope_id = (uint32_t)strtoul(device, NULL, 10);
		if (words->wish.scope_id == 0)
			words->wish.scope_id = UINT32_MAX; /* none has that number: ENODEV, as bind() itself would say */
	}
	return inet_pton(AF_INET6, text, words->wish.address) == 1;
}

/* The family is the address's, unless the word for the protocol has one of its own. */
static void settle_family(struct wish_words *words, int address_family)
{
	struct bind_wish *wish = &words->wish;

	if (wish->family == FAMILY_COUNT)
		wish->family = (uint8_t)address_family;
	wish->other_family = wish->family != address_family;
}

static bool take_address(struct wish_words *words, char *text, const char *word, struct buf *error)
{
	struct bind_wish *wish = &words->wish;
	size_t length = strlen(text);

	if (length == 0 || strcmp(text, "*") == 0) {
		settle_family(words, wish->family == FAMILY_INET6 ? FAMILY_INET6 : FAMILY_INET);
		return true;
	}
	if (text[0] == '[' && text[length - 1] == ']') {
		text[length - 1] = '\0';
		settle_family(words, FAMILY_INET6);
		if (take_address6(words, text + 1))
			return true;
	} else if (inet_pton(AF_INET, text, wish->address) == 1) {
		settle_family(words, FAMILY_INET);
		return true;
	}
	return options_fault(error, "", word, ": not ADDRESS:PORT with a numeric address, such as 127.0.0.1:8080 or [::1]:8080");
}

static bool take_target(struct wish_words *words, const char *word, struct buf *error)
{
	char *text = xstrdup(word), *colon = strrchr(text, ':');
	bool good;

	if (words->has_target)
		good = options_fault(error, "", word, ": one address was named already");
	else if (colon == NULL)
		good = take_address(words, (char[]){ "" }, word, error) && take_port(words, word, word, error);
	else {
		*colon = '\0';
		good = take_address(words, text, word, error) && take_port(words, colon + 1, word, error);
	}
	words->has_target = true;
	words->has_address = colon != NULL && colon > text && strcmp(text, "*") != 0;
	free(text);
	return good;
}

bool wish_take_word(void *context, const char *word, struct buf *error)
{
	struct wish_words *words = context;

	for (size_t i = 0; i < sizeof(protos) / sizeof(protos[0]); i++) {
		if (words->has_proto || words->has_target || strcmp(word, protos[i].word) != 0)
			continue;
		words->has_proto = true;
		words->has_family = protos[i].family >= 0;
		words->wish.proto = (uint8_t)protos[i].proto;
		words->wish.family = (uint8_t)(protos[i].family >= 0 ? protos[i].family : FAMILY_COUNT);
		return true;
	}
	for (size_t i = 0; i < sizeof(unix_kinds) / sizeof(unix_kinds[0]); i++) {
		size_t length = strlen(unix_kinds[i].prefix);

		if (words->has_target || strncmp(word, unix_kinds[i].prefix, length) != 0)
			continue;
		words->wish.proto = (uint8_t)unix_kinds[i].proto;
		return take_unix(words, word + length, error);
	}
	return take_target(words, word, error);
}

bool wish_apply_device(void *context, const char *argument, struct buf *error)
{
	struct wish_words *words = context;

	words->wish.ifindex = if_nametoindex(argument);
	return words->wish.ifindex != 0 || options_fault(error, "", argument, ": there is no such network interface here");
}

bool wish_apply_user(void *context, const char *argument, struct buf *error)
{
	struct wish_words *words = context;
	const struct passwd *user = getpwnam(argument);
	char *end;
	unsigned long uid = strtoul(argument, &end, 10);

	if (user == NULL && (argument[0] < '0' || argument[0] > '9' || *end != '\0' || uid >= UINT32_MAX))
		return options_fault(error, "", argument, ": neither a user's name nor a number");
	words->wish.uid = user != NULL ? user->pw_uid : (uint32_t)uid;
	words->has_user = true;
	return true;
}

void wish_settle(struct bind_wish *wish, const struct wish_words *words, const struct host *host)
{
	*wish = words->wish;
	if (wish->family == FAMILY_INET6)
		wish->v6only |= host->v6only;
	if (!words->has_user)
		wish->uid = geteuid();
	if (wish->uid == geteuid())
		wish->capabilities = host_capabilities();
	else
		wish->capabilities = wish->uid == 0 ? UINT64_MAX : 0;
}
