/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The queue to the threads that ask for names, and the threads themselves with what every system knows. */
#include "helpers.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "kernel/name_queue.h"
#include "kernel/names_worker.h"

enum { DEADLINE_MS = 30000 };

#define NOW_NS (1000 * NS_PER_S)

static bool is_readable(int fd, int timeout_ms)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };

	return poll(&polled, 1, timeout_ms) == 1;
}

struct queue_fixture {
	struct name_queue *queue;
	int answered;
};

static int setup_queue(void **state)
{
	static struct queue_fixture fixture;

	fixture.answered = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	fixture.queue = name_queue_new(fixture.answered);
	assert_non_null(fixture.queue);
	*state = &fixture;
	return 0;
}

static int teardown_queue(void **state)
{
	struct queue_fixture *fixture = *state;

	name_queue_drop(fixture->queue);
	name_queue_drop(fixture->queue);
	close(fixture->answered);
	return 0;
}

static struct name_question question(uint32_t number)
{
	return (struct name_question){ NAME_USER, name_number(number) };
}

static bool ask(struct name_queue *queue, uint32_t number)
{
	const struct name_question asked = question(number);

	return name_queue_ask(queue, &asked);
}

static void answer(struct name_queue *queue, const struct name_question *asked, const char *name)
{
	const struct name_answer answered = { *asked, strdup(name), true };

	name_queue_answer(queue, &answered);
}

static void questions_come_in_order_and_answers_are_announced(void **state)
{
	struct queue_fixture *fixture = *state;
	struct name_question next;
	struct name_answer taken;

	assert_false(name_queue_next(fixture->queue, &next));
	assert_false(is_readable(name_queue_fd(fixture->queue), 0));
	assert_true(ask(fixture->queue, 1));
	assert_true(ask(fixture->queue, 2));
	assert_true(is_readable(name_queue_fd(fixture->queue), 0));
	assert_true(name_queue_next(fixture->queue, &next));
	assert_int_equal(next.key.low, 1);
	assert_false(is_readable(fixture->answered, 0));
	answer(fixture->queue, &next, "one");
	assert_true(is_readable(fixture->answered, 0));
	assert_true(name_queue_take(fixture->queue, &taken));
	assert_string_equal(taken.name, "one");
	assert_int_equal(taken.question.key.low, 1);
	free(taken.name);
	assert_false(name_queue_take(fixture->queue, &taken));
	assert_true(name_queue_next(fixture->queue, &next));
	assert_int_equal(next.key.low, 2);
	answer(fixture->queue, &next, "nobody takes this one");
}

/* Wherever the questions are: waiting, with the thread, or answered and not taken. */
static void no_more_are_asked_than_there_is_room_for(void **state)
{
	struct queue_fixture *fixture = *state;
	struct name_question next;
	struct name_answer taken;

	for (uint32_t i = 0; i < NAME_QUEUE_MOST; i++)
		assert_true(ask(fixture->queue, i));
	assert_false(ask(fixture->queue, 1000));
	assert_true(name_queue_next(fixture->queue, &next));
	assert_false(ask(fixture->queue, 1000));
	answer(fixture->queue, &next, "name");
	assert_false(ask(fixture->queue, 1000));
	assert_true(name_queue_take(fixture->queue, &taken));
	free(taken.name);
	assert_true(ask(fixture->queue, 1000));
	for (uint32_t i = 1; i < NAME_QUEUE_MOST; i++) {
		assert_true(name_queue_next(fixture->queue, &next));
		assert_int_equal(next.key.low, i);
	}
	assert_true(name_queue_next(fixture->queue, &next));
	assert_int_equal(next.key.low, 1000);
}

static void who_stops_is_told_whether_the_other_side_is_busy(void **state)
{
	struct queue_fixture *fixture = *state;
	struct name_question next;

	ask(fixture->queue, 1);
	ask(fixture->queue, 2);
	assert_true(name_queue_next(fixture->queue, &next));
	assert_false(name_queue_stopped(fixture->queue));
	assert_true(name_queue_stop(fixture->queue));
	assert_true(name_queue_stopped(fixture->queue));
	answer(fixture->queue, &next, "late");
	assert_false(is_readable(fixture->answered, 0));
	assert_false(name_queue_next(fixture->queue, &next));
	assert_false(name_queue_stop(fixture->queue));
}

struct worker_fixture {
	struct names_worker *worker;
	struct names names;
};

static int setup_worker(void **state)
{
	static struct worker_fixture fixture;

	names_init(&fixture.names);
	fixture.worker = names_worker_new();
	assert_non_null(fixture.worker);
	*state = &fixture;
	return 0;
}

static int teardown_worker(void **state)
{
	struct worker_fixture *fixture = *state;

	names_worker_free(fixture->worker);
	names_fini(&fixture->names);
	return 0;
}

static void take_all(struct worker_fixture *fixture, enum name_kind kind)
{
	while (fixture->names.of[kind].pending > 0) {
		assert_true(is_readable(names_worker_fd(fixture->worker), DEADLINE_MS));
		names_worker_take(fixture->worker, &fixture->names, NOW_NS);
	}
}

static void users_are_asked_for_once(void **state)
{
	struct worker_fixture *fixture = *state;
	struct sock sock = make_listener(1, 80);

	assert_true(names_worker_ask(fixture->worker, &fixture->names, &sock, 1u << NAME_USER, NOW_NS));
	assert_true(names_worker_ask(fixture->worker, &fixture->names, &sock, 1u << NAME_USER, NOW_NS));
	assert_int_equal(fixture->names.of[NAME_USER].pending, 1);
	sock.uid = 4000000000;
	assert_true(names_worker_ask(fixture->worker, &fixture->names, &sock, 1u << NAME_USER, NOW_NS));
	take_all(fixture, NAME_USER);
	assert_string_equal(name_get(&fixture->names.of[NAME_USER], name_number(0)), "root");
	assert_null(name_get(&fixture->names.of[NAME_USER], name_number(4000000000)));
	assert_false(names_worker_take(fixture->worker, &fixture->names, NOW_NS));
}

static void services_are_asked_for_by_protocol(void **state)
{
	struct worker_fixture *fixture = *state;
	const struct sock sock = make_sock(1, STATE_ESTABLISHED, "127.0.0.1:22", "127.0.0.1:50999");

	if (access("/etc/services", R_OK) != 0)
		skip();
	assert_true(names_worker_ask(fixture->worker, &fixture->names, &sock, 1u << NAME_SERVICE, NOW_NS));
	take_all(fixture, NAME_SERVICE);
	assert_string_equal(name_get(&fixture->names.of[NAME_SERVICE], name_service(PROTO_TCP, 22)), "ssh");
	assert_null(name_get(&fixture->names.of[NAME_SERVICE], name_service(PROTO_TCP, 50999)));
	assert_true(name_due(&fixture->names.of[NAME_SERVICE], name_service(PROTO_UDP, 22), NOW_NS));
}

/* Whatever its threads are at; the teardown frees it. */
static void it_can_be_freed_while_it_asks(void **state)
{
	struct worker_fixture *fixture = *state;

	for (uint32_t i = 0; i < NAME_QUEUE_MOST; i++) {
		struct sock sock = make_sock(1, STATE_ESTABLISHED, "127.0.0.1:22", "127.0.0.1:50999");

		sock.uid = i;
		sock.foreign[3] = (uint8_t)i;
		names_worker_ask(fixture->worker, &fixture->names, &sock, 1u << NAME_USER | 1u << NAME_HOST, NOW_NS);
	}
	assert_true(fixture->names.of[NAME_USER].pending > 0);
}

static void no_worker_can_be_freed(void **state)
{
	(void)state;
	names_worker_free(NULL);
}

#define QUEUE_TEST(function) cmocka_unit_test_setup_teardown(function, setup_queue, teardown_queue)
#define WORKER_TEST(function) cmocka_unit_test_setup_teardown(function, setup_worker, teardown_worker)

int main(void)
{
	const struct CMUnitTest tests[] = {
		QUEUE_TEST(questions_come_in_order_and_answers_are_announced),
		QUEUE_TEST(no_more_are_asked_than_there_is_room_for),
		QUEUE_TEST(who_stops_is_told_whether_the_other_side_is_busy),
		WORKER_TEST(users_are_asked_for_once),
		WORKER_TEST(services_are_asked_for_by_protocol),
		WORKER_TEST(it_can_be_freed_while_it_asks),
		cmocka_unit_test(no_worker_can_be_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
