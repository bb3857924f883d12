/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model of a playground: steps, actors that come and go, and what is taken back.
 */
#include "play_fixture.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "lab/combine.h"

static void test_an_experiment_is_foreseen_step_by_step(void **state)
{
	struct playground *play = play_need(state);
	struct form form;

	form_init(&form);
	play_fill_form(&form, "0.0.0.0", "9999");
	form.checked[OPTION_REUSEADDR] = form.checked[OPTION_REUSEPORT] = true;
	assert_says(play_told(&form, play), "bind and listen will work");
	assert_true(form_make(&form, play, FORM_BIND | FORM_LISTEN));
	play_settle(play);
	assert_int_equal(play->done, 5);
	assert_string_equal(play->steps[4].reply.word, "ok");
	assert_true(combine_client(play, play_name(play, "a", "s1")));
	play_settle(play);
	play_line(play, "a: accept s1 s2", "ok");
	assert_false(combine_close_first(play, play_name(play, "a", "s1")));
	assert_true(combine_close_first(play, play_name(play, "a", "s2")));
	play_settle(play);
	play_line(play, "a: exit", "ok");
	form.checked[OPTION_REUSEADDR] = form.checked[OPTION_REUSEPORT] = false;
	assert_says(play_told(&form, play), "bind will fail: EADDRINUSE. a.s2 is closed and in TIME_WAIT on 127.0.0.1:9999; ");
	assert_says(buf_str(&form.told), "set SO_REUSEADDR on this socket");
	assert_true(form_make(&form, play, FORM_BIND));
	play_settle(play);
	assert_string_equal(play->steps[play->done - 1].reply.word, "EADDRINUSE");
	form.checked[OPTION_REUSEADDR] = true;
	assert_says(play_told(&form, play), "bind and listen will work");
	assert_true(form_make(&form, play, FORM_BIND | FORM_LISTEN));
	play_settle(play);
	for (size_t i = 0; i < play->done; i++)
		assert_true(play_step_is_right(&play->steps[i]));
	form_fini(&form);
}

static void test_undo_makes_the_others_again(void **state)
{
	struct playground *play = play_need(state);

	play_line(play, "a: socket s tcp4", "ok");
	play_line(play, "a: bind s 127.0.0.1:9999", "ok");
	play_line(play, "a: listen s", "ok");
	pid_t before = play->crew.all[0].pid;
	assert_true(playground_undo(play));
	play_settle(play);
	assert_int_equal(play->done, 2);
	assert_true(play->crew.all[0].pid != before);
	const struct row *row = combine_row(play, play->past.socks[0]);
	assert_non_null(row);
	assert_int_equal(row->sock.state, STATE_BOUND);
	play_line(play, "a: listen s", "ok");
}

static void test_an_echo_answers_and_ends(void **state)
{
	struct playground *play = play_need(state);

	play_line(play, "a: socket s tcp4", "ok");
	play_line(play, "a: bind s 127.0.0.1:9999", "ok");
	play_line(play, "a: listen s", "ok");
	play->echo = (struct play_echo){ .actor = { "a" }, .left = ECHO_STEPS_MAX };
	play_line(play, "b: socket s tcp4", "ok");
	play_line(play, "b: connect s 127.0.0.1:9999", "ok");
	struct fault fault = FAULT_INIT;
	assert_true(playground_add_line(play, "b: send s \"hello\"", &fault));
	assert_true(playground_add_line(play, "b: recv s \"hello\"", &fault));
	play_settle(play);
	size_t received = 0;
	for (size_t i = 0; i < play->done; i++)
		received += play->steps[i].step.verb == VERB_RECV && strcmp(play->steps[i].reply.value, "hello") == 0;
	assert_int_equal(received, 2);
	assert_true(play->echo.left > 0 && play->echo.left < ECHO_STEPS_MAX);
}

static void test_an_actor_that_dies_takes_its_sockets_along(void **state)
{
	struct playground *play = play_need(state);

	play_line(play, "a: socket s tcp4", "ok");
	play_line(play, "a: bind s 127.0.0.1:9999", "ok");
	kill(play->crew.all[0].pid, SIGKILL);
	struct pollfd fds[CREW_FDS_MAX + 1];
	assert_true(poll(fds, playground_poll(play, fds), 10000) > 0);
	play_settle(play);
	assert_int_equal(play->crew.all[0].channel, -1);
	assert_string_equal(play->crew.all[0].fate, "died");
	assert_false(play_name(play, "a", "s")->is_open);
	play_line(play, "b: socket s tcp4", "ok");
	play_line(play, "b: bind s 127.0.0.1:9999", "ok");
}

static void test_an_actor_that_hangs_is_given_up_and_stops_nobody_else(void **state)
{
	struct playground *play = play_need(state);
	struct fault fault = FAULT_INIT;

	play_line(play, "a: socket s tcp4", "ok");
	play_line(play, "b: socket s tcp4", "ok");
	play_line(play, "b: bind s 127.0.0.1:9999", "ok");
	play_line(play, "b: listen s", "ok");
	kill(play->crew.all[0].pid, SIGSTOP);
	assert_true(playground_add_line(play, "a: connect s 127.0.0.1:9999", &fault));
	assert_true(playground_add_line(play, "b: get s reuseaddr", &fault));
	play_settle(play);
	assert_string_equal(play->steps[4].step.actor.text, "b");
	assert_true(play->steps[5].lost);
	assert_string_equal(buf_str(&play->steps[5].why), "the process of the actor does not answer");
	assert_string_equal(play->crew.all[0].fate, "did not answer");
	play_line(play, "b: exit", "ok");
	assert_string_equal(play->crew.all[1].fate, "ended");
}

/* Others come and go while the form is filled in. */
static void test_what_others_do_is_seen_at_the_next_look(void **state)
{
	struct playground *play = play_need(state);
	struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons(9999), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct form form;

	form_init(&form);
	assert_says(play_told(&form, play), "bind and listen will work");
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&name, sizeof(name)), 0);
	playground_look_again(play, clock_mono_ns() + NS_PER_S);
	assert_says(play_told(&form, play), "bind will fail: EADDRINUSE. A process that is not seen is bound to 127.0.0.1:9999");
	close(fd);
	playground_look_again(play, clock_mono_ns() + NS_PER_S);
	assert_says(play_told(&form, play), "bind and listen will work");
	form_fini(&form);
}

static void test_a_host_asks_before_others_can_reach_it(void **state)
{
	struct playground *play = play_need(state);
	struct fault fault = FAULT_INIT;

	play->is_private = false;
	play_line(play, "a: socket s tcp4", "ok");
	assert_true(playground_add_line(play, "a: bind s 0.0.0.0:9999", &fault));
	play_settle(play);
	assert_true(play->asks);
	assert_int_equal(play->done, 1);
	playground_answer(play, false);
	assert_int_equal(play->count, 1);
	assert_true(playground_add_line(play, "a: bind s 0.0.0.0:9999", &fault));
	playground_answer(play, true);
	play_settle(play);
	assert_int_equal(play->done, 2);
}

static void test_a_listener_without_an_address_is_asked_for_too(void **state)
{
	struct playground *play = play_need(state);
	struct fault fault = FAULT_INIT;

	play->is_private = false;
	play_line(play, "a: socket s tcp4", "ok");
	assert_true(playground_add_line(play, "a: listen s", &fault));
	assert_true(play->asks);
	playground_answer(play, false);
	assert_true(playground_add_line(play, "a: bind s 127.0.0.1:9999", &fault));
	assert_true(playground_add_line(play, "a: listen s", &fault));
	assert_false(play->asks);
	play_settle(play);
	assert_int_equal(play->done, 3);
}

static void test_two_hundred_sockets_of_fifty_actors(void **state)
{
	struct playground *play = play_need(state);
	struct fault fault = FAULT_INIT;
	char line[100];

	for (int actor = 0; actor < 50; actor++) {
		for (int i = 0; i < 4; i++) {
			snprintf(line, sizeof(line), "p%d: socket s%d tcp4", actor, i);
			assert_true(playground_add_line(play, line, &fault));
			snprintf(line, sizeof(line), "p%d: bind s%d 127.0.0.1:%d", actor, i, 4000 + 4 * actor + i);
			assert_true(playground_add_line(play, line, &fault));
			snprintf(line, sizeof(line), "p%d: listen s%d", actor, i);
			assert_true(playground_add_line(play, line, &fault));
		}
	}
	play_settle(play);
	assert_int_equal(play->done, 600);
	for (size_t i = 0; i < play->done; i++)
		assert_true(play_step_is_right(&play->steps[i]) && strcmp(play->steps[i].reply.word, "ok") == 0);
	uint64_t before = clock_mono_ns();
	play_line(play, "p0: close s0", "ok");
	assert_true(clock_mono_ns() - before < NS_PER_S); /* one more is done in no time */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		TEST(test_an_experiment_is_foreseen_step_by_step),
		TEST(test_undo_makes_the_others_again),
		TEST(test_an_echo_answers_and_ends),
		TEST(test_an_actor_that_dies_takes_its_sockets_along),
		TEST(test_an_actor_that_hangs_is_given_up_and_stops_nobody_else),
		TEST(test_what_others_do_is_seen_at_the_next_look),
		TEST(test_a_host_asks_before_others_can_reach_it),
		TEST(test_a_listener_without_an_address_is_asked_for_too),
		TEST(test_two_hundred_sockets_of_fifty_actors),
	};

	if (argc > 1 && strcmp(argv[1], AGENT_WORD) == 0)
		return agent_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
