/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A socket in words: what its state means, and whose bind() it is in the way of. */
#include "helpers.h"

#include <string.h>

#include "base/clock.h"
#include "model/column.h"
#include "model/explain.h"
#include "model/names.h"
#include "model/table.h"

#define SEEN_NS (1000 * NS_PER_S)

struct fixture {
	struct row row;
	struct names names;
	struct buf out;
};

static int setup(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ .names = NAMES_INIT };
	name_learn(&fixture.names.of[NAME_DEVICE], name_number(1), "lo", true, 0);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	names_fini(&fixture->names);
	buf_fini(&fixture->out);
	return 0;
}

static struct row *become(struct fixture *fixture, enum sock_state state, const char *local, const char *foreign)
{
	fixture->row = (struct row){ .sock = make_sock(1, state, local, foreign), .seen_ns = SEEN_NS };
	if (state == STATE_TIME_WAIT)
		fixture->row.sock.timer = TIMER_TIMEWAIT;
	return &fixture->row;
}

static void check_blocks(struct fixture *fixture, const char *expected)
{
	const struct column_context context = { .names = &fixture->names, .now_ns = SEEN_NS };

	explain_blocks(&fixture->out, &fixture->row, &context);
	assert_text(&fixture->out, expected);
}

#define EITHER ", unless both have SO_REUSEADDR, or both SO_REUSEPORT and the same user."
#define LEFT_OVER                                                                                                              \
	", unless both the socket that was closed and the new one have SO_REUSEADDR, or both SO_REUSEPORT."
#define LISTENER                                                                                                               \
	", unless both have SO_REUSEPORT and the same user; SO_REUSEADDR does not help against a listener."

static void an_ipv4_address_is_in_the_way_of_itself_and_the_wildcards(void **state)
{
	struct fixture *fixture = *state;

	become(fixture, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:4000");
	check_blocks(fixture, "No other socket can bind() to 127.0.0.1:80, 0.0.0.0:80 or, without IPV6_V6ONLY, [::]:80" EITHER);
	become(fixture, STATE_ESTABLISHED, "[::ffff:127.0.0.1]:80", "[::ffff:127.0.0.1]:4000");
	check_blocks(fixture, "No other socket can bind() to 127.0.0.1:80, 0.0.0.0:80 or, without IPV6_V6ONLY, [::]:80" EITHER);
	become(fixture, STATE_UNCONN, "0.0.0.0:53", NULL);
	check_blocks(fixture, "No other socket can bind() to port 53 of any IPv4 address or, without IPV6_V6ONLY, [::]:53" EITHER);
}

static void an_ipv6_address_is_in_the_way_of_ipv4_without_v6only(void **state)
{
	static const struct {
		const char *local;
		struct sock_flags flags;
		const char *text;
	} cases[] = {
		{ "[::]:80", { FLAG_V6ONLY, FLAG_V6ONLY }, "port 80 of any IPv6 address" },
		{ "[::]:80", { FLAG_V6ONLY, 0 },
		  "port 80 of any IPv6 address or, as this one has no IPV6_V6ONLY, any IPv4 address" },
		{ "[::]:80", { 0, 0 }, "port 80 of any IPv6 address or, as this one may have no IPV6_V6ONLY, any IPv4 address" },
		{ "[::1]:80", { FLAG_V6ONLY, FLAG_V6ONLY }, "[::1]:80 or [::]:80" },
		{ "[::1]:80", { FLAG_V6ONLY, 0 }, "[::1]:80, [::]:80 or, as this one has no IPV6_V6ONLY, 0.0.0.0:80" },
		{ "[::1]:80", { 0, 0 }, "[::1]:80, [::]:80 or, as this one may have no IPV6_V6ONLY, 0.0.0.0:80" },
	};
	struct fixture *fixture = *state;
	struct buf expected = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sock *sock = &become(fixture, STATE_BOUND, cases[i].local, NULL)->sock;

		sock->flags = cases[i].flags;
		buf_clear(&expected);
		buf_printf(&expected, "No other socket can bind() to %s" EITHER, cases[i].text);
		check_blocks(fixture, buf_str(&expected));
	}
	buf_fini(&expected);
}

/* BINDING: every state alike, but for LISTEN, and for those that no process has any more. */
static void what_helps_depends_on_the_state(void **state)
{
	static const struct {
		enum sock_state state;
		enum sock_timer timer;
		const char *text;
	} cases[] = {
		{ STATE_LISTEN, TIMER_OFF, LISTENER },       { STATE_BOUND, TIMER_OFF, EITHER },
		{ STATE_SYN_SENT, TIMER_ON, EITHER },        { STATE_ESTABLISHED, TIMER_KEEPALIVE, EITHER },
		{ STATE_FIN_WAIT1, TIMER_ON, EITHER },       { STATE_FIN_WAIT2, TIMER_OFF, EITHER },
		{ STATE_FIN_WAIT2, TIMER_TIMEWAIT, LEFT_OVER }, { STATE_TIME_WAIT, TIMER_TIMEWAIT, LEFT_OVER },
		{ STATE_CLOSE_WAIT, TIMER_OFF, EITHER },     { STATE_LAST_ACK, TIMER_ON, EITHER },
		{ STATE_CLOSING, TIMER_ON, EITHER },         { STATE_UNCONN, TIMER_OFF, EITHER },
	};
	struct fixture *fixture = *state;
	struct buf expected = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		become(fixture, cases[i].state, "10.0.0.1:80", "10.0.0.2:1")->sock.timer = (uint8_t)cases[i].timer;
		buf_clear(&expected);
		buf_printf(&expected, "No other socket can bind() to 10.0.0.1:80, 0.0.0.0:80 or, without IPV6_V6ONLY, [::]:80%s",
			   cases[i].text);
		check_blocks(fixture, buf_str(&expected));
	}
	buf_fini(&expected);
}

static void what_helps_is_certain_where_the_flags_are_known(void **state)
{
	const uint8_t both = FLAG_REUSEADDR | FLAG_REUSEPORT;
	const struct {
		enum sock_state state;
		struct sock_flags flags;
		const char *text;
	} cases[] = {
		{ STATE_ESTABLISHED, { both, 0 }, "." },
		{ STATE_ESTABLISHED, { both, FLAG_REUSEADDR }, ", unless it has SO_REUSEADDR too." },
		{ STATE_ESTABLISHED, { both, FLAG_REUSEPORT }, ", unless it has SO_REUSEPORT too and the same user." },
		{ STATE_BOUND, { both, both }, ", unless it has SO_REUSEADDR too, or SO_REUSEPORT too and the same user." },
		{ STATE_TIME_WAIT, { both, 0 }, "." },
		{ STATE_TIME_WAIT, { both, both }, ", unless it has SO_REUSEADDR too, or SO_REUSEPORT too." },
		{ STATE_LISTEN, { both, FLAG_REUSEADDR }, "; SO_REUSEADDR does not help against a listener." },
		{ STATE_LISTEN, { both, both },
		  ", unless it has SO_REUSEPORT too and the same user; SO_REUSEADDR does not help against a listener." },
		{ STATE_ESTABLISHED, { FLAG_REUSEADDR, FLAG_REUSEADDR }, EITHER },
		{ STATE_ESTABLISHED, { FLAG_REUSEPORT, 0 }, EITHER },
	};
	struct fixture *fixture = *state;
	struct buf expected = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		become(fixture, cases[i].state, "10.0.0.1:80", "10.0.0.2:1")->sock.flags = cases[i].flags;
		buf_clear(&expected);
		buf_printf(&expected, "No other socket can bind() to 10.0.0.1:80, 0.0.0.0:80 or, without IPV6_V6ONLY, [::]:80%s",
			   cases[i].text);
		check_blocks(fixture, buf_str(&expected));
	}
	buf_fini(&expected);
}

static void a_device_lets_others_in(void **state)
{
	struct fixture *fixture = *state;

	become(fixture, STATE_UNCONN, "0.0.0.0:53", NULL)->sock.ifindex = 1;
	check_blocks(fixture, "No other socket can bind() to port 53 of any IPv4 address or, without IPV6_V6ONLY, [::]:53, unless "
			      "both have SO_REUSEADDR, or both SO_REUSEPORT and the same user; it can if it is bound to another "
			      "device than lo.");
}

static void who_is_in_nobodys_way_says_nothing(void **state)
{
	struct fixture *fixture = *state;

	become(fixture, STATE_SYN_RECV, "127.0.0.1:80", "127.0.0.1:4000");
	check_blocks(fixture, "");
	become(fixture, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:4000")->life = ROW_GONE;
	check_blocks(fixture, "");
	become(fixture, STATE_UNCONN, "0.0.0.0:0", NULL);
	check_blocks(fixture, "");
}

static void every_state_means_something_else(void **state)
{
	struct fixture *fixture = *state;
	const struct column_context context = { .names = &fixture->names, .now_ns = SEEN_NS };
	char said[STATE_COUNT][32];

	for (unsigned i = STATE_ESTABLISHED; i < STATE_COUNT; i++) {
		become(fixture, i, "127.0.0.1:80", "127.0.0.1:4000");
		explain_state(&fixture->out, &fixture->row, &context);
		assert_true(fixture->out.length > 0 && fixture->out.data[fixture->out.length - 1] == '.');
		strncpy(said[i], buf_str(&fixture->out), sizeof(said[i]) - 1);
		said[i][sizeof(said[i]) - 1] = '\0';
		buf_clear(&fixture->out);
		for (unsigned other = STATE_ESTABLISHED; other < i; other++)
			assert_string_not_equal(said[i], said[other]);
	}
	become(fixture, STATE_RAW + 13, "127.0.0.1:80", NULL);
	explain_state(&fixture->out, &fixture->row, &context);
	assert_non_null(strstr(fixture->out.data, "does not know"));
}

static void time_wait_says_what_is_left_now(void **state)
{
	struct fixture *fixture = *state;
	const struct column_context context = { .names = &fixture->names, .now_ns = SEEN_NS + 3 * NS_PER_S };

	become(fixture, STATE_TIME_WAIT, "127.0.0.1:80", "127.0.0.1:4000")->sock.timer_ms = 50000;
	explain_state(&fixture->out, &fixture->row, &context);
	assert_non_null(strstr(fixture->out.data, " 47 s are left"));
}

/* The kernel drops when more than the limit wait, and not when as many do. */
static void a_listeners_queue_says_when_it_is_full(void **state)
{
	struct fixture *fixture = *state;
	struct sock *sock = &become(fixture, STATE_LISTEN, "127.0.0.1:80", NULL)->sock;

	sock->send_queue = sock->recv_queue = 1;
	explain_queues(&fixture->out, &fixture->row);
	assert_text(&fixture->out, "1 connection waits for accept(); with more than 1 (what listen() asked for, and at most "
				   "net.core.somaxconn) the queue is full. ");
	sock->recv_queue = 2;
	explain_queues(&fixture->out, &fixture->row);
	assert_non_null(strstr(fixture->out.data, "2 connections wait"));
	assert_non_null(strstr(fixture->out.data, "The queue is full: the kernel drops"));
}

static void bytes_in_queues_are_counted_in_words(void **state)
{
	struct fixture *fixture = *state;
	struct sock *sock = &become(fixture, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:4000")->sock;

	explain_queues(&fixture->out, &fixture->row);
	assert_text(&fixture->out, "");
	sock->recv_queue = sock->send_queue = 1;
	explain_queues(&fixture->out, &fixture->row);
	assert_text(&fixture->out, "1 byte waits for the program to read it. 1 byte is sent or to be sent, and not acknowledged. ");
	sock->recv_queue = sock->send_queue = 2;
	explain_queues(&fixture->out, &fixture->row);
	assert_text(&fixture->out, "2 bytes wait for the program to read them. 2 bytes are sent or to be sent, and not "
				   "acknowledged. ");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_ipv4_address_is_in_the_way_of_itself_and_the_wildcards),
		TEST(an_ipv6_address_is_in_the_way_of_ipv4_without_v6only),
		TEST(what_helps_depends_on_the_state),
		TEST(what_helps_is_certain_where_the_flags_are_known),
		TEST(a_device_lets_others_in),
		TEST(who_is_in_nobodys_way_says_nothing),
		TEST(every_state_means_something_else),
		TEST(time_wait_says_what_is_left_now),
		TEST(a_listeners_queue_says_when_it_is_full),
		TEST(bytes_in_queues_are_counted_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
