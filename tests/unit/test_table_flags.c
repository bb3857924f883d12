/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What rows know of their sockets' flags: asked for once, kept for good, and what it means that nobody answers. */
#include "helpers.h"

#include <errno.h>

#include "model/explain.h"
#include "model/table.h"

#define START_NS UINT64_C(1000000000000)
#define STEP_NS UINT64_C(1000000)
#define ASKED (FLAG_REUSEADDR | FLAG_REUSEPORT)

struct fixture {
	struct table table;
	struct map wanted;
};

static struct sock connection(enum sock_state state)
{
	return make_sock(1, state, "127.0.0.1:80", "127.0.0.1:40000");
}

/* The next snapshot has this socket. */
static void becomes(struct table *table, struct sock sock)
{
	table_begin(table, table->now_ns + STEP_NS);
	table_see(table, &sock);
	table_end(table);
}

static int setup(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ .wanted = MAP_INIT };
	table_init(&fixture.table);
	fixture.table.now_ns = START_NS;
	becomes(&fixture.table, connection(STATE_ESTABLISHED));
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	table_fini(&fixture->table);
	map_fini(&fixture->wanted);
	return 0;
}

static const struct row *row_of(const struct fixture *fixture)
{
	uint32_t at = table_find(&fixture->table, 0, 1);

	assert_int_not_equal(at, MAP_NONE);
	return &fixture->table.rows[at];
}

/* What is wanted of the connection, whose inode is 1001. */
static uint32_t want(struct fixture *fixture)
{
	map_clear(&fixture->wanted);
	table_want_owners(&fixture->table, false, &fixture->wanted);
	table_want_flags(&fixture->table, &fixture->wanted);
	return map_get(&fixture->wanted, 1001);
}

/* A scan finds the owner, and somebody answers, or the map says why not; NULL: nobody. */
static void scan(struct fixture *fixture, const struct flags_answer *answer)
{
	struct owner_scan scan = { .processes = 1 };

	owner_scan_add(&scan, 1001, &(struct owner){ .pid = 1, .fd = 3 });
	if (answer != NULL)
		owner_scan_add_answer(&scan, answer);
	owner_scan_sort(&scan);
	table_take_owners(&fixture->table, &fixture->wanted, &scan);
	owner_scan_fini(&scan);
}

static void asked(struct fixture *fixture, uint64_t cookie, unsigned set)
{
	want(fixture);
	map_put(&fixture->wanted, 1001, WANT_ANSWERED);
	scan(fixture, &(struct flags_answer){ cookie, { ASKED, (uint8_t)set } });
}

static void refused(struct fixture *fixture, int error)
{
	want(fixture);
	map_put(&fixture->wanted, 1001, WANT_FAILED + (uint32_t)error);
	scan(fixture, NULL);
}

/* Who is asked does not tell in which one he is. */
static void an_answer_finds_its_socket_in_any_namespace(void **state)
{
	struct fixture *fixture = *state;
	struct sock other = connection(STATE_ESTABLISHED);

	other.netns = 4026532281;
	other.cookie = 2;
	becomes(&fixture->table, other);
	asked(fixture, 2, FLAG_REUSEPORT);
	assert_int_equal(fixture->table.rows[table_find(&fixture->table, other.netns, 2)].sock.flags.set, FLAG_REUSEPORT);
	assert_int_equal(row_of(fixture)->sock.flags.known, 0);
}

static void a_socket_is_asked_once(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(want(fixture), WANT_FLAGS);
	asked(fixture, 1, FLAG_REUSEADDR);
	assert_int_equal(row_of(fixture)->sock.flags.known, ASKED);
	assert_int_equal(row_of(fixture)->sock.flags.set, FLAG_REUSEADDR);
	assert_int_equal(want(fixture), MAP_NONE);
	row_want_flags(row_of(fixture), false, &fixture->wanted);
	assert_int_equal(fixture->wanted.count, 0);
	row_want_flags(row_of(fixture), true, &fixture->wanted);
	assert_int_equal(map_get(&fixture->wanted, 1001), WANT_FLAGS);
}

static void owners_alone_do_not_count_as_flags(void **state)
{
	struct fixture *fixture = *state;

	table_want_owners(&fixture->table, false, &fixture->wanted);
	scan(fixture, NULL);
	assert_true(row_of(fixture)->owners_sought);
	assert_int_equal(want(fixture), WANT_FLAGS);
}

static void flags_are_remembered_into_time_wait(void **state)
{
	struct fixture *fixture = *state;

	asked(fixture, 1, FLAG_REUSEPORT);
	becomes(&fixture->table, connection(STATE_TIME_WAIT));
	assert_int_equal(row_of(fixture)->sock.flags.known, ASKED);
	assert_int_equal(row_of(fixture)->sock.flags.set, FLAG_REUSEPORT);
	assert_int_equal(want(fixture), MAP_NONE); /* there is nobody to ask */
}

static void an_answer_that_comes_after_the_close_still_counts(void **state)
{
	struct fixture *fixture = *state;

	want(fixture);
	becomes(&fixture->table, connection(STATE_TIME_WAIT));
	scan(fixture, &(struct flags_answer){ 1, { ASKED, FLAG_REUSEADDR } });
	assert_int_equal(row_of(fixture)->sock.flags.set, FLAG_REUSEADDR);
}

/* The descriptor was another socket's when it was asked. */
static void the_answer_of_another_socket_is_not_taken_for_this_ones(void **state)
{
	struct fixture *fixture = *state;

	asked(fixture, 2, FLAG_REUSEADDR);
	assert_int_equal(row_of(fixture)->sock.flags.known, 0);
	assert_int_equal(want(fixture), MAP_NONE); /* not at once; the next look at what is on the screen asks again */
}

static void who_may_not_be_asked_is_counted_and_not_asked_again(void **state)
{
	struct fixture *fixture = *state;
	int error = 0;

	assert_int_equal(table_hidden_flags(&fixture->table, &error), 0);
	refused(fixture, EPERM);
	assert_int_equal(table_hidden_flags(&fixture->table, &error), 1);
	assert_int_equal(error, EPERM);
	assert_int_equal(row_of(fixture)->sock.flags.known, 0);
	assert_int_equal(want(fixture), MAP_NONE);
}

static void who_refuses_later_does_not_take_back_what_is_known(void **state)
{
	struct fixture *fixture = *state;
	int error = 0;

	asked(fixture, 1, FLAG_REUSEADDR);
	refused(fixture, EPERM);
	assert_int_equal(row_of(fixture)->sock.flags.set, FLAG_REUSEADDR);
	assert_int_equal(table_hidden_flags(&fixture->table, &error), 0);
}

static void who_ended_meanwhile_hides_nothing(void **state)
{
	struct fixture *fixture = *state;
	int error = 0;

	want(fixture);
	scan(fixture, NULL);
	assert_true(row_of(fixture)->flags_sought);
	assert_int_equal(table_hidden_flags(&fixture->table, &error), 0);
}

static void an_accepted_connection_is_asked(void **state)
{
	struct fixture *fixture = *state;
	struct sock waiting = connection(STATE_ESTABLISHED);

	refused(fixture, EPERM);
	waiting.inode = 0;
	becomes(&fixture->table, waiting);
	assert_int_equal(want(fixture), MAP_NONE);
	becomes(&fixture->table, connection(STATE_ESTABLISHED));
	assert_int_equal(want(fixture), WANT_FLAGS);
}

static void what_the_kernel_says_by_itself_is_newer(void **state)
{
	struct fixture *fixture = *state;
	struct sock sock = connection(STATE_ESTABLISHED);

	asked(fixture, 1, FLAG_REUSEADDR);
	sock.flags = (struct sock_flags){ FLAG_FREEBIND | FLAG_TRANSPARENT, FLAG_FREEBIND };
	becomes(&fixture->table, sock);
	assert_int_equal(row_of(fixture)->sock.flags.set, FLAG_REUSEADDR | FLAG_FREEBIND);
	sock.flags.set = 0;
	becomes(&fixture->table, sock);
	assert_int_equal(row_of(fixture)->sock.flags.set, FLAG_REUSEADDR);
}

static void flags_are_put_in_words(void **state)
{
	const struct {
		struct sock sock;
		struct sock_flags flags;
		const char *text;
	} cases[] = {
		{ make_listener(1, 80), { ASKED, 0 },
		  "SO_REUSEADDR not set, SO_REUSEPORT not set." },
		{ make_listener(1, 80), { ASKED, FLAG_REUSEADDR },
		  "SO_REUSEADDR set, SO_REUSEPORT not set." },
		{ make_listener(1, 80), { ASKED, ASKED },
		  "SO_REUSEADDR set, SO_REUSEPORT set." },
		{ connection(STATE_ESTABLISHED), { ASKED, 0 },
		  "SO_REUSEADDR not set, SO_REUSEPORT not set." },
		{ connection(STATE_ESTABLISHED), { ASKED, ASKED },
		  "SO_REUSEADDR set, SO_REUSEPORT set." },
		{ connection(STATE_TIME_WAIT), { ASKED, FLAG_REUSEPORT },
		  "SO_REUSEADDR not set, SO_REUSEPORT set." },
		{ make_sock(1, STATE_UNCONN, "[::]:53", NULL), { ASKED | FLAG_V6ONLY | FLAG_FREEBIND, FLAG_REUSEADDR | FLAG_V6ONLY | FLAG_FREEBIND },
		  "SO_REUSEADDR set, SO_REUSEPORT not set, IPV6_V6ONLY set, IP_FREEBIND set." },
		{ make_listener(1, 80), { 0, 0 },
		  "SO_REUSEADDR and SO_REUSEPORT are not known, for whoever holds it was not asked yet." },
		{ make_sock(1, STATE_LISTEN, "[::]:53", NULL), { FLAG_V6ONLY, 0 },
		  "IPV6_V6ONLY not set; the others are not known, for whoever holds it was not asked yet." },
		{ connection(STATE_TIME_WAIT), { 0, 0 },
		  "SO_REUSEADDR and SO_REUSEPORT are not known, for no process holds it that could be asked." },
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct row row = { .sock = cases[i].sock };

		row.sock.flags = cases[i].flags;
		explain_flags(&out, &row);
		assert_text(&out, cases[i].text);
	}
	struct row row = { .sock = make_listener(1, 80), .owner_count = 1, .owners_sought = true, .flags_error = EPERM };
	explain_flags(&out, &row);
	assert_text(&out, "SO_REUSEADDR and SO_REUSEPORT are not known, for whoever holds it cannot be asked (Operation not permitted).");
	row.owner_count = 0;
	explain_flags(&out, &row);
	assert_text(&out, "SO_REUSEADDR and SO_REUSEPORT are not known, for it cannot be seen who holds it.");
	buf_fini(&out);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_socket_is_asked_once),
		TEST(an_answer_finds_its_socket_in_any_namespace),
		TEST(owners_alone_do_not_count_as_flags),
		TEST(flags_are_remembered_into_time_wait),
		TEST(an_answer_that_comes_after_the_close_still_counts),
		TEST(the_answer_of_another_socket_is_not_taken_for_this_ones),
		TEST(who_may_not_be_asked_is_counted_and_not_asked_again),
		TEST(who_refuses_later_does_not_take_back_what_is_known),
		TEST(who_ended_meanwhile_hides_nothing),
		TEST(an_accepted_connection_is_asked),
		TEST(what_the_kernel_says_by_itself_is_newer),
		cmocka_unit_test(flags_are_put_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
