/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <locale.h>
#include <string.h>

#include "ui/screen.h"
#include "ui/theme.h"

enum { WIDTH = 10, HEIGHT = 3 };

struct fixture {
	struct screen screen;
	struct buf out;
};

static int setup(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ .out = BUF_INIT };
	screen_resize(&fixture.screen, WIDTH, HEIGHT);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	screen_fini(&fixture->screen);
	buf_fini(&fixture->out);
	return 0;
}

static const struct cell *cell(const struct fixture *fixture, unsigned x, unsigned y)
{
	return &fixture->screen.cells[y * fixture->screen.width + x];
}

/* No half of a wide character stands alone. */
static bool is_whole(const struct screen *screen)
{
	for (unsigned i = 0; i < screen->width * screen->height; i++) {
		const struct cell *at = &screen->cells[i];
		bool has_right = (i + 1) % screen->width != 0 && at[1].width == 0;

		if ((at->width == 2) != has_right || (i % screen->width == 0 && at->width == 0))
			return false;
		if ((at->width == 0) != (at->c == 0) || at->width > 2)
			return false;
	}
	return true;
}

static void check_screen(struct fixture *fixture, const char *expected)
{
	assert_true(is_whole(&fixture->screen));
	screen_format(&fixture->out, &fixture->screen);
	assert_text(&fixture->out, expected);
}

static void a_new_screen_is_blank(void **state)
{
	struct fixture *fixture = *state;

	check_screen(fixture, "\n\n\n");
	for (unsigned x = 0; x < WIDTH; x++) {
		assert_int_equal(cell(fixture, x, 2)->c, ' ');
		assert_int_equal(cell(fixture, x, 2)->width, 1);
		assert_int_equal(cell(fixture, x, 2)->face, FACE_TEXT);
	}
}

static void a_text_stands_where_it_was_put(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(screen_put(&fixture->screen, 2, 1, 10, FACE_TITLE, "a bc"), 4);
	check_screen(fixture, "\n  a bc\n\n");
	assert_int_equal(cell(fixture, 1, 1)->face, FACE_TEXT);
	assert_int_equal(cell(fixture, 2, 1)->face, FACE_TITLE);
	assert_int_equal(cell(fixture, 5, 1)->face, FACE_TITLE);
	assert_int_equal(cell(fixture, 6, 1)->face, FACE_TEXT);
}

static void what_is_too_long_is_cut_at_its_width_or_the_edge(void **state)
{
	static const struct {
		unsigned x, width, taken;
		const char *text, *screen;
	} cases[] = {
		{ 0, 4, 4, "abcd", "abcd\n\n\n" },
		{ 0, 4, 4, "abcde", "abc\u2026\n\n\n" },
		{ 0, 1, 1, "abcde", "\u2026\n\n\n" },
		{ 0, 0, 0, "abcde", "\n\n\n" },
		{ 8, 10, 2, "ab", "        ab\n\n\n" },
		{ 8, 10, 2, "abc", "        a\u2026\n\n\n" },
		{ 9, 1, 1, "a", "         a\n\n\n" },
		{ 9, 100, 1, "ab", "         \u2026\n\n\n" },
		{ 2, UINT32_MAX, 8, "abcdefghij", "  abcdefg\u2026\n\n\n" },
		{ 10, 5, 0, "a", "\n\n\n" },
		{ UINT32_MAX, 5, 0, "a", "\n\n\n" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		screen_resize(&fixture->screen, WIDTH, HEIGHT);
		assert_int_equal(screen_put(&fixture->screen, cases[i].x, 0, cases[i].width, FACE_TEXT, cases[i].text),
				 cases[i].taken);
		check_screen(fixture, cases[i].screen);
	}
}

static void rows_below_the_screen_are_not_drawn(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(screen_put(&fixture->screen, 0, HEIGHT, 5, FACE_TEXT, "a"), 0);
	assert_int_equal(screen_put(&fixture->screen, 0, UINT32_MAX, 5, FACE_TEXT, "a"), 0);
	screen_fill(&fixture->screen, 0, HEIGHT, 5, FACE_TITLE);
	check_screen(fixture, "\n\n\n");
}

static void a_wide_character_takes_two_cells(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(screen_put(&fixture->screen, 1, 0, 9, FACE_TITLE, "a\u4e2db"), 4);
	check_screen(fixture, " a\u4e2db\n\n\n");
	assert_int_equal(cell(fixture, 2, 0)->width, 2);
	assert_int_equal(cell(fixture, 3, 0)->width, 0);
	assert_int_equal(cell(fixture, 3, 0)->face, FACE_TITLE);
	assert_int_equal(cell(fixture, 4, 0)->c, 'b');
}

static void a_wide_character_is_not_split_by_the_edge(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(screen_put(&fixture->screen, 8, 0, 5, FACE_TEXT, "\u4e2d"), 2);
	assert_int_equal(screen_put(&fixture->screen, 9, 1, 5, FACE_TEXT, "\u4e2d"), 1);
	assert_int_equal(screen_put(&fixture->screen, 0, 2, 4, FACE_TEXT, "a\u4e2d\u6587"), 4);
	check_screen(fixture, "        \u4e2d\n         \u2026\na\u4e2d\u2026\n");
}

/* Two wide characters at 2 and 4; a text over any part of them leaves no half behind. */
static void what_is_left_of_an_overwritten_wide_character_is_blank(void **state)
{
	static const struct {
		unsigned x;
		const char *text, *screen;
	} cases[] = {
		{ 1, "x", " x\u4e2d\u6587\n\n\n" },
		{ 2, "x", "  x \u6587\n\n\n" },
		{ 3, "x", "   x\u6587\n\n\n" },
		{ 4, "x", "  \u4e2dx\n\n\n" },
		{ 5, "x", "  \u4e2d x\n\n\n" },
		{ 1, "xy", " xy \u6587\n\n\n" },
		{ 3, "xy", "   xy\n\n\n" },
		{ 1, "\u3042", " \u3042 \u6587\n\n\n" },
		{ 2, "\u3042", "  \u3042\u6587\n\n\n" },
		{ 3, "\u3042", "   \u3042\n\n\n" },
		{ 5, "\u3042", "  \u4e2d \u3042\n\n\n" },
		{ 1, "\u3042\u3042", " \u3042\u3042\n\n\n" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		screen_resize(&fixture->screen, WIDTH, HEIGHT);
		screen_put(&fixture->screen, 2, 0, 8, FACE_TEXT, "\u4e2d\u6587");
		screen_put(&fixture->screen, cases[i].x, 0, 8, FACE_TEXT, cases[i].text);
		check_screen(fixture, cases[i].screen);
	}
}

static void an_empty_text_changes_nothing(void **state)
{
	struct fixture *fixture = *state;

	screen_put(&fixture->screen, 2, 0, 8, FACE_TEXT, "\u4e2d\u6587");
	for (unsigned x = 0; x < WIDTH; x++) {
		assert_int_equal(screen_put(&fixture->screen, x, 0, 8, FACE_TITLE, ""), 0);
		assert_int_equal(screen_put(&fixture->screen, x, 0, 0, FACE_TITLE, "text"), 0);
	}
	check_screen(fixture, "  \u4e2d\u6587\n\n\n");
}

static void a_fill_blanks_its_columns_in_its_face(void **state)
{
	struct fixture *fixture = *state;

	screen_put(&fixture->screen, 0, 0, 10, FACE_TITLE, "abcdefghij");
	screen_fill(&fixture->screen, 2, 0, 3, FACE_HEADER);
	check_screen(fixture, "ab   fghij\n\n\n");
	assert_int_equal(cell(fixture, 1, 0)->face, FACE_TITLE);
	assert_int_equal(cell(fixture, 2, 0)->face, FACE_HEADER);
	assert_int_equal(cell(fixture, 4, 0)->face, FACE_HEADER);
	assert_int_equal(cell(fixture, 5, 0)->face, FACE_TITLE);
	screen_fill(&fixture->screen, 8, 0, UINT32_MAX, FACE_HEADER);
	screen_fill(&fixture->screen, 10, 0, 1, FACE_HEADER);
	check_screen(fixture, "ab   fgh\n\n\n");
}

static void a_fill_leaves_no_half_of_a_wide_character(void **state)
{
	struct fixture *fixture = *state;

	screen_put(&fixture->screen, 0, 0, 10, FACE_TEXT, "\u4e2d\u6587\u4e2d\u6587");
	screen_fill(&fixture->screen, 1, 0, 2, FACE_HEADER);
	check_screen(fixture, "    \u4e2d\u6587\n\n\n");
	screen_fill(&fixture->screen, 7, 0, 1, FACE_HEADER);
	check_screen(fixture, "    \u4e2d\n\n\n");
}

static void hostile_text_is_escaped(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(screen_put(&fixture->screen, 0, 0, 10, FACE_TEXT, "a\033[2J"), 8);
	screen_put(&fixture->screen, 0, 1, 10, FACE_TEXT, "\n\xc2\x9b");
	screen_put(&fixture->screen, 0, 2, 10, FACE_TEXT, "e\xcc\x81\xff");
	check_screen(fixture, "a\\x1b[2J\n\\x0a\\u009b\ne\\u0301\\x\u2026\n");
}

static void blanks_at_the_end_of_a_row_are_not_formatted(void **state)
{
	struct fixture *fixture = *state;

	buf_puts(&fixture->out, "kept ");
	screen_put(&fixture->screen, 0, 0, 10, FACE_TEXT, "a  b   ");
	screen_put(&fixture->screen, 8, 1, 10, FACE_TEXT, "\u4e2d");
	check_screen(fixture, "kept a  b\n        \u4e2d\n\n");
}

static void resized_it_is_blank_again(void **state)
{
	struct fixture *fixture = *state;

	screen_put(&fixture->screen, 0, 0, 10, FACE_TITLE, "abc");
	screen_resize(&fixture->screen, 200, 2);
	check_screen(fixture, "\n\n");
	assert_int_equal(cell(fixture, 0, 0)->face, FACE_TEXT);
	screen_resize(&fixture->screen, 1, 1);
	screen_put(&fixture->screen, 0, 0, 10, FACE_TEXT, "\u4e2d");
	check_screen(fixture, "\u2026\n");
	screen_resize(&fixture->screen, 0, 0);
	assert_int_equal(screen_put(&fixture->screen, 0, 0, 10, FACE_TEXT, "a"), 0);
	check_screen(fixture, "");
}

static void whatever_is_put_there_are_no_halves(void **state)
{
	static const char *const texts[] = { "", "x", "\u4e2d", "x\u4e2d", "\u4e2dx", "\u4e2d\u6587\u4e2d", "abc\u6587" };
	struct fixture *fixture = *state;
	uint64_t random = 1;

	for (unsigned round = 0; round < 20000; round++) {
		unsigned x = (unsigned)(next_random(&random) % 12), width = (unsigned)(next_random(&random) % 12);
		const char *text = texts[next_random(&random) % ARRAY_SIZE(texts)];

		unsigned taken = screen_put(&fixture->screen, x, round % HEIGHT, width, FACE_TEXT, text);
		assert_true(taken <= width && (taken == 0 || x + taken <= WIDTH));
		assert_true(is_whole(&fixture->screen));
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_screen_is_blank),
		TEST(a_text_stands_where_it_was_put),
		TEST(what_is_too_long_is_cut_at_its_width_or_the_edge),
		TEST(rows_below_the_screen_are_not_drawn),
		TEST(a_wide_character_takes_two_cells),
		TEST(a_wide_character_is_not_split_by_the_edge),
		TEST(what_is_left_of_an_overwritten_wide_character_is_blank),
		TEST(an_empty_text_changes_nothing),
		TEST(a_fill_blanks_its_columns_in_its_face),
		TEST(a_fill_leaves_no_half_of_a_wide_character),
		TEST(hostile_text_is_escaped),
		TEST(blanks_at_the_end_of_a_row_are_not_formatted),
		TEST(resized_it_is_blank_again),
		TEST(whatever_is_put_there_are_no_halves),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
