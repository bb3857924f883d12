/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each test is in a child, as what is given up does not come back; the kernel's own words are in /proc/self/status. */
#include "helpers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/capabilities.h"

#define KILL CAPABILITY(CAP_KILL)
#define RAW CAPABILITY(CAP_NET_RAW)

/* A set of the process's: "CapEff". */
static uint64_t told(const char *name)
{
	char line[128];
	uint64_t set = UINT64_MAX;
	FILE *file = fopen("/proc/self/status", "re");

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, name, strlen(name)) == 0)
			set = strtoull(line + strlen(name) + 1, NULL, 16);
	}
	if (file != NULL)
		fclose(file);
	return set;
}

/* Zero, or the line of the first claim that is wrong. */
static void check_in_child(int (*claims)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(claims());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("line %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

#define CLAIM(truth)                                                                                                           \
	do {                                                                                                                   \
		if (!(truth))                                                                                                  \
			return __LINE__;                                                                                       \
	} while (0)

static void need(uint64_t wanted)
{
	if ((told("CapEff:") & wanted) != wanted)
		skip();
}

static int keep_one(void)
{
	capabilities_bound(KILL);
	CLAIM(told("CapBnd:") == KILL);
	CLAIM(capabilities_keep(KILL | RAW, KILL));
	CLAIM(told("CapPrm:") == (KILL | RAW) && told("CapEff:") == KILL);
	CLAIM(told("CapInh:") == 0 && told("CapAmb:") == 0);
	CLAIM(capabilities_keep(UINT64_MAX, UINT64_MAX)); /* what is gone is gone */
	CLAIM(told("CapPrm:") == (KILL | RAW) && told("CapEff:") == (KILL | RAW));
	CLAIM(capabilities_keep(0, 0));
	CLAIM(told("CapPrm:") == 0 && told("CapEff:") == 0);
	return 0;
}

static void what_is_not_kept_is_gone(void **state)
{
	(void)state;
	need(KILL | RAW | CAPABILITY(CAP_SETPCAP));
	check_in_child(keep_one);
}

static int raise_one(void)
{
	CLAIM(capabilities_keep(KILL | RAW, RAW));
	uint64_t before = capabilities_change(KILL | CAPABILITY(CAP_SYS_ADMIN), 0);
	CLAIM(told("CapEff:") == (KILL | RAW));
	uint64_t within = capabilities_change(0, KILL);
	CLAIM(told("CapEff:") == RAW);
	capabilities_restore(within);
	CLAIM(told("CapEff:") == (KILL | RAW));
	capabilities_restore(before);
	CLAIM(told("CapEff:") == RAW && told("CapPrm:") == (KILL | RAW));
	return 0;
}

static void what_is_permitted_can_be_put_in_force_for_a_while(void **state)
{
	(void)state;
	need(KILL | RAW);
	check_in_child(raise_one);
}

static int pass_on(void)
{
	CLAIM(capabilities_keep(KILL | RAW, KILL | RAW));
	capabilities_pass_on(RAW | CAPABILITY(CAP_SYS_ADMIN));
	CLAIM(told("CapAmb:") == RAW && told("CapInh:") == RAW);
	return 0;
}

static void what_is_passed_on_is_ambient(void **state)
{
	(void)state;
	need(KILL | RAW);
	check_in_child(pass_on);
}

static int do_without(void)
{
	struct capabilities all;

	CLAIM(capabilities_keep(0, 0));
	capabilities_bound(0);
	capabilities_pass_on(UINT64_MAX);
	capabilities_restore(capabilities_change(UINT64_MAX, 0));
	CLAIM(capabilities_keep(UINT64_MAX, UINT64_MAX));
	CLAIM(capabilities_get(&all) == 0 && all.permitted == 0 && all.effective == 0 && all.inheritable == 0);
	return 0;
}

static void who_has_none_is_not_disturbed(void **state)
{
	(void)state;
	check_in_child(do_without);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_kept_is_gone),
		cmocka_unit_test(what_is_permitted_can_be_put_in_force_for_a_while),
		cmocka_unit_test(what_is_passed_on_is_ambient),
		cmocka_unit_test(who_has_none_is_not_disturbed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
