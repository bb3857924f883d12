/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The thread that scans /proc: the real one, for a socket of this process. */
#include "helpers.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/owners.h"

enum { DEADLINE_MS = 30000 };

struct fixture {
	struct owners_worker *worker;
	int socket;
	uint32_t inode;
	struct map wanted;
	struct owner_scan scan;
};

static int setup(void **state)
{
	static struct fixture fixture;
	struct stat about;

	fixture = (struct fixture){ .worker = owners_worker_new(), .socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	assert_non_null(fixture.worker);
	assert_int_equal(fstat(fixture.socket, &about), 0);
	fixture.inode = (uint32_t)about.st_ino;
	map_put(&fixture.wanted, fixture.inode, 0);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	owners_worker_free(fixture->worker);
	close(fixture->socket);
	map_fini(&fixture->wanted);
	owner_scan_fini(&fixture->scan);
	return 0;
}

static bool has_ended(const struct fixture *fixture, int timeout_ms)
{
	struct pollfd event = { .fd = owners_worker_fd(fixture->worker), .events = POLLIN };

	return poll(&event, 1, timeout_ms) == 1;
}

/* This process among the owners of its socket; children of the test's runner may have it, too. */
static bool has_this_process(const struct fixture *fixture)
{
	size_t count;
	size_t first = owner_scan_find(&fixture->scan, fixture->inode, &count);

	for (size_t i = 0; i < count; i++) {
		const struct owner owner = owner_scan_get(&fixture->scan, first + i);

		if (owner.pid == getpid() && owner.fd == fixture->socket)
			return true;
	}
	return false;
}

static void a_scan_is_begun_waited_for_and_taken(void **state)
{
	struct fixture *fixture = *state;

	assert_false(has_ended(fixture, 0));
	assert_true(owners_worker_begin(fixture->worker, &fixture->wanted, NULL));
	assert_int_equal(fixture->wanted.count, 0);
	assert_null(fixture->wanted.slots);
	assert_true(has_ended(fixture, DEADLINE_MS));
	assert_true(owners_worker_take(fixture->worker, &fixture->wanted, &fixture->scan));
	assert_int_equal(fixture->wanted.count, 1);
	assert_int_not_equal(map_get(&fixture->wanted, fixture->inode), MAP_NONE);
	assert_int_equal(fixture->scan.error, 0);
	assert_true(has_this_process(fixture));
	assert_false(has_ended(fixture, 0));
}

static void nothing_is_taken_when_nothing_has_ended(void **state)
{
	struct fixture *fixture = *state;

	assert_false(owners_worker_take(fixture->worker, &fixture->wanted, &fixture->scan));
	assert_true(owners_worker_begin(fixture->worker, &fixture->wanted, NULL));
	assert_true(has_ended(fixture, DEADLINE_MS));
	assert_true(owners_worker_take(fixture->worker, &fixture->wanted, &fixture->scan));
	struct map untouched = MAP_INIT;
	assert_false(owners_worker_take(fixture->worker, &untouched, &fixture->scan));
	assert_null(untouched.slots);
	assert_true(has_this_process(fixture));
}

/* Whether the thread is still at it or the result waits to be taken. */
static void a_second_scan_is_refused_until_the_first_is_taken(void **state)
{
	struct fixture *fixture = *state;
	struct map second = MAP_INIT;

	map_put(&second, 1, 0);
	assert_true(owners_worker_begin(fixture->worker, &fixture->wanted, NULL));
	assert_false(owners_worker_begin(fixture->worker, &second, NULL));
	assert_true(has_ended(fixture, DEADLINE_MS));
	assert_false(owners_worker_begin(fixture->worker, &second, NULL));
	assert_int_equal(second.count, 1);
	assert_true(owners_worker_take(fixture->worker, &fixture->wanted, &fixture->scan));
	assert_true(owners_worker_begin(fixture->worker, &second, NULL));
	assert_true(has_ended(fixture, DEADLINE_MS));
	map_fini(&second);
}

static void scans_follow_one_another(void **state)
{
	struct fixture *fixture = *state;

	for (int i = 0; i < 3; i++) {
		assert_true(owners_worker_begin(fixture->worker, &fixture->wanted, NULL));
		assert_true(has_ended(fixture, DEADLINE_MS));
		owner_scan_fini(&fixture->scan);
		assert_true(owners_worker_take(fixture->worker, &fixture->wanted, &fixture->scan));
		assert_true(has_this_process(fixture));
	}
}

/* What was moved to it is freed with it; the teardown frees the worker. */
static void it_can_be_freed_while_it_runs(void **state)
{
	struct fixture *fixture = *state;

	assert_true(owners_worker_begin(fixture->worker, &fixture->wanted, NULL));
}

static void it_can_be_freed_with_a_result_that_nobody_took(void **state)
{
	struct fixture *fixture = *state;

	assert_true(owners_worker_begin(fixture->worker, &fixture->wanted, NULL));
	assert_true(has_ended(fixture, DEADLINE_MS));
}

static void no_worker_can_be_freed(void **state)
{
	(void)state;
	owners_worker_free(NULL);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_scan_is_begun_waited_for_and_taken),
		TEST(nothing_is_taken_when_nothing_has_ended),
		TEST(a_second_scan_is_refused_until_the_first_is_taken),
		TEST(scans_follow_one_another),
		TEST(it_can_be_freed_while_it_runs),
		TEST(it_can_be_freed_with_a_result_that_nobody_took),
		cmocka_unit_test(no_worker_can_be_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
