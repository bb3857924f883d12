/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clocks that stand still or are held, and times of day as users write them. */
#include "helpers.h"

#include "base/clock.h"

#define DAY_NS (UINT64_C(1795183331) * NS_PER_S) /* 2026-11-20 14:02:11 UTC */

static void assert_shows(const struct clock *clock, uint64_t mono_ns, uint64_t day_ns)
{
	assert_int_equal(clock_now_ns(clock), mono_ns);
	assert_int_equal(clock_day_ns(clock), day_ns);
}

static void one_that_stands_still_goes_on_when_told_to(void **state)
{
	struct clock clock;

	(void)state;
	clock_set(&clock, CLOCK_STILL, 100, DAY_NS);
	assert_shows(&clock, 100, DAY_NS);
	clock_advance(&clock, 150);
	assert_shows(&clock, 150, DAY_NS + 50);
	clock_advance(&clock, 120);
	assert_shows(&clock, 150, DAY_NS + 50);
}

static void one_that_is_held_is_not_advanced(void **state)
{
	struct clock clock;

	(void)state;
	clock_set(&clock, CLOCK_STILL, 100, DAY_NS);
	clock_hold(&clock, true);
	clock_advance(&clock, 200);
	assert_shows(&clock, 100, DAY_NS);
	clock_hold(&clock, false);
	clock_advance(&clock, 200);
	assert_shows(&clock, 200, DAY_NS + 100);
}

/* Until the system's clock shows another time. */
static void let_time_pass(void)
{
	uint64_t before = clock_mono_ns();

	while (clock_mono_ns() == before)
		;
}

static void one_that_runs_stops_where_it_is_held(void **state)
{
	struct clock clock;

	(void)state;
	clock_set(&clock, CLOCK_RUNNING, 100, DAY_NS);
	let_time_pass();
	clock_hold(&clock, true);
	uint64_t held = clock_now_ns(&clock);
	assert_true(held > 100);
	let_time_pass();
	assert_shows(&clock, held, DAY_NS + held - 100);
	clock_hold(&clock, false);
	let_time_pass();
	assert_true(clock_now_ns(&clock) > held);
}

static void waiting_by_one_that_stands_still_takes_no_time(void **state)
{
	uint64_t begun = clock_mono_ns();
	struct clock clock;

	(void)state;
	clock_set(&clock, CLOCK_STILL, 100, DAY_NS);
	clock_wait(&clock, NULL, 0, 100 + 3600 * NS_PER_S);
	assert_shows(&clock, 100 + 3600 * NS_PER_S, DAY_NS + 3600 * NS_PER_S);
	assert_true(clock_mono_ns() - begun < 60 * NS_PER_S);
}

static void times_of_day_are_read(void **state)
{
	static const struct {
		const char *text;
		uint64_t day_ns;
	} cases[] = {
		{ "0", 0 },
		{ "1795183331", DAY_NS },
		{ "1795183331.5", DAY_NS + NS_PER_S / 2 },
		{ "2026-11-20T14:02:11Z", DAY_NS },
		{ "2026-11-20T14:02:11z", DAY_NS },
		{ "2026-11-20T14:02:11.000000001Z", DAY_NS + 1 },
		{ "2026-11-20T16:32:11+02:30", DAY_NS },
		{ "2026-11-20T09:02:11-05:00", DAY_NS },
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2028-02-29T00:00:00Z", UINT64_C(1835395200) * NS_PER_S },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t day_ns = 1;

		if (!clock_parse(cases[i].text, &day_ns) || day_ns != cases[i].day_ns)
			fail_msg("\"%s\" is %llu", cases[i].text, (unsigned long long)day_ns);
	}
}

static void what_is_no_time_of_day_is_refused(void **state)
{
	static const char *const cases[] = {
		"", "noon", "-1", "1e9", "99999999999", "2026-11-20", "2026-11-20T14:02:11", "2026-11-20 14:02:11Z",
		"2026-11-20T14:02:11ZZ", "2026-11-20T14:02:11+1", "2026-11-20T14:02:11+01:60", "2026-11-20T14:02:11*01:00",
		"2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T14:60:00Z",
		"1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t day_ns;

		if (clock_parse(cases[i], &day_ns))
			fail_msg("\"%s\" is taken for %llu", cases[i], (unsigned long long)day_ns);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_stands_still_goes_on_when_told_to),
		cmocka_unit_test(one_that_is_held_is_not_advanced),
		cmocka_unit_test(one_that_runs_stops_where_it_is_held),
		cmocka_unit_test(waiting_by_one_that_stands_still_takes_no_time),
		cmocka_unit_test(times_of_day_are_read),
		cmocka_unit_test(what_is_no_time_of_day_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
