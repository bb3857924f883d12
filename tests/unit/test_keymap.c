/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys that users have bound. */
#include "helpers.h"

#include <locale.h>
#include <string.h>

#include "app_fixture.h"
#include "ui/action.h"
#include "ui/bars.h"
#include "ui/input.h"
#include "ui/keymap.h"
#include "ui/mouse.h"

static int setup(void **state)
{
	static struct keymap keymap;

	keymap_init(&keymap);
	*state = &keymap;
	return 0;
}

static void bind_keys(struct keymap *keymap, const char *text)
{
	struct buf error = BUF_INIT;

	if (!keymap_bind(keymap, text, &error))
		fail_msg("\"%s\": %s", text, error.data);
	assert_int_equal(error.length, 0);
}

static void check_meaning(const struct keymap *keymap, enum mode mode, uint32_t key, const char *name)
{
	const struct action *action = keymap_find(keymap, mode, key);

	assert_string_equal(action != NULL ? action->name : "none", name);
}

static void check_keys(const struct keymap *keymap, const char *name, const char *keys)
{
	struct buf out = BUF_INIT;

	keymap_format(&out, keymap, action_named(name));
	assert_text(&out, keys);
	buf_fini(&out);
}

static void a_bound_key_is_the_first_of_its_action(void **state)
{
	struct keymap *keymap = *state;

	check_keys(keymap, "pause", "p Z");
	bind_keys(keymap, "F5 pause");
	check_keys(keymap, "pause", "F5 p Z");
	check_meaning(keymap, MODE_TABLE, INPUT_F1 + 4, "pause");
	check_meaning(keymap, MODE_TABLE, 'p', "pause");
	bind_keys(keymap, " Z \t pause ");
	check_keys(keymap, "pause", "Z F5 p");
}

static void a_key_that_is_bound_anew_leaves_its_old_action_in_that_mode_only(void **state)
{
	struct keymap *keymap = *state;

	bind_keys(keymap, "q pause");
	check_meaning(keymap, MODE_TABLE, 'q', "pause");
	check_keys(keymap, "quit", "F10 ^C");
	check_meaning(keymap, MODE_HELP, 'q', "help-leave");
	bind_keys(keymap, "q tag");
	check_meaning(keymap, MODE_TABLE, 'q', "tag");
	check_keys(keymap, "pause", "p Z");
}

static void a_key_is_taken_away_everywhere(void **state)
{
	struct keymap *keymap = *state;

	bind_keys(keymap, "q none");
	for (enum mode mode = 0; mode < MODE_COUNT; mode++)
		check_meaning(keymap, mode, 'q', "none");
	check_keys(keymap, "quit", "F10 ^C");
	check_keys(keymap, "help-leave", "Esc F1 ?");
}

static void digits_can_be_bound_one_by_one_and_together(void **state)
{
	struct keymap *keymap = *state;

	bind_keys(keymap, "5 pause");
	check_meaning(keymap, MODE_TABLE, '5', "pause");
	check_meaning(keymap, MODE_TABLE, '4', "jump");
	bind_keys(keymap, "0-9 none");
	check_meaning(keymap, MODE_TABLE, '4', "none");
	check_meaning(keymap, MODE_TABLE, '5', "pause");
	check_meaning(keymap, MODE_KILL, '1', "none");
}

static void keys_are_named_as_help_names_them_or_nearly(void **state)
{
	static const struct {
		const char *name;
		uint32_t key;
	} cases[] = {
		{ "pgup", INPUT_PAGE_UP }, { "SPACE", ' ' }, { "f12", INPUT_F1 + 11 }, { "^l", INPUT_CTRL('L') }, { "^_", 0x1f },
		{ "^[", INPUT_ESCAPE }, { "^i", INPUT_TAB }, { "^M", INPUT_ENTER }, { "^J", INPUT_ENTER }, { "^H", INPUT_BACKSPACE },
		{ "^", '^' }, { "=", '=' }, { "#", '#' }, { "\xc3\xa9", 0xe9 }, { "Q", 'Q' },
		{ "", INPUT_NONE }, { "^@", INPUT_NONE }, { "^1", INPUT_NONE }, { "^?", INPUT_NONE }, { "^LL", INPUT_NONE },
		{ "F13", INPUT_NONE }, { "qq", INPUT_NONE }, { "\x01", INPUT_NONE }, { "\xff", INPUT_NONE }, { "^\xff", INPUT_NONE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(input_named(cases[i].name), cases[i].key);
}

static void what_is_not_right_is_named(void **state)
{
	static const struct {
		const char *text, *fault;
	} cases[] = {
		{ "F13 pause", "\"F13\" is no key; the nearest is \"F1\"" },
		{ "Pageup pause", "\"Pageup\" is no key; the nearest is \"PgUp\"" },
		{ "F5 paus", "\"paus\" is no action; the nearest is \"pause\"" },
		{ "F5 None", "\"None\" is no action; the nearest is \"none\"" },
		{ "F5", "\"F5\" needs an action behind it, such as F5 pause" },
		{ "", "\"\" is no key; the nearest is " },
		{ "F5 pause now", "\"now\" is too much; a key and an action are all" },
		{ "^C none", "\"^C\" cannot be bound; the terminal keeps ^C, which always ends the program, " },
		{ "^s pause", "\"^s\" cannot be bound; " },
		{ "\x1b pause", "\"\\x1b\" is no key; " },
	};
	struct keymap before;
	struct buf error = BUF_INIT;

	memcpy(&before, *state, sizeof(before));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_false(keymap_bind(*state, cases[i].text, &error));
		if (strncmp(error.data, cases[i].fault, strlen(cases[i].fault)) != 0)
			fail_msg("\"%s\": %s", cases[i].text, error.data);
		buf_clear(&error);
		assert_memory_equal(&before, *state, sizeof(before));
	}
	buf_fini(&error);
}

static void an_action_has_room_for_some_keys(void **state)
{
	struct keymap *keymap = *state;
	struct buf error = BUF_INIT;
	char text[] = "A pause";
	int bound = 0;

	for (; text[0] < 'Z' && keymap_bind(keymap, text, &error); text[0]++)
		bound++;
	assert_int_equal(bound, KEYMAP_KEYS_MAX - 2); /* it had two */
	assert_text(&error, "\"pause\" has as many keys as it can have");
	check_keys(keymap, "pause", "F E D C B A p Z");
	buf_fini(&error);
}

static void interrupt_ends_the_program_whatever_is_bound(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	for (enum mode mode = 0; mode < MODE_COUNT; mode++) {
		bind_keys(&app->keymap, "q none");
		bind_keys(&app->keymap, "F10 none");
		app->mode = mode;
		app->wishes = 0;
		press(app, "q");
		app_key(app, INPUT_F1 + 9);
		assert_int_equal(app->wishes & WISH_QUIT, 0);
		app_key(app, INPUT_CTRL('C'));
		assert_int_not_equal(app->wishes & WISH_QUIT, 0);
	}
}

static void check_bar(struct fixture *fixture, const char *begin)
{
	struct buf text = BUF_INIT;

	app_draw(&fixture->app, &fixture->screen);
	screen_format(&text, &fixture->screen);
	const char *bar = text.data + text.length - 1;
	while (bar[-1] != '\n')
		bar--;
	assert_int_equal(strncmp(bar, begin, strlen(begin)), 0);
	buf_fini(&text);
}

static void the_bar_and_the_mouse_on_it_have_the_keys_in_force(void **state)
{
	struct fixture *fixture = *state;
	struct app *app = &fixture->app;

	check_bar(fixture, "F1Help F2Columns ");
	bind_keys(&app->keymap, "^P help");
	bind_keys(&app->keymap, "F2 none");
	check_bar(fixture, "^PHelp F3Search "); /* what has no key any more is not there */
	mouse_act(app, &(struct mouse){ .x = 3, .y = 23, .button = MOUSE_CLICK });
	assert_int_equal(app->mode, MODE_HELP);
}

static void a_bound_key_works_and_its_old_meaning_does_not(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;

	bind_keys(&app->keymap, "q pause");
	press(app, "q");
	assert_true(app->paused);
	assert_int_equal(app->wishes & WISH_QUIT, 0);
}

static void questions_name_the_keys_in_force(void **state)
{
	struct app *app = &((struct fixture *)*state)->app;
	struct buf out = BUF_INIT;

	bind_keys(&app->keymap, "d destroy");
	bind_keys(&app->keymap, "J destroy-yes");
	bind_keys(&app->keymap, "n none");
	bind_keys(&app->keymap, "Esc none");
	bind_keys(&app->keymap, "q none");
	press(app, "d");
	hit_ask(&out, app);
	assert_text(&out, "Destroy 0.0.0.0:22? J yes, destroy-no no");
	buf_fini(&out);
}

#define TEST(function) cmocka_unit_test_setup(function, setup)
#define TEST_APP(function) cmocka_unit_test_setup_teardown(function, app_fixture_setup, app_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_bound_key_is_the_first_of_its_action),
		TEST(a_key_that_is_bound_anew_leaves_its_old_action_in_that_mode_only),
		TEST(a_key_is_taken_away_everywhere),
		TEST(digits_can_be_bound_one_by_one_and_together),
		TEST(keys_are_named_as_help_names_them_or_nearly),
		TEST(what_is_not_right_is_named),
		TEST(an_action_has_room_for_some_keys),
		TEST_APP(interrupt_ends_the_program_whatever_is_bound),
		TEST_APP(the_bar_and_the_mouse_on_it_have_the_keys_in_force),
		TEST_APP(a_bound_key_works_and_its_old_meaning_does_not),
		TEST_APP(questions_name_the_keys_in_force),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
