/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <locale.h>
#include <string.h>

#include "ui/action.h"
#include "ui/input.h"
#include "ui/keymap.h"

/* With the keys that nobody has changed. */
static const struct action *find(enum mode mode, uint32_t key)
{
	struct keymap keymap;

	keymap_init(&keymap);
	return keymap_find(&keymap, mode, key);
}

static bool is_digit(uint32_t key)
{
	return key >= '0' && key <= '9';
}

/* The same key, or a digit where any digit is meant. */
static bool overlap(uint32_t a, uint32_t b)
{
	return a != INPUT_NONE && (a == b || (a == INPUT_DIGIT && is_digit(b)) || (b == INPUT_DIGIT && is_digit(a)));
}

static bool have_a_key_in_common(const struct action *a, const struct action *b)
{
	for (size_t i = 0; i < ACTION_KEYS_MAX; i++) {
		for (size_t j = 0; j < ACTION_KEYS_MAX; j++) {
			if (overlap(a->keys[i], b->keys[j]))
				return true;
		}
	}
	return false;
}

static void no_key_has_two_meanings_in_a_mode(void **state)
{
	(void)state;
	for (const struct action *action = actions; action->name != NULL; action++) {
		for (const struct action *other = actions; other != action; other++) {
			if (other->mode == action->mode && have_a_key_in_common(action, other))
				fail_msg("%s and %s have a key in common", other->name, action->name);
		}
	}
}

static void names_are_unique(void **state)
{
	(void)state;
	for (const struct action *action = actions; action->name != NULL; action++) {
		assert_ptr_equal(action_named(action->name), action);
		for (const struct action *other = actions; other != action; other++)
			assert_string_not_equal(other->name, action->name);
	}
	assert_null(action_named("no-such-action"));
	assert_null(action_named(""));
}

static void every_action_has_help_a_key_and_does_something(void **state)
{
	(void)state;
	for (const struct action *action = actions; action->name != NULL; action++) {
		size_t length = strlen(action->help);

		assert_true(length > 0 && action->help[length - 1] != '.');
		assert_int_not_equal(action->keys[0], INPUT_NONE);
		assert_non_null(action->act);
		if (action->label != NULL)
			assert_true(strlen(action->label) > 0);
	}
}

/* Help shows the keys up to the first that is none. */
static void keys_stand_before_those_that_are_none(void **state)
{
	(void)state;
	for (const struct action *action = actions; action->name != NULL; action++) {
		for (size_t i = 1; i < ACTION_KEYS_MAX; i++)
			assert_true(action->keys[i] == INPUT_NONE || action->keys[i - 1] != INPUT_NONE);
	}
}

static void every_key_leads_to_its_action(void **state)
{
	(void)state;
	for (const struct action *action = actions; action->name != NULL; action++) {
		for (size_t i = 0; i < ACTION_KEYS_MAX && action->keys[i] != INPUT_NONE; i++)
			assert_ptr_equal(find(action->mode, action->keys[i]), action);
	}
	for (uint32_t digit = '0'; digit <= '9'; digit++) {
		assert_string_equal(find(MODE_TABLE, digit)->name, "jump");
		assert_null(find(MODE_JUMP, digit)); /* a part of the port */
		assert_null(find(MODE_HELP, digit));
	}
}

static void a_key_without_a_meaning_has_no_action(void **state)
{
	static const uint32_t keys[] = { INPUT_NONE, 0x10ffff, INPUT_F1 + 100, INPUT_DIGIT + 1000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		for (enum mode mode = 0; mode < MODE_COUNT; mode++)
			assert_null(find(mode, keys[i]));
	}
}

/* DESIGN, 5: Esc backs out one layer. */
static void escape_means_something_in_every_mode(void **state)
{
	(void)state;
	for (enum mode mode = 0; mode < MODE_COUNT; mode++)
		assert_non_null(find(mode, INPUT_ESCAPE));
}

/* DESIGN, 5: fingers expect these. */
static void expected_keys_do_what_is_expected(void **state)
{
	static const struct {
		uint32_t key;
		const char *name;
	} cases[] = {
		{ 'j', "down" }, { 'k', "up" }, { INPUT_DOWN, "down" }, { INPUT_UP, "up" },
		{ INPUT_PAGE_DOWN, "page-down" }, { INPUT_CTRL('F'), "page-down" },
		{ INPUT_PAGE_UP, "page-up" }, { INPUT_CTRL('B'), "page-up" },
		{ INPUT_CTRL('D'), "half-down" }, { INPUT_CTRL('U'), "half-up" },
		{ 'g', "top" }, { 'G', "bottom" },
		{ 't', "tcp" }, { 'u', "udp" }, { 'l', "listening" }, { 'e', "extended" }, { 'a', "all" },
		{ 'v', "group" }, { 'z', "fold" }, { '*', "fold-all" }, { INPUT_LEFT, "fold-left" },
		{ INPUT_RIGHT, "unfold-right" }, { 'F', "follow" }, { 'f', "ipv4" }, { 's', "ipv6" },
		{ 'p', "pause" }, { 'Z', "pause" }, { '+', "slower" }, { '-', "faster" },
		{ '/', "search" }, { 'n', "search-next" }, { 'N', "search-previous" },
		{ INPUT_F1 + 3, "filter" }, { '\\', "filter" },
		{ INPUT_F1 + 5, "sort-next" }, { '>', "sort-next" }, { '<', "sort-previous" }, { 'I', "invert" },
		{ INPUT_TAB, "pane" }, { '9', "jump" }, { INPUT_CTRL('L'), "redraw" }, { INPUT_CTRL('Z'), "suspend" },
		{ '?', "help" }, { 'h', "help" }, { INPUT_F1, "help" },
		{ 'q', "quit" }, { INPUT_F1 + 9, "quit" }, { INPUT_CTRL('C'), "quit" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct action *action = find(MODE_TABLE, cases[i].key);

		if (action == NULL || strcmp(action->name, cases[i].name) != 0)
			fail_msg("%s does not have its key", cases[i].name);
	}
}

static void keys_have_names(void **state)
{
	static const struct {
		uint32_t key;
		const char *name;
	} cases[] = {
		{ 'q', "q" }, { '?', "?" }, { '~', "~" }, { 0xe9, "\xc3\xa9" }, { ' ', "Space" },
		{ INPUT_TAB, "Tab" }, { INPUT_ENTER, "Enter" }, { INPUT_ESCAPE, "Esc" }, { INPUT_BACKSPACE, "Backspace" },
		{ INPUT_CTRL('L'), "^L" }, { INPUT_CTRL('a'), "^A" }, { 0x1f, "^_" },
		{ INPUT_UP, "Up" }, { INPUT_DOWN, "Down" }, { INPUT_LEFT, "Left" }, { INPUT_RIGHT, "Right" },
		{ INPUT_PAGE_UP, "PgUp" }, { INPUT_PAGE_DOWN, "PgDn" }, { INPUT_HOME, "Home" }, { INPUT_END, "End" },
		{ INPUT_DIGIT, "0-9" }, { INPUT_F1, "F1" }, { INPUT_F1 + 11, "F12" },
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		input_format(&out, cases[i].key);
		assert_text(&out, cases[i].name);
		assert_int_equal(input_named(cases[i].name), cases[i].key);
	}
	buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_key_has_two_meanings_in_a_mode),
		cmocka_unit_test(names_are_unique),
		cmocka_unit_test(every_action_has_help_a_key_and_does_something),
		cmocka_unit_test(keys_stand_before_those_that_are_none),
		cmocka_unit_test(every_key_leads_to_its_action),
		cmocka_unit_test(a_key_without_a_meaning_has_no_action),
		cmocka_unit_test(escape_means_something_in_every_mode),
		cmocka_unit_test(expected_keys_do_what_is_expected),
		cmocka_unit_test(keys_have_names),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
