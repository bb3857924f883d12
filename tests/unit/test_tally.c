/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sockets add up to, how many ports are told apart, and that what is not known is left out. */
#include "helpers.h"

#include <string.h>

#include "model/table.h"
#include "model/tally.h"
#include "out/metrics.h"

static const struct tally_bounds usual = { .ports = 64, .low = 32768, .high = 60999 };

static int set_up(void **state)
{
	static struct table table;

	table_init(&table);
	table_begin(&table, 1);
	*state = &table;
	return 0;
}

static int tear_down(void **state)
{
	table_fini(*state);
	return 0;
}

static void see(struct table *table, struct sock sock, const struct sock_info *info)
{
	sock.cookie = table->count + 1;
	table_see_info(table, &sock, info);
}

static struct sock listener(uint16_t port, uint32_t queued, uint32_t limit)
{
	struct sock sock = make_listener(1, port);

	sock.have |= HAVE_QUEUES;
	sock.recv_queue = queued;
	sock.send_queue = limit;
	return sock;
}

static const struct tally_port *find(const struct tally *tally, unsigned proto, uint16_t port)
{
	for (size_t i = 0; i < tally->count; i++) {
		if (tally->ports[i].proto == proto && tally->ports[i].port == port)
			return &tally->ports[i];
	}
	return NULL;
}

static void listeners_of_a_port_are_one(void **state)
{
	static const struct sock_info info = { .have = INFO_TCP | INFO_MEMORY | INFO_DROPS, .retransmitted = 3, .drops = 2 };
	struct table *table = *state;
	struct tally tally;

	see(table, listener(80, 1, 10), &info);
	see(table, listener(80, 9, 10), &info);
	see(table, make_sock(1, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:4000"), &info);
	see(table, make_sock(1, STATE_ESTABLISHED, "127.0.0.1:4000", "127.0.0.1:80"), &info);
	see(table, make_sock(1, STATE_TIME_WAIT, "127.0.0.1:80", "127.0.0.1:4001"), NULL);
	tally_make(&tally, table, &usual);
	const struct tally_port *port = find(&tally, PROTO_TCP, 80);
	assert_int_equal(port->sockets, 4);
	assert_int_equal(port->states[TALLY_LISTEN], 2);
	assert_int_equal(port->states[TALLY_TIME_WAIT], 1);
	assert_int_equal(port->queued, 10);
	assert_int_equal(port->limit, 20);
	assert_true(port->fill > 0.89 && port->fill < 0.91);
	assert_int_equal(port->retransmitted, 9);
	assert_int_equal(port->drops, 4);
	assert_false(port->unknown_retransmitted || port->unknown_drops);
	assert_int_equal(find(&tally, PROTO_TCP, 0)->states[TALLY_ESTABLISHED], 1);
	assert_int_equal(tally.sockets[PROTO_TCP][FAMILY_INET][STATE_ESTABLISHED], 2);
	tally_fini(&tally);
}

static void the_largest_ports_are_told_apart(void **state)
{
	const struct tally_bounds bounds = { .ports = 2, .low = 32768, .high = 60999 };
	struct table *table = *state;
	struct tally tally;

	for (uint16_t port = 1; port <= 1000; port++)
		see(table, listener(port, 0, 1), NULL);
	see(table, make_sock(1, STATE_ESTABLISHED, "127.0.0.1:700", "127.0.0.1:4000"), NULL);
	see(table, make_sock(1, STATE_UNCONN, "127.0.0.1:700", NULL), NULL);
	see(table, make_sock(1, STATE_UNCONN, "127.0.0.1:40000", NULL), NULL);
	tally_make(&tally, table, &bounds);
	assert_int_equal(tally.count, PROTO_COUNT + 2);
	assert_int_equal(tally.ports[0].port, 1); /* of equal ones the lower port */
	assert_int_equal(tally.ports[1].port, 700);
	assert_int_equal(find(&tally, PROTO_TCP, 0)->sockets, 998);
	assert_int_equal(find(&tally, PROTO_UDP, 0)->sockets, 2); /* beyond the bound, and a client's port */
	tally_fini(&tally);
}

static void metrics_of(struct buf *out, const struct table *table, const uint32_t incomplete[PROTO_COUNT])
{
	struct tally tally;

	tally_make(&tally, table, &usual);
	metrics_write(out, &(struct metrics){
		.tally = &tally,
		.incomplete = incomplete,
		.protos = 1u << PROTO_TCP | 1u << PROTO_UDP,
		.hides_bound = incomplete[PROTO_TCP] != 0,
	});
	tally_fini(&tally);
}

static void what_is_not_known_is_left_out(void **state)
{
	static const uint32_t all_known[PROTO_COUNT], no_inet6[PROTO_COUNT] = { [PROTO_TCP] = 1u << FAMILY_INET6 };
	struct table *table = *state;
	struct buf out = BUF_INIT;

	see(table, listener(80, 0, 1), NULL);
	see(table, make_sock(1, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:4000"), NULL);
	metrics_of(&out, table, all_known);
	assert_non_null(strstr(out.data, "\nports_sockets{proto=\"tcp\",family=\"inet6\",state=\"LISTEN\"} 0\n"));
	assert_non_null(strstr(out.data, "\nports_port_sockets{proto=\"tcp\",port=\"80\",state=\"ESTABLISHED\"} 1\n"));
	assert_null(strstr(out.data, "\nports_port_retransmitted_segments{proto=\"tcp\",port=\"80\"}"));
	assert_null(strstr(out.data, "\nports_port_dropped_requests{proto=\"tcp\",port=\"80\"}"));
	assert_null(strstr(out.data, "ports_hidden_owners"));
	assert_non_null(strstr(out.data, "\nports_complete 1\n# EOF\n"));
	buf_clear(&out);
	metrics_of(&out, table, no_inet6);
	assert_null(strstr(out.data, "family=\"inet6\",state=\"LISTEN\""));
	assert_null(strstr(out.data, "ports_port_sockets{proto=\"tcp\""));
	assert_null(strstr(out.data, "BOUND"));
	assert_non_null(strstr(out.data, "\nports_sockets{proto=\"udp\",family=\"inet6\",state=\"UNCONN\"} 0\n"));
	assert_non_null(strstr(out.data, "\nports_complete 0\n# EOF\n"));
	buf_fini(&out);
}

static void a_state_without_a_name_is_counted(void **state)
{
	static const uint32_t all_known[PROTO_COUNT];
	struct table *table = *state;
	struct buf out = BUF_INIT;

	see(table, make_sock(1, STATE_RAW + 17, "127.0.0.1:80", NULL), NULL);
	metrics_of(&out, table, all_known);
	assert_non_null(strstr(out.data, "\nports_sockets{proto=\"tcp\",family=\"inet\",state=\"unknown\"} 1\n"));
	buf_fini(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(listeners_of_a_port_are_one),
		TEST(the_largest_ports_are_told_apart),
		TEST(what_is_not_known_is_left_out),
		TEST(a_state_without_a_name_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
