/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wishes and other sockets in a few words, for the tests of the rules: "tcp 127.0.0.1:80 AP", "udp [::]:80 6".
 */
#ifndef TESTS_UNIT_RULES_FIXTURE_H
#define TESTS_UNIT_RULES_FIXTURE_H

#include "helpers.h"

#include "model/rules.h"
#include "model/rules_cache.h"

/*
 * "PROTO ENDPOINT [WORD]...".  Words: letters of A P 6 F (SO_REUSEADDR, SO_REUSEPORT, IPV6_V6ONLY, freebind), "uid=N", "dev=N",
 * "scope=N", "user" (no capabilities); of other sockets also "?" (their flags are not known) and the name of a state, else
 * they are bound.  The wish is of root.
 */
struct bind_wish make_wish(const char *text);

/* The cookie is that of a count that begins with 1 for each test program. */
struct bind_sock make_other(const char *text);

/*
 * A host with 127.0.0.1/8 and ::1 on lo (1), 10.0.0.1 and fd00::1 and fe80::1 on device 2, and the tentative fd00::2 there;
 * all sysctls as Linux sets them.
 */
extern const struct bind_host plain_host;

/* "ok", "EADDRINUSE socket-flag", "unknown socket-flag"; of the step, with the others in the order given. */
struct situation {
	const char *others[8];
	const struct bind_cache *cache;
	const struct bind_host *host; /* NULL: plain_host */
};

const char *verdict_of_bind(const char *wish, const struct situation *situation);

/* bind(), then at once listen(). */
const char *verdict_of_server(const char *wish, const struct situation *situation);

#define alone(wish) verdict_of_bind((wish), &(struct situation){ .cache = NULL })
#define beside(wish, ...) verdict_of_bind((wish), &(struct situation){ .others = { __VA_ARGS__ } })

#endif
