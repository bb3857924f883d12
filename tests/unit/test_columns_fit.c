/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <string.h>

#include "model/column.h"

enum { COUNT = 4 };

/* Made up: b is left out first, then d; then c becomes tight; then a is left out, and c at last. */
static const struct column made_up[COUNT] = {
	{ .id = "a", .least_width = 4, .keep = COLUMN_ESSENTIAL },
	{ .id = "b", .least_width = 5, .keep = 1 },
	{ .id = "c", .least_width = 6, .tight_width = 4, .keep = COLUMN_ESSENTIAL + 2 },
	{ .id = "d", .least_width = 3, .keep = COLUMN_ESSENTIAL - 1 },
};

static const struct column *const shown[COUNT] = { &made_up[0], &made_up[1], &made_up[2], &made_up[3] };

/* What they take, with a blank between neighbours. */
static unsigned taken(const unsigned *widths, size_t count)
{
	unsigned sum = 0, columns_there = 0;

	for (size_t i = 0; i < count; i++) {
		sum += widths[i];
		columns_there += widths[i] > 0 ? 1 : 0;
	}
	return columns_there > 0 ? sum + columns_there - 1 : 0;
}

struct fit_case {
	unsigned liked[COUNT];
	unsigned total;
	unsigned widths[COUNT];
};

static void check_fits(const struct fit_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned widths[COUNT];

		memcpy(widths, cases[i].liked, sizeof(widths));
		columns_fit(shown, COUNT, cases[i].total, widths);
		for (size_t c = 0; c < COUNT; c++) {
			if (widths[c] != cases[i].widths[c])
				fail_msg("in %u columns, %s gets %u", cases[i].total, made_up[c].id, widths[c]);
		}
	}
}

static void with_room_for_all_each_gets_what_it_likes(void **state)
{
	static const struct fit_case cases[] = {
		{ { 10, 10, 10, 10 }, 43, { 10, 10, 10, 10 } },
		{ { 10, 10, 10, 10 }, 1000, { 10, 10, 10, 10 } },
		{ { 1, 1, 1, 1 }, 7, { 1, 1, 1, 1 } },
		{ { 1, 0, 1, 0 }, 3, { 1, 0, 1, 0 } },
	};

	(void)state;
	check_fits(cases, ARRAY_SIZE(cases));
}

static void the_widest_gives_way_first(void **state)
{
	static const struct fit_case cases[] = {
		{ { 10, 10, 20, 10 }, 50, { 10, 10, 17, 10 } },
		{ { 10, 10, 20, 10 }, 43, { 10, 10, 10, 10 } },
		{ { 10, 10, 20, 10 }, 42, { 9, 10, 10, 10 } },
		{ { 10, 10, 20, 10 }, 39, { 9, 9, 9, 9 } },
		{ { 10, 10, 20, 10 }, 23, { 4, 5, 6, 5 } },
		{ { 10, 10, 20, 10 }, 22, { 4, 5, 6, 4 } },
		{ { 10, 10, 20, 10 }, 21, { 4, 5, 6, 3 } },
	};

	(void)state;
	check_fits(cases, ARRAY_SIZE(cases));
}

/* One that is narrow by its texts alone never gives way; one that is at its least width no further. */
static void the_narrow_ones_are_left_alone(void **state)
{
	static const struct fit_case cases[] = {
		{ { 2, 5, 30, 3 }, 20, { 2, 5, 7, 3 } },
		{ { 2, 5, 30, 3 }, 19, { 2, 5, 6, 3 } },
		{ { 30, 2, 6, 1 }, 16, { 4, 2, 6, 1 } },
	};

	(void)state;
	check_fits(cases, ARRAY_SIZE(cases));
}

static void columns_are_left_out_by_what_they_are_worth(void **state)
{
	static const struct fit_case cases[] = {
		{ { 10, 10, 20, 10 }, 20, { 6, 0, 6, 6 } },
		{ { 4, 5, 6, 3 }, 21, { 4, 5, 6, 3 } },
		{ { 4, 5, 6, 3 }, 20, { 4, 0, 6, 3 } },
		{ { 4, 5, 6, 3 }, 15, { 4, 0, 6, 3 } },
		{ { 4, 5, 6, 3 }, 14, { 4, 0, 6, 0 } },
		{ { 4, 5, 6, 3 }, 11, { 4, 0, 6, 0 } },
	};

	(void)state;
	check_fits(cases, ARRAY_SIZE(cases));
}

static void essential_columns_become_tight_before_they_are_left_out(void **state)
{
	static const struct fit_case cases[] = {
		{ { 4, 5, 6, 3 }, 10, { 4, 0, 5, 0 } },
		{ { 4, 5, 6, 3 }, 9, { 4, 0, 4, 0 } },
		{ { 9, 5, 9, 3 }, 10, { 4, 0, 5, 0 } },
		{ { 4, 5, 6, 3 }, 8, { 0, 0, 6, 0 } },
		{ { 4, 5, 9, 3 }, 8, { 0, 0, 8, 0 } },
		{ { 4, 5, 6, 3 }, 4, { 0, 0, 4, 0 } },
		{ { 4, 5, 3, 3 }, 3, { 0, 0, 3, 0 } },
	};

	(void)state;
	check_fits(cases, ARRAY_SIZE(cases));
}

static void without_room_there_are_no_columns(void **state)
{
	static const struct fit_case cases[] = {
		{ { 10, 10, 20, 10 }, 0, { 0, 0, 0, 0 } },
		{ { 10, 10, 20, 10 }, 3, { 0, 0, 0, 0 } },
		{ { 0, 0, 0, 0 }, 0, { 0, 0, 0, 0 } },
	};

	(void)state;
	check_fits(cases, ARRAY_SIZE(cases));
	columns_fit(shown, 0, 10, NULL);
}

/* As narrow as it may become while an optional column is still there, or not. */
static unsigned least(const struct column *column, unsigned liked, bool tight)
{
	unsigned floor = tight && column->tight_width > 0 ? column->tight_width : column->least_width;

	return liked < floor ? liked : floor;
}

/* The one that was left out last: of those that are worth most, the rightmost. */
static size_t last_left_out(const struct column *const *of, size_t count, const unsigned *liked, const unsigned *widths)
{
	size_t last = count;

	for (size_t i = 0; i < count; i++) {
		if (liked[i] > 0 && widths[i] == 0 && (last == count || of[i]->keep >= of[last]->keep))
			last = i;
	}
	return last;
}

static bool has_optional(const struct column *const *of, size_t count, const unsigned *widths)
{
	for (size_t i = 0; i < count; i++) {
		if (widths[i] > 0 && of[i]->keep < COLUMN_ESSENTIAL)
			return true;
	}
	return false;
}

static void check_properties(const struct column *const *of, size_t count, unsigned total, const unsigned *liked)
{
	unsigned widths[COLUMN_COUNT], narrowest[COLUMN_COUNT];
	bool narrowed = false;

	memcpy(widths, liked, count * sizeof(widths[0]));
	columns_fit(of, count, total, widths);
	assert_true(taken(widths, count) <= total);
	size_t last = last_left_out(of, count, liked, widths);
	bool tight = !has_optional(of, count, widths), essential = last < count && of[last]->keep >= COLUMN_ESSENTIAL;
	for (size_t i = 0; i < count; i++) {
		assert_true(widths[i] == 0 || (widths[i] >= least(of[i], liked[i], tight) && widths[i] <= liked[i]));
		assert_true(widths[i] == 0 || last == count || of[i]->keep >= of[last]->keep);
		narrowed |= widths[i] > 0 && widths[i] < liked[i];
		narrowest[i] = widths[i] > 0 || i == last ? least(of[i], liked[i], essential) : 0;
	}
	if (narrowed)
		assert_int_equal(taken(widths, count), total); /* no more than was needed */
	if (last < count)
		assert_true(taken(narrowest, count) > total); /* there was no room for it */
}

static void no_screen_is_wasted_or_exceeded(void **state)
{
	const struct column *real[COLUMN_COUNT];
	size_t count = columns_select(VIEW_EXTENDED, real);
	unsigned liked[COLUMN_COUNT];
	uint64_t random = 1;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		for (size_t i = 0; i < COLUMN_COUNT; i++)
			liked[i] = (unsigned)(next_random(&random) % (round % 2 == 0 ? 12 : 60));
		check_properties(real, count, (unsigned)(next_random(&random) % 250), liked);
		check_properties(shown, COUNT, (unsigned)(next_random(&random) % 80), liked);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_room_for_all_each_gets_what_it_likes),
		cmocka_unit_test(the_widest_gives_way_first),
		cmocka_unit_test(the_narrow_ones_are_left_alone),
		cmocka_unit_test(columns_are_left_out_by_what_they_are_worth),
		cmocka_unit_test(essential_columns_become_tight_before_they_are_left_out),
		cmocka_unit_test(without_room_there_are_no_columns),
		cmocka_unit_test(no_screen_is_wasted_or_exceeded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
