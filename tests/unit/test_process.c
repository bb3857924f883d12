/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is told of processes, and signals to the very one that is meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/process.h"
#include "model/process.h"

static uint64_t start_of(const char *directory)
{
	int fd = open(directory, O_PATH | O_DIRECTORY);
	uint64_t start = process_start(fd);

	close(fd);
	return start;
}

static void this_process_is_described_with_its_parents(void **state)
{
	struct process_list list = { .all = NULL };

	(void)state;
	process_describe(&list, getpid());
	const struct process *self = process_list_find(&list, getpid());
	assert_non_null(self);
	assert_int_equal(self->parent, getppid());
	assert_int_equal(strncmp(self->comm, "test_process", sizeof(self->comm) - 1), 0);
	assert_non_null(strstr(self->command_line, "test_process"));
	assert_true(self->start_ticks > 0);
	assert_true(self->start_ticks == start_of("/proc/self"));
	char *directory = getcwd(NULL, 0);
	assert_string_equal(self->directory, directory);
	free(directory);
	assert_non_null(process_list_find(&list, getppid()));
	size_t count = list.count;
	process_describe(&list, getpid());
	assert_int_equal(list.count, count); /* who is there is not looked at again */
	process_list_fini(&list);
}

static void a_process_that_is_gone_is_not_described(void **state)
{
	struct process_list list = { .all = NULL };
	pid_t child = fork();

	(void)state;
	if (child == 0)
		_exit(0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	process_describe(&list, child);
	assert_int_equal(list.count, 0);
	process_list_fini(&list);
}

static pid_t start_child(void)
{
	pid_t child = fork();

	if (child == 0) {
		alarm(60); /* it never outlives the test by much */
		for (;;)
			pause();
	}
	assert_true(child > 0);
	return child;
}

static uint64_t start_of_pid(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", pid);
	return start_of(path);
}

static void the_process_that_is_meant_gets_the_signal_and_its_end_is_seen(void **state)
{
	pid_t child = start_child();
	struct pollfd polled = { .events = POLLIN };
	int status;

	(void)state;
	assert_int_equal(process_signal(child, start_of_pid(child), SIGTERM, &polled.fd), 0);
	assert_int_equal(poll(&polled, 1, 10000), 1);
	close(polled.fd);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

static void another_process_with_that_pid_is_left_alone(void **state)
{
	pid_t child = start_child();
	int pidfd;

	(void)state;
	assert_int_equal(process_signal(child, start_of_pid(child) + 1, SIGKILL, &pidfd), -ESRCH);
	assert_int_equal(process_signal(child, 0, SIGKILL, &pidfd), -ESRCH);
	assert_int_equal(waitpid(child, NULL, WNOHANG), 0); /* still there */
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_process_is_described_with_its_parents),
		cmocka_unit_test(a_process_that_is_gone_is_not_described),
		cmocka_unit_test(the_process_that_is_meant_gets_the_signal_and_its_end_is_seen),
		cmocka_unit_test(another_process_with_that_pid_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
