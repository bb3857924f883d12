/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include "model/listing.h"
#include "model/query.h"
#include "model/table.h"
#include "out/sink.h"
#include "out/summary.h"

struct fixture {
	struct table table;
	struct listing listing;
	struct query query;
	struct summary summary;
	struct sink sink;
};

static void see(struct fixture *fixture, enum sock_state state, const char *local)
{
	struct sock sock = make_sock(fixture->table.count + 1, state, local, NULL);

	table_see(&fixture->table, &sock);
}

static int setup(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ .listing = { .rows = NULL } };
	query_init(&fixture.query);
	table_init(&fixture.table);
	table_begin(&fixture.table, 1);
	sink_init(&fixture.sink, memory_file());
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	table_fini(&fixture->table);
	listing_fini(&fixture->listing);
	sink_fini(&fixture->sink);
	return 0;
}

static void count(struct fixture *fixture)
{
	listing_make(&fixture->listing, &fixture->table, &fixture->query);
	summary_make(&fixture->summary, &fixture->table, &fixture->listing, &fixture->query);
}

static void check_written(struct fixture *fixture, const char *expected)
{
	struct buf written = BUF_INIT;

	assert_int_equal(sink_flush(&fixture->sink), 0);
	read_back(fixture->sink.fd, &written);
	assert_text(&written, expected);
	buf_fini(&written);
}

static void see_some(struct fixture *fixture)
{
	see(fixture, STATE_TIME_WAIT, "127.0.0.1:1");
	see(fixture, STATE_LISTEN, "[::1]:1");
	see(fixture, STATE_LISTEN, "127.0.0.1:1");
	see(fixture, STATE_UNCONN, "[::1]:1");
	see(fixture, (enum sock_state)(STATE_RAW + 13), "127.0.0.1:2");
	count(fixture);
}

static void listeners_come_first_and_each_protocol_has_a_total(void **state)
{
	struct fixture *fixture = *state;

	see_some(fixture);
	summary_write(&fixture->sink, &fixture->summary, true);
	check_written(fixture,
		      "Proto   State          Total     IPv4     IPv6\n"
		      "tcp     LISTEN             2        1        1\n"
		      "tcp     TIME_WAIT          1        1        0\n"
		      "tcp     other              1        1        0\n"
		      "udp     UNCONN             1        0        1\n"
		      "tcp     total              4        3        1\n"
		      "udp     total              1        0        1\n"
		      "all     total              5        3        2\n");
}

static void nothing_is_zero_of_each_protocol_that_was_asked_for(void **state)
{
	struct fixture *fixture = *state;

	fixture->query.protos = 1u << PROTO_UDP;
	count(fixture);
	summary_write(&fixture->sink, &fixture->summary, false);
	check_written(fixture,
		      "udp     total              0        0        0\n"
		      "all     total              0        0        0\n");
}

static void json_has_the_same(void **state)
{
	struct fixture *fixture = *state;

	see_some(fixture);
	summary_write_json(&fixture->sink, &fixture->summary, "2026-11-20T14:02:11.000Z");
	check_written(fixture,
		      "{\"schema\":1,\"time\":\"2026-11-20T14:02:11.000Z\",\"total\":5,\"inet\":3,\"inet6\":2,\"states\":[\n"
		      "{\"proto\":\"tcp\",\"state\":\"LISTEN\",\"total\":2,\"inet\":1,\"inet6\":1},\n"
		      "{\"proto\":\"tcp\",\"state\":\"TIME_WAIT\",\"total\":1,\"inet\":1,\"inet6\":0},\n"
		      "{\"proto\":\"tcp\",\"state\":\"other\",\"total\":1,\"inet\":1,\"inet6\":0},\n"
		      "{\"proto\":\"udp\",\"state\":\"UNCONN\",\"total\":1,\"inet\":0,\"inet6\":1}\n]}\n");
}

/* None is left out, and none comes twice. */
static void every_state_is_counted(void **state)
{
	struct fixture *fixture = *state;
	struct summary_line line;
	unsigned at = 0, lines = 0;

	for (unsigned one = STATE_ESTABLISHED; one < STATE_COUNT; one++)
		see(fixture, one, "127.0.0.1:1");
	count(fixture);
	for (; summary_next(&fixture->summary, &at, &line); lines++)
		assert_int_equal(line.total, 1);
	assert_int_equal(lines, STATE_COUNT - STATE_ESTABLISHED);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(listeners_come_first_and_each_protocol_has_a_total),
		TEST(nothing_is_zero_of_each_protocol_that_was_asked_for),
		TEST(json_has_the_same),
		TEST(every_state_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
