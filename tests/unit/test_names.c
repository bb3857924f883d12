/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <string.h>

#include "model/names.h"

static void a_name_that_was_never_learnt_is_not_known(void **state)
{
	struct names names = NAMES_INIT;

	(void)state;
	assert_false(name_known(&names.users, 0));
	assert_null(name_get(&names.users, 0));
	names_fini(&names);
}

static void a_number_without_a_name_is_known_to_have_none(void **state)
{
	struct names names = NAMES_INIT;

	(void)state;
	name_learn(&names.users, 4711, NULL);
	assert_true(name_known(&names.users, 4711));
	assert_null(name_get(&names.users, 4711));
	name_learn(&names.users, 4711, "late");
	assert_null(name_get(&names.users, 4711));
	names_fini(&names);
}

static void the_first_name_stays_and_is_a_copy(void **state)
{
	struct names names = NAMES_INIT;
	char text[] = "root";

	(void)state;
	name_learn(&names.users, 0, text);
	strcpy(text, "evil");
	name_learn(&names.users, 0, text);
	assert_string_equal(name_get(&names.users, 0), "root");
	names_fini(&names);
}

static void users_and_devices_are_apart(void **state)
{
	struct names names = NAMES_INIT;

	(void)state;
	name_learn(&names.users, 1, "daemon");
	name_learn(&names.devices, 1, "lo");
	name_learn(&names.devices, UINT32_MAX, "last");
	assert_string_equal(name_get(&names.users, 1), "daemon");
	assert_string_equal(name_get(&names.devices, 1), "lo");
	assert_string_equal(name_get(&names.devices, UINT32_MAX), "last");
	assert_false(name_known(&names.users, UINT32_MAX));
	names_fini(&names);
	assert_false(name_known(&names.users, 1));
}

static void many_names_are_kept(void **state)
{
	struct names names = NAMES_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	for (uint32_t uid = 0; uid < 1000; uid++) {
		buf_uint(&text, uid);
		name_learn(&names.users, uid, buf_str(&text));
		buf_clear(&text);
	}
	for (uint32_t uid = 0; uid < 1000; uid++) {
		buf_uint(&text, uid);
		assert_text(&text, name_get(&names.users, uid));
	}
	buf_fini(&text);
	names_fini(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_that_was_never_learnt_is_not_known),
		cmocka_unit_test(a_number_without_a_name_is_known_to_have_none),
		cmocka_unit_test(the_first_name_stays_and_is_a_copy),
		cmocka_unit_test(users_and_devices_are_apart),
		cmocka_unit_test(many_names_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
