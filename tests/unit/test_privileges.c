/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <string.h>

#include "base/capabilities.h"
#include "command.h"
#include "kernel/privileges.h"

/* What a view keeps when it has begun. */
static uint64_t of(const char *view)
{
	return privileges_capabilities(privileges_of(view) & ~(unsigned)RIGHT_HEAR);
}

static void every_command_is_a_view(void **state)
{
	(void)state;
	for (const struct command *command = commands; command->name != NULL; command++) {
		if (privileges_of(command->name) == 0)
			fail_msg("ports %s would do without any right", command->name);
	}
}

static void every_right_has_a_view_and_a_capability(void **state)
{
	unsigned taken = 0, given = 0;

	(void)state;
	for (const struct privileged_view *view = privileged_views; view->name != NULL; view++) {
		taken |= view->rights;
		assert_true(view->title[0] != '\0' && view->rights != 0);
	}
	for (const struct privilege *privilege = privileges; privilege->name != NULL; privilege++) {
		given |= privilege->rights;
		assert_true((privilege->rights & taken) != 0 && privilege->help[0] != '\0');
		assert_int_equal(strncmp(privilege->name, "CAP_", 4), 0);
	}
	assert_int_equal(taken, given);
	assert_int_equal(taken, 2 * RIGHT_HEAR - 1);
}

static void a_list_needs_two(void **state)
{
	(void)state;
	assert_int_equal(of("list"), CAPABILITY(CAP_SYS_PTRACE) | CAPABILITY(CAP_DAC_READ_SEARCH));
	assert_int_equal(of("told"), CAPABILITY(CAP_NET_ADMIN));
	assert_int_equal(of("destroy"), CAPABILITY(CAP_NET_ADMIN));
	assert_int_equal(of("kill") & ~of("list"), CAPABILITY(CAP_KILL));
}

static void readonly_can_do_no_harm(void **state)
{
	(void)state;
	assert_int_equal(of("readonly") & ~of("list"), CAPABILITY(CAP_NET_BIND_SERVICE));
	assert_int_equal(of("readonly") & ~of("live"), 0);
}

static void what_is_no_view_has_no_rights(void **state)
{
	(void)state;
	assert_int_equal(privileges_of("nothing"), 0);
	assert_int_equal(privileges_capabilities(0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_command_is_a_view),
		cmocka_unit_test(every_right_has_a_view_and_a_capability),
		cmocka_unit_test(a_list_needs_two),
		cmocka_unit_test(readonly_can_do_no_harm),
		cmocka_unit_test(what_is_no_view_has_no_rights),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
