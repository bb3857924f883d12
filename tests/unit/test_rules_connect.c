/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What connect() meets on this host; and the unix domain.
 */
#include "rules_fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

struct connection {
	const char *wish;
	bool is_bound;
	unsigned own_state;
	const char *peer; /* in the family of the wish */
	bool is_elsewhere;
	enum tri timestamps;
	struct bind_sock others[4];
	size_t count;
};

static struct bind_peer peer_of(const struct connection *connection)
{
	struct bind_peer peer = {
		.port = 80, .is_here = !connection->is_elsewhere, .has_timestamps = (uint8_t)connection->timestamps,
	};

	assert_int_equal(inet_pton(strchr(connection->peer, ':') ? AF_INET6 : AF_INET, connection->peer, peer.address), 1);
	return peer;
}

static void check(const struct connection *connection, enum bind_outcome outcome, enum bind_rule rule, int error)
{
	struct bind_scene scene = { .socks = connection->others, .count = connection->count, .host = &plain_host };
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	struct bind_wish wish = make_wish(connection->wish);
	struct bind_peer peer = peer_of(connection);

	wish.is_bound = connection->is_bound;
	wish.state = (uint16_t)connection->own_state;
	rules_connect(&wish, &peer, &scene, &verdict);
	if (verdict.outcome != outcome || verdict.rule != rule || verdict.error != error)
		fail_msg("%s to %s: %s", connection->wish, connection->peer, rules_id(verdict.rule));
	rules_verdict_fini(&verdict);
}

static struct bind_sock connection_to(const char *text, const char *foreign, uint16_t port)
{
	struct bind_sock sock = make_other(text);

	inet_pton(sock.family == FAMILY_INET ? AF_INET : AF_INET6, foreign, sock.foreign);
	sock.foreign_port = port;
	return sock;
}

static void the_state_of_the_socket_comes_first(void **state)
{
	(void)state;
	check(&(struct connection){ "tcp 0.0.0.0:0", .own_state = STATE_LISTEN, .peer = "127.0.0.1" }, BIND_FAILS,
	      RULE_IS_LISTENING, EISCONN);
	check(&(struct connection){ "tcp 0.0.0.0:0", .own_state = STATE_ESTABLISHED, .peer = "127.0.0.1" }, BIND_FAILS,
	      RULE_IS_CONNECTED, EISCONN);
	check(&(struct connection){ "tcp 0.0.0.0:0", .own_state = STATE_SYN_SENT, .peer = "127.0.0.1" }, BIND_FAILS,
	      RULE_IN_PROGRESS, EALREADY);
	check(&(struct connection){ "udp 0.0.0.0:0", .own_state = STATE_ESTABLISHED, .peer = "127.0.0.1" }, BIND_OK,
	      RULE_CONNECTS, 0);
}

static void the_two_addresses_must_fit(void **state)
{
	(void)state;
	check(&(struct connection){ "tcp [::]:0 6", .peer = "::ffff:127.0.0.1" }, BIND_FAILS, RULE_V6ONLY_CONNECT, ENETUNREACH);
	check(&(struct connection){ "tcp 0.0.0.0:0", .peer = "224.0.0.1" }, BIND_FAILS, RULE_MULTICAST_CONNECT, ENETUNREACH);
	check(&(struct connection){ "tcp [::]:0", .peer = "ff02::1" }, BIND_FAILS, RULE_MULTICAST_CONNECT, ENETUNREACH);
	check(&(struct connection){ "tcp [::ffff:127.0.0.1]:9000", true, .peer = "::1" }, BIND_FAILS, RULE_MAPPED_SOURCE,
	      EAFNOSUPPORT);
	check(&(struct connection){ "tcp 127.0.0.1:9000", true, .peer = "192.0.2.1", .is_elsewhere = true }, BIND_FAILS,
	      RULE_SOURCE_LOOPBACK, EINVAL);
	check(&(struct connection){ "tcp 10.0.0.1:9000", true, .peer = "192.0.2.1", .is_elsewhere = true }, BIND_UNKNOWN,
	      RULE_REMOTE, ECONNREFUSED);
}

static void somebody_must_listen(void **state)
{
	struct connection connection = {
		"tcp 0.0.0.0:0", .peer = "127.0.0.1", .count = 1, .others = { make_other("tcp 0.0.0.0:80 LISTEN") },
	};

	(void)state;
	check(&connection, BIND_OK, RULE_CONNECTS, 0);
	connection.others[0] = make_other("tcp 0.0.0.0:80");
	check(&connection, BIND_FAILS, RULE_NO_LISTENER, ECONNREFUSED);
	connection.others[0] = make_other("tcp 127.0.0.2:80 LISTEN");
	check(&connection, BIND_FAILS, RULE_NO_LISTENER, ECONNREFUSED);
	connection.others[0] = make_other("tcp [::]:80 LISTEN");
	check(&connection, BIND_OK, RULE_CONNECTS, 0);
	connection.others[0] = make_other("tcp [::]:80 LISTEN 6");
	check(&connection, BIND_FAILS, RULE_NO_LISTENER, ECONNREFUSED);
	connection.others[0] = make_other("tcp 0.0.0.0:80 LISTEN dev=2");
	check(&connection, BIND_UNKNOWN, RULE_NO_LISTENER, ECONNREFUSED);
}

static void a_socket_can_connect_to_itself(void **state)
{
	(void)state;
	check(&(struct connection){ "tcp 127.0.0.1:80", true, .peer = "127.0.0.1" }, BIND_OK, RULE_CONNECTS, 0);
	check(&(struct connection){ "tcp 127.0.0.1:81", true, .peer = "127.0.0.1" }, BIND_FAILS, RULE_NO_LISTENER, ECONNREFUSED);
}

static void the_same_four_are_there_once(void **state)
{
	struct connection connection = {
		"tcp 0.0.0.0:9000", true, .peer = "127.0.0.1", .count = 2,
		.others = {
			make_other("tcp [::]:80 LISTEN"), connection_to("tcp 127.0.0.1:9000 ESTABLISHED", "127.0.0.1", 80),
		},
	};

	(void)state;
	check(&connection, BIND_FAILS, RULE_SAME_CONNECTION, EADDRNOTAVAIL);
	connection.others[1].is_timewait = true;
	check(&connection, BIND_FAILS, RULE_TIME_WAIT_CONNECTION, EADDRNOTAVAIL);
	connection.timestamps = TRI_UNKNOWN;
	check(&connection, BIND_UNKNOWN, RULE_TIME_WAIT_CONNECTION, EADDRNOTAVAIL);
	connection.timestamps = TRI_YES;
	check(&connection, BIND_OK, RULE_CONNECTS, 0);
	connection.timestamps = TRI_NO;
	connection.others[1].foreign_port = 81;
	check(&connection, BIND_OK, RULE_CONNECTS, 0);
}

/* The port of a socket that bind() named is not chosen, whatever its address is. */
static void ports_run_out(void **state)
{
	struct bind_host host = plain_host;
	struct bind_sock socks[] = { make_other("tcp 10.0.0.1:9000 LISTEN"), make_other("tcp [::]:80 LISTEN") };
	struct bind_scene scene = { .socks = socks, .count = 2, .host = &host };
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	struct bind_wish tcp = make_wish("tcp 0.0.0.0:0"), udp = make_wish("udp 0.0.0.0:0");
	struct bind_peer peer = { .port = 80, .address = { 127, 0, 0, 1 }, .is_here = true };

	(void)state;
	host.range_low = host.range_high = 9000;
	rules_connect(&tcp, &peer, &scene, &verdict);
	assert_int_equal(verdict.rule, RULE_PORTS_EXHAUSTED);
	assert_int_equal(verdict.error, EADDRNOTAVAIL);
	socks[0].state = STATE_ESTABLISHED;
	socks[0].connect_bound = TRI_YES;
	rules_connect(&tcp, &peer, &scene, &verdict);
	assert_int_equal(verdict.outcome, BIND_OK);
	socks[0] = make_other("udp 10.0.0.1:9000");
	rules_connect(&udp, &peer, &scene, &verdict);
	assert_int_equal(verdict.rule, RULE_PORTS_EXHAUSTED);
	assert_int_equal(verdict.error, EAGAIN);
	rules_verdict_fini(&verdict);
}

/* The unix domain
 * --------------- */

#define NAME(string, is_abstract, path) { .text = (string), .length = strlen(string), .abstract = (is_abstract), .at_path = (path) }

static void check_unix(const struct bind_wish *wish, const struct bind_sock *sock, enum bind_rule rule, int error)
{
	struct bind_scene scene = { .socks = sock, .count = sock != NULL, .host = &plain_host };
	struct bind_verdict verdict = BIND_VERDICT_INIT;

	rules_bind(wish, &scene, &verdict);
	assert_string_equal(rules_id(verdict.rule), rules_id(rule));
	assert_int_equal(verdict.error, error);
	rules_verdict_fini(&verdict);
}

static void whatever_stands_at_a_path_is_in_the_way(void **state)
{
	static const struct {
		enum bind_path path;
		enum bind_rule rule;
		int error;
	} cases[] = {
		{ PATH_FREE, RULE_NAME_FREE, 0 },
		{ PATH_LIVE_SOCKET, RULE_PATH_EXISTS, EADDRINUSE },
		{ PATH_STALE_SOCKET, RULE_PATH_STALE, EADDRINUSE },
		{ PATH_OTHER_FILE, RULE_PATH_OTHER_FILE, EADDRINUSE },
		{ PATH_NO_DIRECTORY, RULE_PATH_NO_DIRECTORY, ENOENT },
		{ PATH_NOT_DIRECTORY, RULE_PATH_NOT_DIRECTORY, ENOTDIR },
		{ PATH_NOT_WRITABLE, RULE_PATH_NOT_WRITABLE, EACCES },
		{ PATH_READ_ONLY, RULE_PATH_READ_ONLY, EROFS },
		{ PATH_UNKNOWN, RULE_PATH_UNKNOWN, EADDRINUSE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bind_wish wish = { .proto = BIND_UNIX_STREAM, .name = NAME("/run/x", false, cases[i].path) };

		check_unix(&wish, NULL, cases[i].rule, cases[i].error);
		wish.is_bound = true;
		if (cases[i].path == PATH_FREE)
			check_unix(&wish, NULL, RULE_SECOND_BIND, EINVAL);
	}
}

static void the_live_socket_at_a_path_is_named(void **state)
{
	struct bind_sock socks[] = {
		{ .proto = BIND_UNIX_STREAM, .name = NAME("/run/y", false, 0) },
		{ .proto = BIND_UNIX_DGRAM, .name = NAME("/run/x", false, 0) },
	};
	struct bind_wish wish = { .proto = BIND_UNIX_STREAM, .name = NAME("/run/x", false, PATH_LIVE_SOCKET) };
	struct bind_scene scene = { .socks = socks, .count = 2, .host = &plain_host };
	struct bind_verdict verdict = BIND_VERDICT_INIT;

	(void)state;
	rules_bind(&wish, &scene, &verdict);
	assert_int_equal(verdict.count, 1);
	assert_int_equal(verdict.blockers[0].index, 1);
	rules_verdict_fini(&verdict);
}

static void abstract_names_are_of_one_type(void **state)
{
	struct bind_sock sock = { .proto = BIND_UNIX_STREAM, .name = NAME("x", true, 0) };
	struct bind_wish wish = { .proto = BIND_UNIX_STREAM, .name = NAME("x", true, 0) };

	(void)state;
	check_unix(&wish, &sock, RULE_ABSTRACT_TAKEN, EADDRINUSE);
	wish.proto = BIND_UNIX_DGRAM;
	check_unix(&wish, &sock, RULE_NAME_FREE, 0);
	wish.proto = BIND_UNIX_STREAM;
	sock.name.abstract = false;
	check_unix(&wish, &sock, RULE_NAME_FREE, 0);
	wish.is_bound = true;
	check_unix(&wish, &sock, RULE_SECOND_BIND, EINVAL);
}

static void a_name_is_what_a_unix_socket_needs_to_listen(void **state)
{
	struct bind_wish wish = { .proto = BIND_UNIX_STREAM, .name = NAME("/run/x", false, PATH_FREE) };
	struct bind_scene scene = { .host = &plain_host };
	struct bind_verdict verdict = BIND_VERDICT_INIT;

	(void)state;
	rules_bind_listen(&wish, &scene, &verdict);
	assert_int_equal(verdict.outcome, BIND_OK);
	assert_int_equal(verdict.step, STEP_LISTEN);
	rules_listen(&wish, &scene, &verdict);
	assert_int_equal(verdict.rule, RULE_UNBOUND_LISTEN);
	wish.proto = BIND_UNIX_DGRAM;
	rules_bind_listen(&wish, &scene, &verdict);
	assert_int_equal(verdict.outcome, BIND_OK);
	assert_int_equal(verdict.step, STEP_BIND);
	rules_verdict_fini(&verdict);
}

static void names_have_108_bytes(void **state)
{
	static const char text[110] = "";
	struct bind_wish wish = { .proto = BIND_UNIX_STREAM, .name = { .text = text, .length = 108 } };

	(void)state;
	check_unix(&wish, NULL, RULE_NAME_FREE, 0);
	wish.name.abstract = true;
	check_unix(&wish, NULL, RULE_NAME_TOO_LONG, EINVAL);
	wish.name.length = 107;
	check_unix(&wish, NULL, RULE_NAME_FREE, 0);
	wish.name = (struct bind_name){ .text = text, .length = 109 };
	check_unix(&wish, NULL, RULE_NAME_TOO_LONG, EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_state_of_the_socket_comes_first),
		cmocka_unit_test(the_two_addresses_must_fit),
		cmocka_unit_test(somebody_must_listen),
		cmocka_unit_test(a_socket_can_connect_to_itself),
		cmocka_unit_test(the_same_four_are_there_once),
		cmocka_unit_test(ports_run_out),
		cmocka_unit_test(whatever_stands_at_a_path_is_in_the_way),
		cmocka_unit_test(the_live_socket_at_a_path_is_named),
		cmocka_unit_test(abstract_names_are_of_one_type),
		cmocka_unit_test(a_name_is_what_a_unix_socket_needs_to_listen),
		cmocka_unit_test(names_have_108_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
