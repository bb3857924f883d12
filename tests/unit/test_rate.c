/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rates between two readings, whatever lies between them. */
#include "helpers.h"

#include "base/clock.h"
#include "model/rate.h"

#define THEN_NS (1000 * NS_PER_S)

static struct sock_info reading(uint64_t read_ns, uint64_t received, uint64_t acked)
{
	return (struct sock_info){ .have = INFO_BYTES, .read_ns = read_ns, .received_bytes = received, .acked_bytes = acked };
}

static struct sock_info after(const struct sock_info *before, uint64_t passed_ns, uint64_t received, uint64_t acked)
{
	struct sock_info fresh = reading(before->read_ns + passed_ns, received, acked);

	rate_follow(&fresh, before);
	return fresh;
}

static void a_rate_is_what_came_in_the_time_that_passed(void **state)
{
	static const struct {
		uint64_t passed_ns, received, acked, in, out;
	} cases[] = {
		{ NS_PER_S, 1000, 500, 0, 0 },
		{ NS_PER_S, 1001, 502, 1, 2 },
		{ NS_PER_S / 10, 1100, 500, 1000, 0 },
		{ 600 * NS_PER_S, 601000, 500, 1000, 0 }, /* a pause of ten minutes is no burst */
		{ 2 * NS_PER_S, 1001, 500, 1, 0 },        /* rounded */
		{ NS_PER_S, 100000001000, 500, 100000000000, 0 },
	};
	struct sock_info before = reading(THEN_NS, 1000, 500);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sock_info fresh = after(&before, cases[i].passed_ns, cases[i].received, cases[i].acked);

		assert_true(fresh.have & INFO_RATES);
		assert_int_equal(fresh.in_rate, cases[i].in);
		assert_int_equal(fresh.out_rate, cases[i].out);
	}
}

static void what_cannot_be_known_stays_unknown(void **state)
{
	struct sock_info before = reading(THEN_NS, 1000, 500), nothing = { .read_ns = THEN_NS };

	(void)state;
	assert_false(after(&nothing, NS_PER_S, 2000, 600).have & INFO_RATES);
	assert_false(after(&before, NS_PER_S, 999, 600).have & INFO_RATES);
	assert_false(after(&before, NS_PER_S, 2000, 499).have & INFO_RATES);
	assert_false(after(&before, -NS_PER_S, 2000, 600).have & INFO_RATES);
	assert_false(after(&before, 0, 2000, 600).have & INFO_RATES);
	struct sock_info fresh = { .read_ns = THEN_NS + NS_PER_S };
	rate_follow(&fresh, &before);
	assert_false(fresh.have & INFO_RATES);
}

/* A key that asks for a look at once makes no burst of it. */
static void between_two_readings_at_once_the_rate_stands(void **state)
{
	struct sock_info first = reading(THEN_NS, 0, 0);

	(void)state;
	struct sock_info second = after(&first, NS_PER_S, 1000, 2000);
	struct sock_info third = after(&second, NS_PER_MS, 1500, 2000);
	assert_true(third.have & INFO_RATES);
	assert_int_equal(third.in_rate, 1000);
	assert_int_equal(third.out_rate, 2000);
	assert_int_equal(after(&third, NS_PER_S, 1800, 2000).in_rate, 300);
}

static void rates_have_three_digits_and_a_unit(void **state)
{
	static const struct {
		uint64_t rate;
		const char *text;
	} cases[] = {
		{ 0, "0" }, { 7, "7" }, { 999, "999" }, { 1000, "1.00k" }, { 1239, "1.23k" }, { 9999, "9.99k" },
		{ 10000, "10.0k" }, { 99999, "99.9k" }, { 100000, "100k" }, { 999999, "999k" }, { 1000000, "1.00M" },
		{ 45600000, "45.6M" }, { 1250000000, "1.25G" }, { UINT64_C(125000000000000), "125T" },
		{ UINT64_MAX, "18.4E" },
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		rate_format(&out, cases[i].rate);
		assert_text(&out, cases[i].text);
	}
	buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rate_is_what_came_in_the_time_that_passed),
		cmocka_unit_test(what_cannot_be_known_stays_unknown),
		cmocka_unit_test(between_two_readings_at_once_the_rate_stands),
		cmocka_unit_test(rates_have_three_digits_and_a_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
