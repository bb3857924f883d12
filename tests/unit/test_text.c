/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* On the heap, so that a step behind the NUL is found out. */
static uint32_t decode(const char *bytes, size_t *length)
{
	char *copy = strdup(bytes);
	const char *at = copy;

	assert_non_null(copy);
	uint32_t c = text_decode(&at);
	*length = (size_t)(at - copy);
	free(copy);
	return c;
}

static void the_ends_of_each_length_are_decoded(void **state)
{
	static const struct {
		const char *bytes;
		uint32_t c;
	} cases[] = {
		{ "\x01", 0x01 },
		{ "a", 'a' },
		{ "\x7f", 0x7f },
		{ "\xc2\x80", 0x80 },
		{ "\xdf\xbf", 0x7ff },
		{ "\xe0\xa0\x80", 0x800 },
		{ "\xed\x9f\xbf", 0xd7ff },
		{ "\xee\x80\x80", 0xe000 },
		{ "\xef\xbf\xbf", 0xffff },
		{ "\xf0\x90\x80\x80", 0x10000 },
		{ "\xf4\x8f\xbf\xbf", 0x10ffff },
	};
	size_t length;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(decode(cases[i].bytes, &length), cases[i].c);
		assert_int_equal(length, strlen(cases[i].bytes));
	}
}

static void of_an_invalid_sequence_one_byte_is_passed_over(void **state)
{
	static const char *const cases[] = {
		"\x80", "\xbf", "\xbf\xbf",                                  /* nothing that they continue */
		"\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf",      /* overlong */
		"\xf0\x80\x80\xaf", "\xf0\x8f\xbf\xbf",
		"\xed\xa0\x80", "\xed\xaf\xbf", "\xed\xb0\x80", "\xed\xbf\xbf", /* surrogates */
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf7\xbf\xbf\xbf",  /* over U+10FFFF */
		"\xf8\x88\x80\x80\x80", "\xfe", "\xff",
		"\xc3", "\xe2", "\xe2\x82", "\xf0", "\xf0\x9f", "\xf0\x9f\x98", /* truncated by the end */
		"\xc3(", "\xe2(\xa1", "\xe2\x82(", "\xf0\x9f\x98z",          /* and by another character */
		"\xc3\xc3\xa9",
	};
	size_t length;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(decode(cases[i], &length), TEXT_INVALID);
		assert_int_equal(length, 1);
	}
}

static void every_character_is_read_as_it_was_written(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	for (uint32_t c = 1; c <= 0x10ffff; c++) {
		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		buf_clear(&text);
		text_encode(&text, c);
		const char *at = text.data;
		if (text_decode(&at) != c || at != text.data + text.length)
			fail_msg("U+%04X is not read as it was written", c);
	}
	buf_fini(&text);
}

static void widths_are_those_of_the_terminal(void **state)
{
	static const struct {
		uint32_t c;
		int width;
	} cases[] = {
		{ ' ', 1 }, { 'a', 1 }, { '~', 1 }, { 0xe9, 1 }, { 0x2026, 1 }, { 0x416, 1 },
		{ 0x4e2d, 2 }, { 0x3042, 2 }, { 0xac00, 2 }, { 0xff21, 2 }, { 0x20000, 2 }, { 0x1f600, 2 },
		{ 0x00, 0 }, { 0x1b, 0 }, { 0x1f, 0 }, { 0x7f, 0 }, { 0x80, 0 }, { 0x9b, 0 }, { 0x9f, 0 },
		{ 0xad, 0 }, { 0x301, 0 }, { 0x61c, 0 }, { 0x200b, 0 }, { 0x200d, 0 }, { 0x200f, 0 }, { 0x2028, 0 },
		{ 0x202a, 0 }, { 0x202e, 0 }, { 0x2060, 0 }, { 0x2066, 0 }, { 0x2069, 0 }, { 0xfe0f, 0 }, { 0xfeff, 0 },
		{ 0xfff9, 0 }, { 0xe0001, 0 }, { TEXT_INVALID, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (text_char_width(cases[i].c) != cases[i].width)
			fail_msg("U+%04X has %d columns", cases[i].c, text_char_width(cases[i].c));
	}
}

static void what_a_terminal_would_obey_is_escaped(void **state)
{
	static const struct {
		const char *text, *clean;
	} cases[] = {
		{ "", "" },
		{ "nginx: worker process", "nginx: worker process" },
		{ "a\033[2Jb", "a\\x1b[2Jb" },
		{ "\001\t\n\r\037", "\\x01\\x09\\x0a\\x0d\\x1f" },
		{ "\x7f", "\\x7f" },
		{ "\xc2\x80\xc2\x9b" "31m\xc2\x9f", "\\u0080\\u009b31m\\u009f" },
		{ "evil\xe2\x80\xae" "gpj", "evil\\u202egpj" },
		{ "a\xe2\x80\x8b" "b", "a\\u200bb" },
		{ "\xef\xbb\xbfname", "\\ufeffname" },
		{ "e\xcc\x81", "e\\u0301" },
		{ "\xf3\xa0\x80\x81", "\\U000e0001" },
		{ "\xe3\x85\xa4\xef\xbe\xa0\xe1\x85\x9f", "\\u3164\\uffa0\\u115f" },
		{ "\xf0\x9f\x94\xa5\xef\xb8\x8f", "\xf0\x9f\x94\xa5\\ufe0f" },
		{ "\xff\xc3", "\\xff\\xc3" },
		{ "\xc0\xaf\xed\xa0\x80", "\\xc0\\xaf\\xed\\xa0\\x80" },
		{ "\xe4\xb8\xad\xf0\x9f\x98\x80\xc3\xa9", "\xe4\xb8\xad\xf0\x9f\x98\x80\xc3\xa9" },
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		text_clean(&out, cases[i].text);
		assert_text(&out, cases[i].clean);
	}
	buf_fini(&out);
}

static void random_bytes_come_out_clean(void **state)
{
	struct buf clean = BUF_INIT, again = BUF_INIT;
	uint64_t random = 1;
	char bytes[16];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		for (size_t i = 0; i < sizeof(bytes) - 1; i++)
			bytes[i] = (char)(next_random(&random) >> 56 | 1);
		bytes[sizeof(bytes) - 1] = '\0';
		text_clean(&clean, bytes);
		for (const char *at = buf_str(&clean); *at != '\0';)
			assert_true(text_char_width(text_decode(&at)) > 0);
		text_clean(&again, buf_str(&clean));
		assert_text(&again, buf_str(&clean));
		buf_clear(&clean);
	}
	buf_fini(&clean);
	buf_fini(&again);
}

static void a_text_is_as_wide_as_its_characters(void **state)
{
	(void)state;
	assert_int_equal(text_width(""), 0);
	assert_int_equal(text_width("abc"), 3);
	assert_int_equal(text_width("caf\u00e9"), 4);
	assert_int_equal(text_width("\u4e2d\u6587a"), 5);
}

struct cut_case {
	const char *text;
	size_t width;
	const char *cut;
};

static void check_cuts(const struct cut_case *cases, size_t count,
		       void (*cut)(struct buf *out, const char *clean, size_t width))
{
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < count; i++) {
		cut(&out, cases[i].text, cases[i].width);
		assert_text(&out, cases[i].cut);
	}
	buf_fini(&out);
}

static void what_is_too_long_is_cut_at_its_end(void **state)
{
	static const struct cut_case cases[] = {
		{ "", 0, "" },
		{ "", 1, "" },
		{ "abc", 4, "abc" },
		{ "abc", 3, "abc" },
		{ "abc", 2, "a\u2026" },
		{ "abc", 1, "\u2026" },
		{ "abc", 0, "" },
		{ "a", 1, "a" },
		{ "\u4e2d\u6587", 4, "\u4e2d\u6587" },
		{ "\u4e2d\u6587", 3, "\u4e2d\u2026" },
		{ "\u4e2d\u6587", 2, "\u2026" },
		{ "\u4e2d", 1, "\u2026" },
		{ "\u4e2d", 0, "" },
		{ "a\u4e2d", 2, "a\u2026" },
		{ "a\u4e2d\u6587", 4, "a\u4e2d\u2026" },
		{ "a\u4e2d\u6587", 3, "a\u2026" },
	};

	(void)state;
	check_cuts(cases, ARRAY_SIZE(cases), text_cut);
}

static void what_is_too_long_is_cut_in_its_middle(void **state)
{
	static const struct cut_case cases[] = {
		{ "127.0.0.1:9999", 14, "127.0.0.1:9999" },
		{ "127.0.0.1:9999", 13, "127.0.\u20261:9999" },
		{ "127.0.0.1:9999", 10, "127.0\u20269999" },
		{ "127.0.0.1:9999", 3, "1\u20269" },
		{ "127.0.0.1:9999", 2, "1\u2026" },
		{ "127.0.0.1:9999", 1, "\u2026" },
		{ "127.0.0.1:9999", 0, "" },
		{ "\u4e2d\u6587\u4e2d\u6587", 8, "\u4e2d\u6587\u4e2d\u6587" },
		{ "\u4e2d\u6587\u4e2d\u6587", 7, "\u4e2d\u2026\u6587" },
		{ "\u4e2d\u6587\u4e2d\u6587", 3, "\u2026" },
	};

	(void)state;
	check_cuts(cases, ARRAY_SIZE(cases), text_cut_middle);
}

/* Pieces of one and two columns in every order; a cut one is never wider than the room, and says that it is cut. */
static void check_cut(void (*cut)(struct buf *out, const char *clean, size_t width), const char *text, size_t width)
{
	struct buf out = BUF_INIT;

	cut(&out, text, width);
	assert_true(text_width(buf_str(&out)) <= width);
	if (text_width(text) <= width)
		assert_string_equal(buf_str(&out), text);
	else
		assert_int_equal(strstr(buf_str(&out), "\u2026") != NULL, width > 0);
	buf_fini(&out);
}

static void no_cut_is_wider_than_the_room(void **state)
{
	(void)state;
	for (unsigned pattern = 0; pattern < 1u << 8; pattern++) {
		struct buf text = BUF_INIT;

		for (unsigned i = 0; i < 8; i++)
			buf_puts(&text, pattern >> i & 1 ? "\u6587" : "x");
		for (size_t width = 0; width <= 18; width++) {
			check_cut(text_cut, text.data, width);
			check_cut(text_cut_middle, text.data, width);
		}
		buf_fini(&text);
	}
}

static void text_is_wrapped_between_words(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	text_wrap(&out, "one two  three", 7, "> ");
	assert_text(&out, "> one two\n> three\n");
	buf_clear(&out);
	text_wrap(&out, "a-word-that-is-too-long \033 \344\270\255\344\270\255 b", 6, "");
	assert_text(&out, "a-word-that-is-too-long\n\\x1b\n\344\270\255\344\270\255 b\n");
	buf_clear(&out);
	text_wrap(&out, " ", 6, "> ");
	assert_text(&out, "");
	buf_fini(&out);
}

static void a_duration_has_a_unit_or_is_seconds(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} cases[] = {
		{ "30s", 30000000000 }, { "30", 30000000000 }, { "500ms", 500000000 },   { "1.5", 1500000000 },
		{ "2m", 120000000000 }, { "20us", 20000 },     { "0.5h", 1800000000000 }, { "1d", 86400000000000 },
		{ "0", 0 },
	};
	static const char *const bad[] = { "", "s", "1x", "-1", "1e3", "1 s", "2d", "86401", "1s ", "0x1", "nan", "1ss", "1.2.3s",
					   "11111111111111111111111111111111111111111111s" };
	uint64_t ns;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_true(text_duration(cases[i].text, 0, UINT64_C(86400000000000), &ns));
		assert_int_equal(ns, cases[i].ns);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(text_duration(bad[i], 0, UINT64_C(86400000000000), &ns));
	assert_false(text_duration("99ms", 100000000, UINT64_C(86400000000000), &ns));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_ends_of_each_length_are_decoded),
		cmocka_unit_test(of_an_invalid_sequence_one_byte_is_passed_over),
		cmocka_unit_test(every_character_is_read_as_it_was_written),
		cmocka_unit_test(widths_are_those_of_the_terminal),
		cmocka_unit_test(what_a_terminal_would_obey_is_escaped),
		cmocka_unit_test(random_bytes_come_out_clean),
		cmocka_unit_test(a_text_is_as_wide_as_its_characters),
		cmocka_unit_test(what_is_too_long_is_cut_at_its_end),
		cmocka_unit_test(what_is_too_long_is_cut_in_its_middle),
		cmocka_unit_test(no_cut_is_wider_than_the_room),
		cmocka_unit_test(text_is_wrapped_between_words),
		cmocka_unit_test(a_duration_has_a_unit_or_is_seconds),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
