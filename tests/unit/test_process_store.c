/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What owners run, kept once for each process and as long as somebody needs it. */
#include "helpers.h"

#include <string.h>

#include "model/process_store.h"

static int setup(void **state)
{
	static struct process_store store;

	store = (struct process_store){ .all = NULL };
	*state = &store;
	return 0;
}

static int teardown(void **state)
{
	process_store_fini(*state);
	return 0;
}

static void take(struct process_store *store, int32_t pid, uint64_t start, const char *comm, const char *command)
{
	struct process_list list = { .all = NULL };
	struct process *process = process_list_add(&list);

	process->pid = pid;
	process->start_ticks = start;
	strncpy(process->comm, comm, sizeof(process->comm) - 1);
	process->command_line = strdup(command);
	process_store_take(store, &list);
	assert_null(list.all);
	assert_int_equal(list.count, 0);
}

static void a_process_is_found_by_pid_and_start(void **state)
{
	struct process_store *store = *state;

	assert_null(process_store_find(store, 1, 1));
	for (int32_t pid = 1; pid <= 100; pid++)
		take(store, pid, 7, "server", "one");
	take(store, 50, 8, "server", "another");
	assert_int_equal(store->count, 101);
	assert_string_equal(process_store_find(store, 50, 7)->command_line, "one");
	assert_string_equal(process_store_find(store, 50, 8)->command_line, "another");
	assert_null(process_store_find(store, 50, 9));
	assert_null(process_store_find(store, 101, 7));
}

static void no_two_processes_have_one_key(void **state)
{
	(void)state;
	assert_int_not_equal(process_key(1, 0), process_key(0, 1));
	assert_int_not_equal(process_key(4194303, UINT64_C(1) << 41), process_key(4194302, UINT64_C(1) << 41));
}

/* exec(2): rows that point to it see the new command. */
static void the_same_process_again_takes_its_own_place(void **state)
{
	struct process_store *store = *state;

	take(store, 1, 7, "sh", "sh -c server");
	const struct process *process = process_store_find(store, 1, 7);
	take(store, 1, 7, "server", "server --all");
	assert_int_equal(store->count, 1);
	assert_ptr_equal(process_store_find(store, 1, 7), process);
	assert_string_equal(process->command_line, "server --all");
}

static void what_is_known_is_told_with_its_name(void **state)
{
	struct process_store *store = *state;
	struct map known = MAP_INIT;

	take(store, 1, 7, "sh", "sh -c server");
	take(store, 2, 7, "server", "server");
	process_store_known(store, &known);
	assert_int_equal(known.count, 2);
	assert_int_equal(map_get(&known, process_key(1, 7)), process_name_sum("sh"));
	assert_int_equal(map_get(&known, process_key(2, 7)), process_name_sum("server"));
	assert_int_not_equal(process_name_sum("sh"), process_name_sum("server"));
	map_fini(&known);
}

static void what_nobody_needs_is_swept_away(void **state)
{
	struct process_store *store = *state;

	for (int32_t pid = 1; pid <= 100; pid++)
		take(store, pid, 7, "server", "server");
	for (int32_t pid = 3; pid <= 100; pid += 3)
		process_store_mark(store, process_store_find(store, pid, 7));
	const struct process *last = process_store_find(store, 99, 7);
	process_store_sweep(store);
	assert_int_equal(store->count, 33);
	for (int32_t pid = 1; pid <= 100; pid++)
		assert_int_equal(process_store_find(store, pid, 7) != NULL, pid % 3 == 0);
	assert_ptr_equal(process_store_find(store, 99, 7), last);
	process_store_sweep(store);
	assert_int_equal(store->count, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_process_is_found_by_pid_and_start),
		TEST(no_two_processes_have_one_key),
		TEST(the_same_process_again_takes_its_own_place),
		TEST(what_is_known_is_told_with_its_name),
		TEST(what_nobody_needs_is_swept_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
