/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <string.h>

#include "model/query.h"
#include "model/table.h"

#define START_NS UINT64_C(1000000000000)
#define STEP_NS (TABLE_LINGER_NS / 4)

static void see(struct table *table, struct sock sock)
{
	table_see(table, &sock);
}

static void end_classes(struct table *table)
{
	for (unsigned proto = 0; proto < PROTO_COUNT; proto++) {
		for (unsigned family = 0; family < FAMILY_COUNT; family++)
			table_end_class(table, proto, family);
	}
}

/* One complete snapshot of so many sockets. */
static void snapshot(struct table *table, uint64_t now_ns, const struct sock *socks, size_t count)
{
	table_begin(table, now_ns);
	for (size_t i = 0; i < count; i++)
		table_see(table, &socks[i]);
	end_classes(table);
	table_end(table);
}

static const struct row *row_of(const struct table *table, uint64_t cookie)
{
	uint32_t at = table_find(table, 0, cookie);

	assert_int_not_equal(at, MAP_NONE);
	assert_true(at < table->count);
	assert_int_equal(table->rows[at].sock.cookie, cookie);
	return &table->rows[at];
}

static void the_first_snapshot_has_nothing_new(void **state)
{
	const struct sock listener = make_listener(1, 80);
	struct table table;

	(void)state;
	table_init(&table);
	snapshot(&table, START_NS, &listener, 1);
	assert_int_equal(table.count, 1);
	assert_int_equal(row_of(&table, 1)->life, ROW_ALIVE);
	assert_int_equal(row_of(&table, 1)->seen_ns, START_NS);
	assert_int_equal(table_find(&table, 0, 2), MAP_NONE);
	table_fini(&table);
}

static void a_new_row_is_marked_for_a_while(void **state)
{
	const struct sock socks[] = { make_listener(1, 80), make_listener(2, 81) };
	struct table table;

	(void)state;
	table_init(&table);
	snapshot(&table, START_NS, socks, 1);
	snapshot(&table, START_NS + STEP_NS, socks, 2);
	assert_int_equal(row_of(&table, 1)->life, ROW_ALIVE);
	assert_int_equal(row_of(&table, 2)->life, ROW_NEW);
	snapshot(&table, START_NS + 2 * STEP_NS, socks, 2);
	assert_int_equal(row_of(&table, 2)->life, ROW_NEW);
	assert_false(table_expire(&table, START_NS + STEP_NS + TABLE_LINGER_NS - 1));
	assert_int_equal(row_of(&table, 2)->life, ROW_NEW);
	assert_true(table_expire(&table, START_NS + STEP_NS + TABLE_LINGER_NS));
	assert_int_equal(row_of(&table, 2)->life, ROW_ALIVE);
	assert_false(table_expire(&table, START_NS + STEP_NS + TABLE_LINGER_NS));
	table_fini(&table);
}

static void assert_endpoints(const struct sock *sock, const struct sock *expected)
{
	assert_int_equal(sock->state, expected->state);
	assert_int_equal(sock->local_port, expected->local_port);
	assert_int_equal(sock->foreign_port, expected->foreign_port);
	assert_memory_equal(sock->local, expected->local, sizeof(sock->local));
	assert_memory_equal(sock->foreign, expected->foreign, sizeof(sock->foreign));
}

static void a_change_of_identity_is_marked(void **state)
{
	const struct sock before = make_sock(1, STATE_BOUND, "127.0.0.1:80", NULL);
	const struct sock after[] = {
		make_sock(1, STATE_LISTEN, "127.0.0.1:80", NULL),
		make_sock(1, STATE_BOUND, "127.0.0.1:81", NULL),
		make_sock(1, STATE_BOUND, "127.0.0.2:80", NULL),
		make_sock(1, STATE_BOUND, "127.0.0.1:80", "0.0.0.0:1"),
		make_sock(1, STATE_BOUND, "127.0.0.1:80", "1.0.0.0:0"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(after); i++) {
		struct table table;

		table_init(&table);
		snapshot(&table, START_NS, &before, 1);
		snapshot(&table, START_NS + STEP_NS, &after[i], 1);
		assert_int_equal(table.count, 1);
		assert_int_equal(row_of(&table, 1)->life, ROW_CHANGED);
		assert_endpoints(&row_of(&table, 1)->sock, &after[i]);
		table_expire(&table, START_NS + STEP_NS + TABLE_LINGER_NS);
		assert_int_equal(row_of(&table, 1)->life, ROW_ALIVE);
		table_fini(&table);
	}
}

static void queues_and_timers_change_without_a_mark(void **state)
{
	struct sock sock = make_sock(1, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:40000");
	struct table table;

	(void)state;
	table_init(&table);
	snapshot(&table, START_NS, &sock, 1);
	sock.recv_queue = 77;
	sock.timer = TIMER_KEEPALIVE;
	sock.timer_ms = 5000;
	snapshot(&table, START_NS + STEP_NS, &sock, 1);
	assert_int_equal(row_of(&table, 1)->life, ROW_ALIVE);
	assert_int_equal(row_of(&table, 1)->sock.recv_queue, 77);
	assert_int_equal(row_of(&table, 1)->sock.timer_ms, 5000);
	assert_int_equal(row_of(&table, 1)->seen_ns, START_NS + STEP_NS);
	table_fini(&table);
}

static void a_row_is_gone_when_its_own_dump_ends_without_it(void **state)
{
	struct table table;

	(void)state;
	table_init(&table);
	table_begin(&table, START_NS);
	see(&table, make_sock(1, STATE_LISTEN, "[::]:80", NULL));
	table_end(&table);
	table_begin(&table, START_NS + STEP_NS);
	table_end_class(&table, PROTO_TCP, FAMILY_INET);
	table_end_class(&table, PROTO_UDP, FAMILY_INET);
	table_end_class(&table, PROTO_UDP, FAMILY_INET6);
	assert_int_equal(row_of(&table, 1)->life, ROW_ALIVE);
	table_end_class(&table, PROTO_TCP, FAMILY_INET6);
	assert_int_equal(row_of(&table, 1)->life, ROW_GONE);
	table_end(&table);
	assert_int_equal(row_of(&table, 1)->life, ROW_GONE);
	assert_int_equal(row_of(&table, 1)->sock.local_port, 80);
	assert_int_equal(row_of(&table, 1)->seen_ns, START_NS);
	table_fini(&table);
}

static void an_interrupted_snapshot_infers_nothing(void **state)
{
	struct table table;

	(void)state;
	table_init(&table);
	snapshot(&table, START_NS, (struct sock[]){ make_listener(1, 80), make_listener(2, 81) }, 2);
	table_begin(&table, START_NS + STEP_NS);
	see(&table, make_listener(2, 81));
	table_end(&table);
	assert_int_equal(table.count, 2);
	assert_int_equal(row_of(&table, 1)->life, ROW_ALIVE);
	table_fini(&table);
}

/* From when it was missed first, however often it is missed after that. */
static void a_gone_row_stays_for_a_while(void **state)
{
	const struct sock socks[] = { make_listener(1, 80), make_listener(2, 81) };
	struct table table;

	(void)state;
	table_init(&table);
	snapshot(&table, START_NS, socks, 2);
	snapshot(&table, START_NS + STEP_NS, socks, 1);
	snapshot(&table, START_NS + 2 * STEP_NS, socks, 1);
	assert_int_equal(row_of(&table, 2)->life, ROW_GONE);
	assert_false(table_expire(&table, START_NS + STEP_NS + TABLE_LINGER_NS - 1));
	snapshot(&table, START_NS + STEP_NS + TABLE_LINGER_NS, socks, 1);
	assert_int_equal(table_find(&table, 0, 2), MAP_NONE);
	assert_int_equal(table.count, 1);
	assert_int_equal(row_of(&table, 1)->life, ROW_ALIVE);
	table_fini(&table);
}

static void a_gone_row_that_is_seen_again_has_changed(void **state)
{
	const struct sock listener = make_listener(1, 80);
	struct table table;

	(void)state;
	table_init(&table);
	snapshot(&table, START_NS, &listener, 1);
	snapshot(&table, START_NS + STEP_NS, NULL, 0);
	snapshot(&table, START_NS + 2 * STEP_NS, &listener, 1);
	assert_int_equal(table.count, 1);
	assert_int_equal(row_of(&table, 1)->life, ROW_CHANGED);
	table_fini(&table);
}

/* A request of an IPv4 peer becomes, at accept(), a socket of its IPv6 listener's family, with the same cookie. */
static void a_row_may_move_to_another_family(void **state)
{
	struct table table;

	(void)state;
	table_init(&table);
	table_begin(&table, START_NS);
	see(&table, make_sock(1, STATE_SYN_RECV, "127.0.0.1:80", "127.0.0.1:40000"));
	end_classes(&table);
	table_end(&table);
	table_begin(&table, START_NS + STEP_NS);
	table_end_class(&table, PROTO_TCP, FAMILY_INET);
	see(&table, make_sock(1, STATE_ESTABLISHED, "[::ffff:127.0.0.1]:80", "[::ffff:127.0.0.1]:40000"));
	table_end_class(&table, PROTO_TCP, FAMILY_INET6);
	table_end(&table);
	assert_int_equal(table.count, 1);
	assert_int_equal(row_of(&table, 1)->life, ROW_CHANGED);
	assert_int_equal(row_of(&table, 1)->sock.family, FAMILY_INET6);
	table_fini(&table);
}

static void twins_with_equal_addresses_are_two_rows(void **state)
{
	const struct sock twins[] = { make_listener(1, 80), make_listener(2, 80) };
	struct table table;

	(void)state;
	table_init(&table);
	snapshot(&table, START_NS, twins, 2);
	assert_int_equal(table.count, 2);
	snapshot(&table, START_NS + STEP_NS, &twins[1], 1);
	assert_int_equal(row_of(&table, 1)->life, ROW_GONE);
	assert_int_equal(row_of(&table, 2)->life, ROW_ALIVE);
	table_fini(&table);
}

/* As kernels before Linux 5.10 count them. */
static void one_cookie_in_two_namespaces_is_two_sockets(void **state)
{
	struct sock socks[] = { make_listener(1, 80), make_listener(1, 80), make_listener(1, 81) };
	struct table table;

	(void)state;
	socks[1].netns = 4026532281;
	socks[2].netns = 4026532282;
	table_init(&table);
	snapshot(&table, START_NS, socks, 3);
	assert_int_equal(table.count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(table.rows[table_find(&table, socks[i].netns, 1)].sock.netns, socks[i].netns);
	assert_true(table_destroyed(&table, &socks[1]));
	assert_false(row_of(&table, 1)->closed);
	snapshot(&table, START_NS + STEP_NS, socks + 1, 1);
	assert_int_equal(row_of(&table, 1)->life, ROW_GONE);
	table_expire(&table, START_NS + STEP_NS + TABLE_LINGER_NS);
	assert_int_equal(table.count, 1);
	assert_int_equal(table_find(&table, 0, 1), MAP_NONE);
	assert_int_equal(table.rows[table_find(&table, 4026532281, 1)].life, ROW_ALIVE);
	table_fini(&table);
}

static void what_the_kernel_forgets_is_kept_into_time_wait(void **state)
{
	struct sock sock = make_sock(1, STATE_ESTABLISHED, "[::1]:80", "[::1]:40000");
	struct table table;

	(void)state;
	sock.uid = 33;
	sock.flags = (struct sock_flags){ .known = FLAG_REUSEADDR | FLAG_V6ONLY, .set = FLAG_V6ONLY };
	table_init(&table);
	snapshot(&table, START_NS, &sock, 1);
	sock = make_sock(1, STATE_TIME_WAIT, "[::1]:80", "[::1]:40000");
	assert_false(sock.have & HAVE_UID);
	snapshot(&table, START_NS + STEP_NS, &sock, 1);
	snapshot(&table, START_NS + 2 * STEP_NS, &sock, 1);
	const struct sock *kept = &row_of(&table, 1)->sock;
	assert_int_equal(kept->state, STATE_TIME_WAIT);
	assert_true(kept->have & HAVE_UID);
	assert_int_equal(kept->uid, 33);
	assert_int_equal(kept->flags.known, FLAG_REUSEADDR | FLAG_V6ONLY);
	assert_int_equal(kept->flags.set, FLAG_V6ONLY);
	table_fini(&table);
}

/* What was never known does not become known by ending. */
static void what_was_never_known_stays_unknown(void **state)
{
	const struct sock sock = make_sock(1, STATE_TIME_WAIT, "127.0.0.1:80", "127.0.0.1:40000");
	struct table table;

	(void)state;
	table_init(&table);
	snapshot(&table, START_NS, &sock, 1);
	snapshot(&table, START_NS + STEP_NS, &sock, 1);
	assert_int_equal(row_of(&table, 1)->sock.have, sock.have);
	table_fini(&table);
}

static void what_the_kernel_says_replaces_what_was_kept(void **state)
{
	struct sock sock = make_listener(1, 80);
	struct table table;

	(void)state;
	table_init(&table);
	snapshot(&table, START_NS, &sock, 1);
	sock.uid = 1000;
	snapshot(&table, START_NS + STEP_NS, &sock, 1);
	assert_int_equal(row_of(&table, 1)->sock.uid, 1000);
	table_fini(&table);
}

static void rows_that_are_not_asked_for_are_dropped_silently(void **state)
{
	const struct sock socks[] = {
		make_listener(1, 80),
		make_listener(2, 81),
		make_sock(3, STATE_UNCONN, "0.0.0.0:80", NULL),
		make_sock(4, STATE_ESTABLISHED, "0.0.0.0:9", "0.0.0.0:80"),
	};
	struct query query;
	struct table table;

	(void)state;
	query_init(&query);
	query.protos = 1u << PROTO_TCP;
	portset_add(&query.ports, 80, 80);
	table_init(&table);
	snapshot(&table, START_NS, socks, ARRAY_SIZE(socks));
	table_retain(&table, &query);
	assert_int_equal(table.count, 2);
	assert_int_equal(row_of(&table, 1)->life, ROW_ALIVE);
	assert_int_equal(row_of(&table, 4)->life, ROW_ALIVE);
	assert_int_equal(table_find(&table, 0, 2), MAP_NONE);
	assert_int_equal(table_find(&table, 0, 3), MAP_NONE);
	table_fini(&table);
}

/* Who asks for more sees what was there all the time, and what has come since of that which was asked for before. */
static void what_is_asked_for_anew_is_not_new(void **state)
{
	const struct sock socks[] = {
		make_listener(1, 80),
		make_sock(2, STATE_UNCONN, "0.0.0.0:80", NULL),
		make_listener(3, 81),
	};
	struct query everything, tcp;
	struct table table;

	(void)state;
	query_init(&everything);
	query_init(&tcp);
	tcp.protos = 1u << PROTO_TCP;
	table_init(&table);
	table_retain(&table, &tcp);
	snapshot(&table, START_NS, socks, 1);
	table_retain(&table, &everything);
	snapshot(&table, START_NS + STEP_NS, socks, 3);
	assert_int_equal(row_of(&table, 2)->life, ROW_ALIVE);
	assert_int_equal(row_of(&table, 3)->life, ROW_NEW);
	assert_true(row_of(&table, 3)->opened);
	assert_false(row_of(&table, 2)->opened || row_of(&table, 1)->opened);

	/* It is dropped and comes again, before anything was asked for in between. */
	table_retain(&table, &tcp);
	table_retain(&table, &everything);
	snapshot(&table, START_NS + 2 * STEP_NS, socks, 3);
	assert_int_equal(row_of(&table, 2)->life, ROW_ALIVE);
	table_fini(&table);
}

/* Rows are dropped by moving the last one into their place: each is still found by its cookie. */
static void rows_are_found_whatever_was_dropped_before(void **state)
{
	enum { SOCKS = 600 };
	static struct sock socks[SOCKS];
	uint64_t random = 1, now_ns = START_NS;
	struct table table;

	(void)state;
	table_init(&table);
	table.linger_ns = 0;
	for (unsigned round = 0; round < 60; round++, now_ns += STEP_NS) {
		size_t count = 0;

		for (uint64_t cookie = 1; cookie <= SOCKS; cookie++) {
			if (next_random(&random) % 4 < 1 + round / 6 % 3)
				socks[count++] = make_listener(cookie, (uint16_t)cookie);
		}
		snapshot(&table, now_ns, socks, count);
		assert_int_equal(table.count, count);
		assert_int_equal(table.by_sock.count, count);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(row_of(&table, socks[i].cookie)->sock.local_port, socks[i].cookie);
	}
	table_fini(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_snapshot_has_nothing_new),
		cmocka_unit_test(a_new_row_is_marked_for_a_while),
		cmocka_unit_test(a_change_of_identity_is_marked),
		cmocka_unit_test(queues_and_timers_change_without_a_mark),
		cmocka_unit_test(a_row_is_gone_when_its_own_dump_ends_without_it),
		cmocka_unit_test(an_interrupted_snapshot_infers_nothing),
		cmocka_unit_test(a_gone_row_stays_for_a_while),
		cmocka_unit_test(a_gone_row_that_is_seen_again_has_changed),
		cmocka_unit_test(a_row_may_move_to_another_family),
		cmocka_unit_test(twins_with_equal_addresses_are_two_rows),
		cmocka_unit_test(one_cookie_in_two_namespaces_is_two_sockets),
		cmocka_unit_test(what_the_kernel_forgets_is_kept_into_time_wait),
		cmocka_unit_test(what_was_never_known_stays_unknown),
		cmocka_unit_test(what_the_kernel_says_replaces_what_was_kept),
		cmocka_unit_test(rows_that_are_not_asked_for_are_dropped_silently),
		cmocka_unit_test(what_is_asked_for_anew_is_not_new),
		cmocka_unit_test(rows_are_found_whatever_was_dropped_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
