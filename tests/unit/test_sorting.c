/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sorting finds the order that comparing rows with each other defines. */
#include "helpers.h"

#include <string.h>

#include "model/column.h"
#include "model/compare.h"
#include "model/sorting.h"
#include "model/table.h"

enum { ROWS = 5000 };
static struct row rows[ROWS];
static uint32_t order[ROWS];

static const struct {
	enum sock_proto proto;
	enum sock_family family;
} kinds[] = {
	{ PROTO_TCP, FAMILY_INET }, { PROTO_TCP, FAMILY_INET6 }, { PROTO_UDP, FAMILY_INET }, { PROTO_RAW, FAMILY_INET },
	{ PROTO_RAW, FAMILY_INET6 }, { PROTO_UNIX_STREAM, FAMILY_UNIX }, { PROTO_NETLINK, FAMILY_NETLINK },
	{ PROTO_VSOCK_STREAM, FAMILY_VSOCK },
};

static struct sock_info names[] = {
	{ .have = INFO_NAME, .name = "a", .name_length = 1 },
	{ .have = INFO_NAME, .name = "b", .name_length = 1 },
};

/* Addresses that are often the same, and else differ in any byte. */
static void make_address(uint8_t address[16], bool whole, uint64_t *random)
{
	memset(address, 0, 16);
	address[next_random(random) % (whole ? 16 : 4)] = (uint8_t)(next_random(random) % 2 * 255);
}

static struct row make_row(uint64_t cookie, uint64_t *random)
{
	static const enum sock_state states[] = { STATE_LISTEN, STATE_BOUND, STATE_UNCONN, STATE_ESTABLISHED, STATE_TIME_WAIT };
	struct row row = { .sock = make_sock(cookie, states[next_random(random) % ARRAY_SIZE(states)], NULL, NULL) };
	size_t kind = next_random(random) % ARRAY_SIZE(kinds);
	bool inet4 = kinds[kind].family == FAMILY_INET;

	row.sock.proto = kinds[kind].proto;
	row.sock.family = kinds[kind].family;
	if (sock_has_ports(&row.sock)) {
		row.sock.local_port = (uint16_t)(next_random(random) % 2 * 40000);
		row.sock.foreign_port = (uint16_t)(next_random(random) % 3 * 300);
	} else {
		row.sock.number = (uint16_t)(next_random(random) % 3);
	}
	make_address(row.sock.local, !inet4, random);
	make_address(row.sock.foreign, !inet4, random);
	row.info = row.sock.family == FAMILY_UNIX ? &names[next_random(random) % ARRAY_SIZE(names)] : NULL;
	return row;
}

static int setup(void **state)
{
	uint64_t random = 7;

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		rows[i] = make_row(ROWS - i, &random);
		order[i] = (uint32_t)i;
	}
	return 0;
}

/* Sorts the first of them, and looks at neighbours: in the one order that there is, none are equal. */
static void check(compare_fn *compare, bool inverted, size_t count)
{
	const struct table table = { .rows = rows, .count = ROWS };
	compare_fn *expected = compare != NULL ? compare : compare_usual;

	sorting_sort(&(struct sorting){ &table, compare, inverted }, order, count);
	for (size_t i = 1; i < count; i++) {
		int found = expected(&rows[order[i - 1]], &rows[order[i]]);

		if (inverted ? found <= 0 : found >= 0)
			fail_msg("rows %u and %u of %zu", order[i - 1], order[i], count);
	}
}

static void the_usual_order_is_that_of_its_comparison(void **state)
{
	(void)state;
	check(NULL, false, ROWS);
	check(compare_usual, false, ROWS);
}

static void it_can_be_inverted(void **state)
{
	(void)state;
	check(NULL, true, ROWS);
}

static void few_rows_are_sorted_as_well_as_many(void **state)
{
	(void)state;
	for (size_t count = 0; count < 200; count++)
		check(NULL, count % 2 == 0, count);
}

/* What differs in nothing but the last bytes that are compared at all. */
static void rows_that_are_nearly_alike_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		const char *local = i % 2 == 0 ? "[::1]:80" : "127.0.0.1:80";

		rows[i] = (struct row){ .sock = make_sock(i * 7919 % ROWS, STATE_ESTABLISHED, local, NULL) };
		rows[i].sock.foreign[i % 2 == 0 ? 15 : 3] = (uint8_t)(i / 3);
	}
	check(NULL, false, ROWS);
}

static void the_order_of_a_column_is_that_of_its_comparison(void **state)
{
	(void)state;
	check(columns[COLUMN_FOREIGN].compare, false, ROWS);
	check(columns[COLUMN_STATE].compare, true, ROWS);
}

#define TEST(function) cmocka_unit_test_setup(function, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_usual_order_is_that_of_its_comparison),
		TEST(it_can_be_inverted),
		TEST(few_rows_are_sorted_as_well_as_many),
		TEST(rows_that_are_nearly_alike_are_told_apart),
		TEST(the_order_of_a_column_is_that_of_its_comparison),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
