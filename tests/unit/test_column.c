/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of every column, known and unknown.  How columns share a screen is test_columns_fit.c's. */
#include "helpers.h"

#include <locale.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/column.h"
#include "model/names.h"
#include "model/table.h"

#define SEEN_NS (1000 * NS_PER_S)

/* A row and what its texts depend on. */
struct fixture {
	struct row row;
	struct names names;
	struct column_context context;
	struct buf out;
};

static int setup(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){
		.row = { .sock = make_sock(1, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:40000"), .seen_ns = SEEN_NS },
		.names = NAMES_INIT,
		.context = { .names = &fixture.names, .now_ns = SEEN_NS },
	};
	name_learn(&fixture.names.of[NAME_USER], name_number(0), "root", true, 0);
	name_learn(&fixture.names.of[NAME_USER], name_number(4711), NULL, true, 0);
	name_learn(&fixture.names.of[NAME_USER], name_number(666), "ev\033[2Jil", true, 0);
	name_learn(&fixture.names.of[NAME_DEVICE], name_number(1), "lo", true, 0);
	name_learn(&fixture.names.of[NAME_DEVICE], name_number(3), "v\xc2\x9b" "31m", true, 0);
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

static void check_text(struct fixture *fixture, enum column_id column, const char *expected)
{
	columns[column].text(&fixture->out, &fixture->row, &fixture->context);
	assert_text(&fixture->out, expected);
}

static void the_protocol_has_a_6_for_ipv6(void **state)
{
	struct fixture *fixture = *state;
	struct sock *sock = &fixture->row.sock;

	check_text(fixture, COLUMN_PROTO, "tcp");
	sock->family = FAMILY_INET6;
	check_text(fixture, COLUMN_PROTO, "tcp6");
	sock->proto = PROTO_UDP;
	check_text(fixture, COLUMN_PROTO, "udp6");
	sock->family = FAMILY_INET;
	check_text(fixture, COLUMN_PROTO, "udp");
}

static void queues_are_bytes_or_unknown(void **state)
{
	struct fixture *fixture = *state;
	struct sock *sock = &fixture->row.sock;

	sock->recv_queue = 0;
	sock->send_queue = UINT32_MAX;
	check_text(fixture, COLUMN_RECV_QUEUE, "0");
	check_text(fixture, COLUMN_SEND_QUEUE, "4294967295");
	sock->have &= ~(uint32_t)HAVE_QUEUES;
	check_text(fixture, COLUMN_RECV_QUEUE, "-");
	check_text(fixture, COLUMN_SEND_QUEUE, "-");
}

static void endpoints_are_written_with_their_port(void **state)
{
	static const struct {
		const char *local, *foreign, *local_text, *foreign_text;
	} cases[] = {
		{ "127.0.0.1:80", "255.255.255.255:65535", "127.0.0.1:80", "255.255.255.255:65535" },
		{ "0.0.0.0:9999", NULL, "0.0.0.0:9999", "0.0.0.0:*" },
		{ "[::]:9999", NULL, "[::]:9999", "[::]:*" },
		{ "[::1]:80", "[2001:db8::1]:40000", "[::1]:80", "[2001:db8::1]:40000" },
		{ "[::ffff:127.0.0.1]:80", "[::ffff:10.0.0.1]:1", "[::ffff:127.0.0.1]:80", "[::ffff:10.0.0.1]:1" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		fixture->row.sock = make_sock(1, STATE_ESTABLISHED, cases[i].local, cases[i].foreign);
		check_text(fixture, COLUMN_LOCAL, cases[i].local_text);
		check_text(fixture, COLUMN_FOREIGN, cases[i].foreign_text);
	}
}

static void the_device_stands_behind_the_local_address(void **state)
{
	struct fixture *fixture = *state;

	fixture->row.sock.ifindex = 1;
	check_text(fixture, COLUMN_LOCAL, "127.0.0.1%lo:80");
	check_text(fixture, COLUMN_FOREIGN, "127.0.0.1:40000");
	fixture->row.sock.ifindex = 2;
	check_text(fixture, COLUMN_LOCAL, "127.0.0.1%2:80");
	fixture->row.sock.ifindex = 3;
	check_text(fixture, COLUMN_LOCAL, "127.0.0.1%v\\u009b31m:80");
	fixture->row.sock = make_sock(1, STATE_LISTEN, "[fe80::1]:53", NULL);
	fixture->row.sock.ifindex = 1;
	check_text(fixture, COLUMN_LOCAL, "[fe80::1]%lo:53");
}

/* What is not known stays a number; a wildcard has no name, whatever is in the cache. */
static void names_stand_where_numbers_stood(void **state)
{
	struct fixture *fixture = *state;
	struct name_cache *hosts = &fixture->names.of[NAME_HOST], *services = &fixture->names.of[NAME_SERVICE];
	const struct sock six = make_sock(1, STATE_ESTABLISHED, "[::1]:80", "[2001:db8::1]:80");

	name_learn(hosts, name_address(FAMILY_INET, fixture->row.sock.local), "localhost", true, 0);
	name_learn(hosts, name_address(FAMILY_INET6, six.local), "ip6-localhost", true, 0);
	name_learn(services, name_service(PROTO_TCP, 80), "http", true, 0);
	check_text(fixture, COLUMN_LOCAL, "127.0.0.1:80");
	fixture->names.resolve = true;
	fixture->row.sock.ifindex = 1;
	check_text(fixture, COLUMN_LOCAL, "localhost%lo:http");
	check_text(fixture, COLUMN_FOREIGN, "localhost:40000");
	fixture->row.sock.proto = PROTO_UDP;
	check_text(fixture, COLUMN_FOREIGN, "localhost:40000");
	check_text(fixture, COLUMN_LOCAL, "localhost%lo:80");
	fixture->row.sock = six;
	check_text(fixture, COLUMN_LOCAL, "ip6-localhost:http");
	check_text(fixture, COLUMN_FOREIGN, "[2001:db8::1]:http");
	fixture->context.numeric = true;
	check_text(fixture, COLUMN_LOCAL, "[::1]:80");
}

static void what_name_servers_say_is_cleaned(void **state)
{
	struct fixture *fixture = *state;

	fixture->names.resolve = true;
	name_learn(&fixture->names.of[NAME_HOST], name_address(FAMILY_INET, fixture->row.sock.local), "\033]0;\xff\u202e", true, 0);
	name_learn(&fixture->names.of[NAME_SERVICE], name_service(PROTO_TCP, 80), "\033c", true, 0);
	check_text(fixture, COLUMN_LOCAL, "\\x1b]0;\\xff\\u202e:\\x1bc");
}

static void check_cut(struct fixture *fixture, const char *text, size_t width, const char *expected)
{
	column_cut(&fixture->out, &columns[COLUMN_FOREIGN], text, width);
	assert_text(&fixture->out, expected);
}

static void names_are_cut_so_that_the_port_stays(void **state)
{
	struct fixture *fixture = *state;

	check_cut(fixture, "host.example.com:microsoft-ds", 29, "host.example.com:microsoft-ds");
	check_cut(fixture, "host.example.com:microsoft-ds", 21, "host.ex\u2026:microsoft-ds");
	check_cut(fixture, "host.example.com:microsoft-ds", 15, "h\u2026:microsoft-ds");
	check_cut(fixture, "host.example.com:microsoft-ds", 14, "host.ex\u2026oft-ds");
	check_cut(fixture, "server.long.name.example.com:80", 21, "server.lon\u2026ple.com:80");
	check_cut(fixture, "name-without-a-port", 10, "name-\u2026port");
}

static void states_have_netstats_names(void **state)
{
	static const struct {
		uint8_t state;
		const char *text;
	} cases[] = {
		{ 1, "ESTABLISHED" }, { 2, "SYN_SENT" },   { 3, "SYN_RECV" }, { 4, "FIN_WAIT1" },    { 5, "FIN_WAIT2" },
		{ 6, "TIME_WAIT" },   { 7, "CLOSE" },      { 8, "CLOSE_WAIT" }, { 9, "LAST_ACK" },   { 10, "LISTEN" },
		{ 11, "CLOSING" },    { STATE_BOUND, "BOUND" }, { STATE_UNCONN, "UNCONN" },
		{ STATE_RAW + 13, "13" }, { STATE_RAW + 0, "0" }, { STATE_RAW + 136, "136" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		fixture->row.sock.state = cases[i].state;
		check_text(fixture, COLUMN_STATE, cases[i].text);
	}
}

static void timers_say_their_kind_and_what_is_left(void **state)
{
	static const struct {
		uint8_t timer, retrans;
		uint32_t ms;
		const char *text;
	} cases[] = {
		{ TIMER_OFF, 0, 0, "-" },
		{ TIMER_OFF, 0, 5000, "-" },
		{ TIMER_TIMEWAIT, 0, 47012, "00:47" },
		{ TIMER_TIMEWAIT, 0, 60000, "01:00" },
		{ TIMER_TIMEWAIT, 0, 999, "00:00" },
		{ TIMER_ON, 0, 204, "on=00:00" },
		{ TIMER_ON, 3, 1500, "on=00:01/3" },
		{ TIMER_KEEPALIVE, 0, 7199999, "keep=1:59:59" },
		{ TIMER_KEEPALIVE, 255, 59000, "keep=00:59/255" },
		{ TIMER_PERSIST, 1, 3600000, "persist=1:00:00/1" },
		{ 9, 0, 61000, "unknown=01:01" },
		{ TIMER_ON, 0, UINT32_MAX, "on=1193:02:47" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		fixture->row.sock.timer = cases[i].timer;
		fixture->row.sock.retrans = cases[i].retrans;
		fixture->row.sock.timer_ms = cases[i].ms;
		check_text(fixture, COLUMN_TIMER, cases[i].text);
	}
	fixture->row.sock.have &= ~(uint32_t)HAVE_TIMER;
	check_text(fixture, COLUMN_TIMER, "-");
}

static void timers_run_on_between_snapshots(void **state)
{
	static const struct {
		uint64_t now_ns;
		const char *text;
	} cases[] = {
		{ SEEN_NS, "01:00" },
		{ SEEN_NS + 1, "01:00" },
		{ SEEN_NS + NS_PER_MS, "00:59" },
		{ SEEN_NS + 30 * NS_PER_S, "00:30" },
		{ SEEN_NS + 60 * NS_PER_S, "00:00" },
		{ SEEN_NS + 3600 * NS_PER_S, "00:00" },
		{ SEEN_NS - NS_PER_S, "01:00" },
	};
	struct fixture *fixture = *state;

	fixture->row.sock.timer = TIMER_TIMEWAIT;
	fixture->row.sock.timer_ms = 60000;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		fixture->context.now_ns = cases[i].now_ns;
		check_text(fixture, COLUMN_TIMER, cases[i].text);
	}
}

static void flags_are_letters_and_a_question_mark_for_what_decides(void **state)
{
	const unsigned asked = FLAG_REUSEADDR | FLAG_REUSEPORT;
	static const char *const v4 = "0.0.0.0:80", *const v6 = "[::]:80";
	const struct {
		const char *local;
		unsigned known, set;
		const char *text;
	} cases[] = {
		{ v4, 0, 0, "?" },
		{ v4, asked, 0, "-" },
		{ v4, asked, FLAG_REUSEADDR, "A" },
		{ v4, asked, FLAG_REUSEPORT, "P" },
		{ v4, asked, asked, "AP" },
		{ v4, FLAG_REUSEADDR, FLAG_REUSEADDR, "A?" },
		{ v4, FLAG_FREEBIND, 0, "?" },
		{ v4, FLAG_FREEBIND, FLAG_FREEBIND, "F?" },
		{ v6, asked, 0, "?" },
		{ v6, asked, asked, "AP?" },
		{ v6, FLAG_V6ONLY, FLAG_V6ONLY, "6?" },
		{ v6, asked | FLAG_V6ONLY, 0, "-" },
		{ v6, asked | FLAG_V6ONLY, FLAG_V6ONLY, "6" },
		{ v6, 0x3f, 0x3f, "AP6FTN" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct row row = { .sock = make_sock(1, STATE_LISTEN, cases[i].local, NULL) };

		row.sock.flags = (struct sock_flags){ .known = (uint8_t)cases[i].known, .set = (uint8_t)cases[i].set };
		columns[COLUMN_FLAGS].text(&fixture->out, &row, &fixture->context);
		assert_text(&fixture->out, cases[i].text);
	}
}

static void users_are_named_where_they_have_a_name(void **state)
{
	struct fixture *fixture = *state;
	struct sock *sock = &fixture->row.sock;

	check_text(fixture, COLUMN_USER, "root");
	sock->uid = 4711;
	check_text(fixture, COLUMN_USER, "4711");
	sock->uid = 12;
	check_text(fixture, COLUMN_USER, "12");
	sock->uid = 666;
	check_text(fixture, COLUMN_USER, "ev\\x1b[2Jil");
	sock->uid = 0;
	sock->have &= ~(uint32_t)HAVE_UID;
	check_text(fixture, COLUMN_USER, "-");
}

static void inode_and_cookie_are_numbers(void **state)
{
	struct fixture *fixture = *state;

	fixture->row.sock.inode = 0;
	fixture->row.sock.cookie = UINT64_MAX;
	check_text(fixture, COLUMN_INODE, "0");
	check_text(fixture, COLUMN_COOKIE, "18446744073709551615");
	fixture->row.sock.inode = UINT32_MAX;
	check_text(fixture, COLUMN_INODE, "4294967295");
}

static struct owner prefork[] = {
	{ .pid = 10, .fd = 3, .comm = "server" },
	{ .pid = 10, .fd = 4, .comm = "server" },
	{ .pid = 11, .fd = 3, .comm = "worker" },
	{ .pid = 4194304, .fd = 3, .comm = "fifteen letters" },
};

static void set_owners(struct fixture *fixture, uint32_t count, bool former)
{
	give_owners(&fixture->row, prefork, count);
	fixture->row.owners_former = former;
}

/* A process that holds it twice is named once. */
static void every_owner_is_named(void **state)
{
	static const struct {
		uint32_t count;
		bool former;
		const char *full, *brief;
	} cases[] = {
		{ 0, false, "-", "-" },
		{ 1, false, "10/server", "10/server" },
		{ 2, false, "10/server", "10/server" },
		{ 3, false, "10/server,11/worker", "10/server +1" },
		{ 4, false, "10/server,11/worker,4194304/fifteen letters", "10/server +2" },
		{ 2, true, "(10/server)", "(10/server)" },
		{ 4, true, "(10/server,11/worker,4194304/fifteen letters)", "(10/server +2)" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		set_owners(fixture, cases[i].count, cases[i].former);
		fixture->context.brief = false;
		check_text(fixture, COLUMN_OWNERS, cases[i].full);
		fixture->context.brief = true;
		check_text(fixture, COLUMN_OWNERS, cases[i].brief);
	}
}

static void a_hostile_name_is_escaped(void **state)
{
	struct owner evil[] = {
		{ .pid = 1, .comm = "a\033]0;x\a\r\n" },
		{ .pid = 2, .comm = "\xe2\x80\xae\xff" },
	};
	struct fixture *fixture = *state;

	set_owners(fixture, 2, false);
	fixture->row.owners = evil;
	check_text(fixture, COLUMN_OWNERS, "1/a\\x1b]0;x\\x07\\x0d\\x0a,2/\\u202e\\xff");
}

static void columns_are_complete_and_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		const struct column *column = &columns[i];

		assert_non_null(column->text);
		assert_true(strlen(column->id) > 0 && strlen(column->title) > 0);
		assert_true(strlen(column->help) > 0 && column->help[strlen(column->help) - 1] != '.');
		assert_true(column->least_width > 0);
		for (size_t other = 0; other < i; other++)
			assert_string_not_equal(columns[other].id, column->id);
	}
}

static void extended_columns_are_shown_when_asked_for(void **state)
{
	const struct column *shown[COLUMN_COUNT];

	(void)state;
	size_t all = columns_select(VIEW_EXTENDED, shown);
	for (size_t i = 0; i < all; i++) {
		assert_false(shown[i]->named);
		assert_true(i == 0 || shown[i] > shown[i - 1]); /* in the order of the table */
	}
	size_t count = columns_select(VIEW_LIVE, shown);
	assert_int_equal(count, all - 2);
	for (size_t i = 0; i < count; i++)
		assert_false(shown[i]->extended || shown[i]->named);
	count = columns_select(VIEW_LIST, shown);
	assert_int_equal(count, all - 3);
	for (size_t i = 0; i < count; i++)
		assert_false(shown[i]->live || shown[i]->extended || shown[i]->named);
}

static void a_cut_leaves_the_end_of_some_columns(void **state)
{
	struct fixture *fixture = *state;

	column_cut(&fixture->out, &columns[COLUMN_LOCAL], "127.0.0.1:9999", 10);
	assert_text(&fixture->out, "127.0\u20269999");
	column_cut(&fixture->out, &columns[COLUMN_USER], "127.0.0.1:9999", 10);
	assert_text(&fixture->out, "127.0.0.1\u2026");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_protocol_has_a_6_for_ipv6),
		TEST(queues_are_bytes_or_unknown),
		TEST(endpoints_are_written_with_their_port),
		TEST(the_device_stands_behind_the_local_address),
		TEST(names_stand_where_numbers_stood),
		TEST(what_name_servers_say_is_cleaned),
		TEST(names_are_cut_so_that_the_port_stays),
		TEST(states_have_netstats_names),
		TEST(timers_say_their_kind_and_what_is_left),
		TEST(timers_run_on_between_snapshots),
		TEST(flags_are_letters_and_a_question_mark_for_what_decides),
		TEST(users_are_named_where_they_have_a_name),
		TEST(inode_and_cookie_are_numbers),
		TEST(every_owner_is_named),
		TEST(a_hostile_name_is_escaped),
		TEST(columns_are_complete_and_unique),
		TEST(extended_columns_are_shown_when_asked_for),
		TEST(a_cut_leaves_the_end_of_some_columns),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
