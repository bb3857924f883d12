/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the rules share; nobody else includes this.
 */
#ifndef MODEL_RULES_INTERNAL_H
#define MODEL_RULES_INTERNAL_H

#include "model/rules.h"

enum tri tri_of(bool value);
enum tri tri_not(enum tri a);
enum tri tri_and(enum tri a, enum tri b);
enum tri tri_or(enum tri a, enum tri b);

/* Empties the verdict. */
void verdict_begin(struct bind_verdict *verdict, enum bind_step step);
void verdict_pass(struct bind_verdict *verdict, enum bind_rule rule);
void verdict_fail(struct bind_verdict *verdict, enum bind_rule rule, int error);
void verdict_doubt(struct bind_verdict *verdict, enum bind_rule rule, int error);
void verdict_block(struct bind_verdict *verdict, const struct bind_blocker *blocker);

bool proto_is_unix(unsigned proto);
bool proto_is_tcp(unsigned proto);

/* Neither connected nor listening: a new socket or a bound one. */
bool state_is_closed(unsigned state);

/* What is remembered of the port; NULL: its past was not seen. */
const struct bind_cache *rules_cache_of(const struct bind_scene *scene, unsigned port);

/* Whether the socket is another one than the wish, in the same table. */
bool rules_is_other(const struct bind_wish *wish, const struct bind_sock *sock);

/* An address as inet_rcv_saddr_equal() sees it: every socket has an IPv6 and an IPv4 one. */
enum shape_type {
	SHAPE_ANY,     /* :: */
	SHAPE_MAPPED,  /* IPv4, as AF_INET or as ::ffff:a.b.c.d */
	SHAPE_IPV6,
};

struct shape {
	enum shape_type type;
	bool is_inet;      /* AF_INET */
	uint8_t v6[16];
	uint32_t v4;       /* in network byte order; 127.0.0.6 of an IPv6 address (LOOPBACK4_IPV6) */
	bool v6only;
};

struct shape shape_of(unsigned family, const uint8_t address[16], bool v6only);

/* Neither 0.0.0.0 nor :: nor ::ffff:0.0.0.0: inet_use_bhash2_on_bind(). */
bool shape_is_specific(const struct shape *shape);

/* inet_rcv_saddr_equal(); wildcards of a, or of b, cover the other one. */
bool shape_covers(const struct shape *a, const struct shape *b, bool wildcard_a, bool wildcard_b);

/* Whether the two meet on addresses and devices. */
enum tri rules_overlap(const struct bind_wish *wish, const struct bind_sock *sock);

/* Which of the exceptions hold; port 0 gives fewer. */
enum leniency {
	LENIENT,         /* a given port: relax and reuseport_ok of inet_bind_conflict() */
	LENIENT_REUSE,   /* port 0, the second round with ip_autobind_reuse: relax only */
	STRICT,          /* port 0 */
};

/* Whether the flags share a port, of sockets that overlap: by SO_REUSEADDR; by SO_REUSEPORT. */
enum tri rules_reuseaddr(const struct bind_wish *wish, const struct bind_sock *sock);
enum tri rules_reuseport(const struct bind_wish *wish, const struct bind_sock *sock);

/* Whether the socket is in the way. */
enum tri rules_blocks(const struct bind_wish *wish, const struct bind_sock *sock, enum leniency leniency);

/* The other sockets on the wish's port; decides the verdict. */
void rules_conflict(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict);

/* Port 0: whether a port is left. */
void rules_port0(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict);

/* The ports that the kernel chooses from. */
struct port_range {
	unsigned low, high;
};

struct port_range rules_port_range(const struct bind_wish *wish, const struct bind_host *host);
bool rules_port_is_reserved(const struct bind_host *host, unsigned port);

/*
 * What bind() checks before it looks at other sockets.  Returns whether that already decided the verdict; if not, *after
 * is the wish with what bind() sets in it: the device of a link-local address, IPV6_V6ONLY with an IPv6 address.
 */
bool rules_check(const struct bind_wish *wish, const struct bind_host *host, struct bind_wish *after,
		 struct bind_verdict *verdict);

/* Sets in a wish that is not bound yet what bind() sets: see rules_check. */
void rules_settle(struct bind_wish *wish);

void rules_unix_bind(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict);
void rules_unix_listen(const struct bind_wish *wish, struct bind_verdict *verdict);
void rules_unix_connect(const struct bind_wish *wish, const struct bind_peer *peer, const struct bind_scene *scene,
			struct bind_verdict *verdict);

#endif
