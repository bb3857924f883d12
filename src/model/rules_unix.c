/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The unix domain: paths, where a file stands or not, and abstract names, which are a table of the network namespace.
 * net/unix/af_unix.c: unix_bind_bsd(), unix_bind_abstract(), unix_listen(), unix_find_other().
 */
#include <errno.h>
#include <string.h>

#include "model/rules_internal.h"

/* What a path does to bind(), and to connect(). */
static const struct path_result {
	int bind_error, connect_error;
	uint8_t bind_rule, connect_rule;
} path_results[] = {
	[PATH_FREE] = { 0, ENOENT, RULE_NAME_FREE, RULE_PATH_MISSING },
	[PATH_LIVE_SOCKET] = { EADDRINUSE, 0, RULE_PATH_EXISTS, RULE_CONNECTS },
	[PATH_STALE_SOCKET] = { EADDRINUSE, ECONNREFUSED, RULE_PATH_STALE, RULE_PATH_STALE },
	[PATH_OTHER_FILE] = { EADDRINUSE, ECONNREFUSED, RULE_PATH_OTHER_FILE, RULE_PATH_OTHER_FILE },
	[PATH_NO_DIRECTORY] = { ENOENT, ENOENT, RULE_PATH_NO_DIRECTORY, RULE_PATH_NO_DIRECTORY },
	[PATH_NOT_DIRECTORY] = { ENOTDIR, ENOTDIR, RULE_PATH_NOT_DIRECTORY, RULE_PATH_NOT_DIRECTORY },
	[PATH_NOT_WRITABLE] = { EACCES, EACCES, RULE_PATH_NOT_WRITABLE, RULE_PATH_NOT_WRITABLE },
	[PATH_READ_ONLY] = { EROFS, 0, RULE_PATH_READ_ONLY, RULE_CONNECTS },
};

static bool same_name(const struct bind_name *a, const struct bind_name *b)
{
	return a->abstract == b->abstract && a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static bool has_name(const struct bind_name *name)
{
	return name->abstract || name->length > 0;
}

/* sun_path holds an abstract name and the NUL before it, or a path, whose NUL may be left out. */
static bool is_too_long(const struct bind_name *name)
{
	return name->length + (name->abstract ? 1 : 0) > BIND_NAME_MAX;
}

static void list_holders(const struct bind_wish *wish, const struct bind_scene *scene, enum bind_rule rule,
			 struct bind_verdict *verdict)
{
	for (size_t i = 0; i < scene->count; i++) {
		const struct bind_sock *sock = &scene->socks[i];
		bool same_table = wish->name.abstract ? sock->proto == wish->proto : proto_is_unix(sock->proto);

		if (!same_table || (wish->cookie != 0 && sock->cookie == wish->cookie) || !has_name(&sock->name)
		    || !same_name(&wish->name, &sock->name))
			continue;
		verdict_block(verdict, &(struct bind_blocker){ .index = i, .rule = rule, .is_certain = true });
	}
}

/* Each type of socket has abstract names of its own (unix_abstract_hash()). */
static void bind_abstract(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict)
{
	list_holders(wish, scene, RULE_ABSTRACT_TAKEN, verdict);
	if (verdict->count > 0)
		verdict_fail(verdict, RULE_ABSTRACT_TAKEN, EADDRINUSE);
	else
		verdict_pass(verdict, RULE_NAME_FREE);
}

/*
 * The file is made before it is seen that the socket has a name already; so a path that is taken or cannot be made comes
 * first, and after it the second bind() (unix_bind_bsd()).
 */
static void bind_path(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict)
{
	if (wish->name.at_path >= PATH_UNKNOWN) {
		verdict_doubt(verdict, RULE_PATH_UNKNOWN, EADDRINUSE);
		return;
	}
	const struct path_result *result = &path_results[wish->name.at_path];
	if (wish->name.at_path == PATH_LIVE_SOCKET)
		list_holders(wish, scene, RULE_PATH_EXISTS, verdict);
	if (result->bind_error != 0)
		verdict_fail(verdict, result->bind_rule, result->bind_error);
	else if (wish->is_bound)
		verdict_fail(verdict, RULE_SECOND_BIND, EINVAL);
	else
		verdict_pass(verdict, RULE_NAME_FREE);
}

void rules_unix_bind(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict)
{
	if (is_too_long(&wish->name))
		verdict_fail(verdict, RULE_NAME_TOO_LONG, EINVAL);
	else if (!has_name(&wish->name))
		verdict_pass(verdict, wish->is_bound ? RULE_SECOND_BIND : RULE_NAME_FREE);
	else if (!wish->name.abstract)
		bind_path(wish, scene, verdict);
	else if (wish->is_bound)
		verdict_fail(verdict, RULE_SECOND_BIND, EINVAL);
	else
		bind_abstract(wish, scene, verdict);
}

void rules_unix_listen(const struct bind_wish *wish, struct bind_verdict *verdict)
{
	if (wish->proto == BIND_UNIX_DGRAM)
		verdict_fail(verdict, RULE_NOT_A_STREAM, EOPNOTSUPP);
	else if (!wish->is_bound)
		verdict_fail(verdict, RULE_UNBOUND_LISTEN, EINVAL);
	else if (wish->state == STATE_LISTEN)
		verdict_pass(verdict, RULE_ALREADY_LISTENS);
	else if (!state_is_closed(wish->state))
		verdict_fail(verdict, RULE_CONNECTED_LISTEN, EINVAL);
	else
		verdict_pass(verdict, RULE_NAME_FREE);
}

static const struct bind_sock *holder(const struct bind_peer *peer, const struct bind_scene *scene, unsigned proto)
{
	const struct bind_sock *other = NULL;

	for (size_t i = 0; i < scene->count; i++) {
		const struct bind_sock *sock = &scene->socks[i];

		if (!proto_is_unix(sock->proto) || !has_name(&sock->name) || !same_name(&peer->name, &sock->name))
			continue;
		if (sock->proto == proto && (proto == BIND_UNIX_DGRAM || sock->state == STATE_LISTEN))
			return sock;
		if (other == NULL || sock->proto == proto)
			other = sock;
	}
	return other;
}

/* A path leads to one socket, whose type must fit; among abstract names only those of the own type are looked at. */
static void connect_holder(const struct bind_wish *wish, const struct bind_peer *peer, const struct bind_sock *sock,
			   struct bind_verdict *verdict)
{
	if (sock == NULL && !peer->name.abstract)
		verdict_doubt(verdict, RULE_PATH_UNKNOWN, ECONNREFUSED);
	else if (sock == NULL || (peer->name.abstract && sock->proto != wish->proto))
		verdict_fail(verdict, RULE_NO_LISTENER, ECONNREFUSED);
	else if (sock->proto != wish->proto)
		verdict_fail(verdict, RULE_WRONG_TYPE, EPROTOTYPE);
	else if (wish->proto != BIND_UNIX_DGRAM && sock->state != STATE_LISTEN)
		verdict_fail(verdict, RULE_NO_LISTENER, ECONNREFUSED);
	else
		verdict_pass(verdict, RULE_CONNECTS);
}

/* unix_stream_connect() looks at the other socket first. */
static void check_own_state(const struct bind_wish *wish, struct bind_verdict *verdict)
{
	if (verdict->outcome == BIND_FAILS || wish->proto == BIND_UNIX_DGRAM || state_is_closed(wish->state))
		return;
	if (wish->state == STATE_LISTEN)
		verdict_fail(verdict, RULE_IS_LISTENING, EINVAL);
	else
		verdict_fail(verdict, RULE_IS_CONNECTED, EISCONN);
}

void rules_unix_connect(const struct bind_wish *wish, const struct bind_peer *peer, const struct bind_scene *scene,
			struct bind_verdict *verdict)
{
	const struct path_result *result = &path_results[peer->name.at_path % PATH_UNKNOWN];

	if (is_too_long(&peer->name) || !has_name(&peer->name))
		verdict_fail(verdict, RULE_NAME_TOO_LONG, EINVAL);
	else if (!peer->name.abstract && peer->name.at_path >= PATH_UNKNOWN)
		verdict_doubt(verdict, RULE_PATH_UNKNOWN, ECONNREFUSED);
	else if (!peer->name.abstract && result->connect_error != 0)
		verdict_fail(verdict, result->connect_rule, result->connect_error);
	else
		connect_holder(wish, peer, holder(peer, scene, wish->proto), verdict);
	check_own_state(wish, verdict);
}
