/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The themes: readable on the background they are for, and nothing told by hue alone. */
#include "helpers.h"

#include <string.h>

#include "ui/theme.h"

/* Those that are not one of the others. */
static const enum theme themes[] = { THEME_DARK, THEME_LIGHT, THEME_BOTH, THEME_MONO };

/* What a face looks like to who sees no colours. */
static unsigned attributes(enum theme theme, enum depth depth, unsigned face)
{
	struct style style = theme_style(theme, depth, face);

	return (style.bold ? 1 : 0) | (style.underline ? 2 : 0) | (style.reverse ? 4 : 0);
}

static void what_must_be_seen_at_a_glance_differs_in_more_than_hue(void **state)
{
	static const unsigned faces[] = {
		FACE_TEXT, FACE_LISTEN, FACE_TIME_WAIT, FACE_TEXT | FACE_SELECTED, FACE_LISTEN | FACE_SELECTED,
		FACE_TIME_WAIT | FACE_SELECTED,
	};

	(void)state;
	for (size_t t = 0; t < ARRAY_SIZE(themes); t++) {
		for (enum depth depth = 0; depth < DEPTH_COUNT; depth++) {
			for (size_t i = 0; i < ARRAY_SIZE(faces); i++) {
				for (size_t k = 0; k < i; k++) {
					if (attributes(themes[t], depth, faces[i]) == attributes(themes[t], depth, faces[k]))
						fail_msg("%s, %d: faces %x and %x look alike", theme_name(themes[t]), (int)depth,
							 faces[i], faces[k]);
				}
			}
		}
	}
}

/* An alert is a cell of a row, which may be selected: it must stand out of both. */
static void an_alert_stands_out_of_its_row(void **state)
{
	static const unsigned rows[] = { FACE_TEXT, FACE_LISTEN };

	(void)state;
	for (size_t t = 0; t < ARRAY_SIZE(themes); t++) {
		for (enum depth depth = 0; depth < DEPTH_COUNT; depth++) {
			for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
				for (unsigned selected = 0; selected <= FACE_SELECTED; selected += FACE_SELECTED)
					assert_int_not_equal(attributes(themes[t], depth, FACE_ALERT | selected),
							     attributes(themes[t], depth, rows[i] | selected));
			}
		}
	}
}

/* As WCAG 2.1 defines it, but for less than 0.002 by which the polynomial misses the power; of a colour 0xRRGGBB. */
static double luminance(uint32_t rgb)
{
	static const double weights[] = { 0.0722, 0.7152, 0.2126 };
	double sum = 0;

	for (size_t i = 0; i < ARRAY_SIZE(weights); i++, rgb >>= 8) {
		double part = (rgb & 0xff) / 255.0;

		sum += weights[i] * part * (part * (part * 0.305306 + 0.682171) + 0.012523);
	}
	return sum;
}

static double contrast(uint32_t one, uint32_t other)
{
	double a = luminance(one) + 0.05, b = luminance(other) + 0.05;

	return a > b ? a / b : b / a;
}

static void check_contrast(enum theme theme, uint32_t background, double least)
{
	for (unsigned face = 0; face < FACE_COUNT; face++) {
		int32_t color = theme_style(theme, DEPTH_TRUE, face).color;

		if (color >= 0 && contrast((uint32_t)color, background) < least)
			fail_msg("%s: face %u has a contrast of %.2f", theme_name(theme), face,
				 contrast((uint32_t)color, background));
	}
}

static void text_can_be_read_on_its_background(void **state)
{
	(void)state;
	assert_true(contrast(0, 0xffffff) > 20.9);
	check_contrast(THEME_DARK, 0x000000, 4.5);
	check_contrast(THEME_LIGHT, 0xffffff, 4.5);
	check_contrast(THEME_BOTH, 0x000000, 4.0);
	check_contrast(THEME_BOTH, 0xffffff, 4.0);
}

static void without_colours_there_are_none(void **state)
{
	(void)state;
	for (unsigned face = 0; face < FACE_COUNT; face++) {
		for (enum depth depth = 0; depth < DEPTH_COUNT; depth++)
			assert_int_equal(theme_style(THEME_MONO, depth, face).color, -1);
		for (size_t t = 0; t < ARRAY_SIZE(themes); t++)
			assert_int_equal(theme_style(themes[t], DEPTH_MONO, face).color, -1);
	}
}

static void true_colours_are_those_of_256(void **state)
{
	(void)state;
	assert_int_equal(theme_rgb(16), 0x000000);
	assert_int_equal(theme_rgb(28), 0x008700);
	assert_int_equal(theme_rgb(214), 0xffaf00);
	assert_int_equal(theme_rgb(231), 0xffffff);
	assert_int_equal(theme_rgb(232), 0x080808);
	assert_int_equal(theme_rgb(255), 0xeeeeee);
	assert_int_equal(theme_style(THEME_DARK, DEPTH_TRUE, FACE_LISTEN).color,
			 theme_rgb((unsigned)theme_style(THEME_DARK, DEPTH_256, FACE_LISTEN).color));
}

static void the_background_is_what_the_terminal_says(void **state)
{
	static const struct {
		const char *colorfgbg;
		enum theme theme;
	} cases[] = {
		{ NULL, THEME_BOTH }, { "", THEME_BOTH }, { "15", THEME_BOTH }, { "0;", THEME_BOTH }, { "default;default", THEME_BOTH },
		{ "15;0", THEME_DARK }, { "15;default;0", THEME_DARK }, { "12;8", THEME_DARK }, { "7;6", THEME_DARK },
		{ "0;15", THEME_LIGHT }, { "0;7", THEME_LIGHT }, { "0;9", THEME_LIGHT }, { "0;16", THEME_BOTH }, { "0;7x", THEME_BOTH },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(theme_resolve(THEME_AUTO, cases[i].colorfgbg), cases[i].theme);
		assert_int_equal(theme_resolve(THEME_MONO, cases[i].colorfgbg), THEME_MONO);
	}
}

static void themes_have_names(void **state)
{
	struct buf error = BUF_INIT;
	enum theme theme;

	(void)state;
	for (enum theme at = 0; at < THEME_COUNT; at++) {
		assert_true(theme_parse(&theme, theme_name(at), &error));
		assert_int_equal(theme, at);
	}
	assert_false(theme_parse(&theme, "drak", &error));
	assert_text(&error, "\"drak\" is no theme; the nearest is \"dark\"");
	assert_false(theme_parse(&theme, "", &error));
	assert_int_equal(theme, THEME_COUNT - 1);
	buf_fini(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_must_be_seen_at_a_glance_differs_in_more_than_hue),
		cmocka_unit_test(an_alert_stands_out_of_its_row),
		cmocka_unit_test(text_can_be_read_on_its_background),
		cmocka_unit_test(without_colours_there_are_none),
		cmocka_unit_test(true_colours_are_those_of_256),
		cmocka_unit_test(the_background_is_what_the_terminal_says),
		cmocka_unit_test(themes_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
