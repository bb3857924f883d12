/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <string.h>

static void nothing_added_reads_as_an_empty_string(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	assert_string_equal(buf_str(&buf), "");
	buf_clear(&buf);
	assert_string_equal(buf_str(&buf), "");
	buf_add(&buf, "", 0);
	assert_string_equal(buf_str(&buf), "");
	assert_int_equal(buf.length, 0);
	buf_fini(&buf);
}

static void pieces_stand_one_behind_the_other(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_puts(&buf, "ab");
	buf_putc(&buf, 'c');
	buf_add(&buf, "def", 2);
	buf_fill(&buf, '-', 3);
	buf_fill(&buf, '+', 0);
	buf_uint(&buf, 42);
	buf_printf(&buf, "%s=%d", "x", -1);
	assert_string_equal(buf_str(&buf), "abcde---42x=-1");
	assert_int_equal(buf.length, strlen("abcde---42x=-1"));
	buf_fini(&buf);
}

static void any_byte_may_be_in_it(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_add(&buf, "a\0b", 3);
	buf_putc(&buf, '\0');
	buf_putc(&buf, '\xff');
	assert_int_equal(buf.length, 5);
	assert_memory_equal(buf.data, "a\0b\0\xff", 6);
	buf_fini(&buf);
}

static void numbers_are_decimal(void **state)
{
	static const struct {
		uint64_t value;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ 9, "9" },
		{ 10, "10" },
		{ 65535, "65535" },
		{ UINT32_MAX, "4294967295" },
		{ UINT64_MAX, "18446744073709551615" },
	};
	struct buf buf = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		buf_uint(&buf, cases[i].value);
		assert_text(&buf, cases[i].text);
	}
	buf_fini(&buf);
}

/* Every length around the sizes that are allocated: the NUL has room, too. */
static void it_grows_by_single_bytes(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	for (size_t length = 1; length <= 5000; length++) {
		buf_putc(&buf, (char)('a' + length % 26));
		assert_int_equal(buf.length, length);
		assert_true(buf.capacity > length);
		assert_int_equal(buf.data[length], '\0');
	}
	for (size_t i = 0; i < buf.length; i++)
		assert_int_equal(buf.data[i], 'a' + (int)((i + 1) % 26));
	buf_fini(&buf);
}

static void it_grows_by_one_long_piece(void **state)
{
	static char text[3000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	for (size_t length = 60; length < 70; length++) {
		struct buf added = BUF_INIT, printed = BUF_INIT, filled = BUF_INIT;

		buf_add(&added, text, length);
		buf_printf(&printed, "%.*s", (int)length, text);
		buf_fill(&filled, 'x', length);
		assert_int_equal(strlen(buf_str(&added)), length);
		assert_string_equal(buf_str(&printed), buf_str(&added));
		assert_string_equal(buf_str(&filled), buf_str(&added));
		buf_printf(&added, "%s", text);
		assert_int_equal(added.length, length + sizeof(text) - 1);
		assert_int_equal(strlen(added.data), added.length);
		buf_fini(&added);
		buf_fini(&printed);
		buf_fini(&filled);
	}
}

static void emptied_it_keeps_its_memory(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_fill(&buf, 'x', 1000);
	const char *data = buf.data;
	buf_clear(&buf);
	assert_int_equal(buf.length, 0);
	assert_string_equal(buf_str(&buf), "");
	buf_fill(&buf, 'y', 1000);
	assert_ptr_equal(buf.data, data);
	buf_fini(&buf);
	assert_null(buf.data);
	assert_int_equal(buf.length, 0);
	assert_int_equal(buf.capacity, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_added_reads_as_an_empty_string),
		cmocka_unit_test(pieces_stand_one_behind_the_other),
		cmocka_unit_test(any_byte_may_be_in_it),
		cmocka_unit_test(numbers_are_decimal),
		cmocka_unit_test(it_grows_by_single_bytes),
		cmocka_unit_test(it_grows_by_one_long_piece),
		cmocka_unit_test(emptied_it_keeps_its_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
