/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules_fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct bind_address plain_addresses[] = {
	{ .family = FAMILY_INET, .address = { 127, 0, 0, 1 }, .bits = 8, .ifindex = 1 },
	{ .family = FAMILY_INET, .address = { 10, 0, 0, 1 }, .ifindex = 2 },
	{ .family = FAMILY_INET, .address = { 10, 0, 0, 255 }, .ifindex = 2 },
	{ .family = FAMILY_INET6, .address = { [15] = 1 }, .is_narrow = true, .ifindex = 1 },
	{ .family = FAMILY_INET6, .address = { 0xfd, [15] = 1 }, .ifindex = 2 },
	{ .family = FAMILY_INET6, .address = { 0xfd, [15] = 2 }, .is_tentative = true, .ifindex = 2 },
	{ .family = FAMILY_INET6, .address = { 0xfe, 0x80, [15] = 1 }, .is_narrow = true, .ifindex = 2 },
};
static const uint32_t plain_devices[] = { 1, 2, 3 };

const struct bind_host plain_host = {
	.addresses = plain_addresses,
	.address_count = ARRAY_SIZE(plain_addresses),
	.devices = plain_devices,
	.device_count = ARRAY_SIZE(plain_devices),
	.unprivileged_start = 1024,
	.range_low = 32768,
	.range_high = 60999,
};

static uint8_t proto_of(const char *word)
{
	static const char *const names[BIND_PROTO_COUNT] = {
		"tcp", "mptcp", "udp", "udplite", "unix", "unix-dgram", "unix-seqpacket",
	};

	for (uint8_t i = 0; i < BIND_PROTO_COUNT; i++) {
		if (strcmp(names[i], word) == 0)
			return i;
	}
	fail_msg("%s is no protocol", word);
	return 0;
}

static void set_endpoint(struct bind_wish *wish, char *text)
{
	char *colon = strrchr(text, ':');

	assert_non_null(colon);
	wish->port = (uint16_t)atoi(colon + 1);
	*colon = '\0';
	wish->family = text[0] == '[' ? FAMILY_INET6 : FAMILY_INET;
	if (wish->family == FAMILY_INET6)
		colon[-1] = '\0';
	assert_int_equal(inet_pton(text[0] == '[' ? AF_INET6 : AF_INET, text + (text[0] == '['), wish->address), 1);
}

static void set_word(struct bind_wish *wish, const char *word)
{
	if (strncmp(word, "uid=", 4) == 0)
		wish->uid = (uint32_t)atoi(word + 4);
	else if (strncmp(word, "dev=", 4) == 0)
		wish->ifindex = (uint32_t)atoi(word + 4);
	else if (strncmp(word, "scope=", 6) == 0)
		wish->scope_id = (uint32_t)atoi(word + 6);
	else if (strcmp(word, "user") == 0)
		wish->capabilities = 0;
	else
		assert_int_equal(strspn(word, "AP6F"), strlen(word));
	if (strspn(word, "AP6F") != strlen(word))
		return;
	wish->reuseaddr |= strchr(word, 'A') != NULL;
	wish->reuseport |= strchr(word, 'P') != NULL;
	wish->v6only |= strchr(word, '6') != NULL;
	wish->freebind |= strchr(word, 'F') != NULL;
}

/* Words that set_word does not know go to *state and *unknown, if those are there. */
static struct bind_wish parse(const char *text, unsigned *state, bool *unknown)
{
	struct bind_wish wish = { .capabilities = UINT64_MAX };
	char copy[128], *rest = NULL;

	assert_true(strlen(text) < sizeof(copy));
	strcpy(copy, text);
	wish.proto = proto_of(strtok_r(copy, " ", &rest));
	set_endpoint(&wish, strtok_r(NULL, " ", &rest));
	for (char *word = strtok_r(NULL, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
		unsigned named = 0;

		for (unsigned i = 1; state != NULL && i < STATE_COUNT; i++)
			named = strcmp(state_name(i), word) == 0 ? i : named;
		if (named != 0)
			*state = named;
		else if (unknown != NULL && strcmp(word, "?") == 0)
			*unknown = true;
		else
			set_word(&wish, word);
	}
	return wish;
}

struct bind_wish make_wish(const char *text)
{
	return parse(text, NULL, NULL);
}

struct bind_sock make_other(const char *text)
{
	static uint64_t cookies;
	unsigned state = 0;
	bool unknown = false;
	struct bind_wish wish = parse(text, &state, &unknown);

	wish.cookie = ++cookies;
	struct bind_sock sock = rules_bound(&wish);
	if (state != 0)
		sock.state = (uint16_t)state;
	if (state == STATE_ESTABLISHED || state == STATE_TIME_WAIT)
		sock.v6only = wish.v6only ? TRI_YES : TRI_NO;
	if (unknown)
		sock.reuseaddr = sock.reuseport = TRI_UNKNOWN;
	sock.is_timewait = state == STATE_TIME_WAIT;
	return sock;
}

/* strerrorname_np(3) is not in every libc. */
static const char *error_name(int error)
{
	switch (error) {
	case EACCES:
		return "EACCES";
	case EADDRINUSE:
		return "EADDRINUSE";
	case EADDRNOTAVAIL:
		return "EADDRNOTAVAIL";
	case EINVAL:
		return "EINVAL";
	case ENODEV:
		return "ENODEV";
	default:
		return "?";
	}
}

static const char *format(const struct bind_verdict *verdict)
{
	static char text[128];

	if (verdict->outcome == BIND_OK)
		return "ok";
	snprintf(text, sizeof(text), "%s%s %s%s", verdict->step == STEP_LISTEN ? "listen: " : "",
		 verdict->outcome == BIND_UNKNOWN ? "unknown" : error_name(verdict->error), rules_id(verdict->rule),
		 verdict->cache_may_admit ? ", perhaps" : "");
	return text;
}

typedef void (*judge_fn)(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict);

static const char *judge(const char *text, const struct situation *situation, judge_fn rules)
{
	struct bind_sock socks[8];
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	struct bind_wish wish = make_wish(text);
	struct bind_scene scene = {
		.socks = socks,
		.host = situation->host != NULL ? situation->host : &plain_host,
		.cache = situation->cache,
	};

	while (scene.count < 8 && situation->others[scene.count] != NULL) {
		socks[scene.count] = make_other(situation->others[scene.count]);
		scene.count++;
	}
	rules(&wish, &scene, &verdict);
	const char *result = format(&verdict);
	rules_verdict_fini(&verdict);
	return result;
}

const char *verdict_of_bind(const char *wish, const struct situation *situation)
{
	return judge(wish, situation, rules_bind);
}

const char *verdict_of_server(const char *wish, const struct situation *situation)
{
	return judge(wish, situation, rules_bind_listen);
}
