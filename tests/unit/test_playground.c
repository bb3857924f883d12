/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The playground's model with real actors: this program becomes them when it is executed with their word.  Each test is in
 * a network namespace of its own.
 */
#include "helpers.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "lab/agent.h"
#include "lab/combine.h"
#include "lab/form.h"
#include "lab/lessons.h"
#include "lab/playground.h"
#include "lab/spawn.h"
#include "lab/strace.h"

static int setup(void **state)
{
	*state = spawn_private(true) == 0 ? playground_new(true, NULL) : NULL;
	return 0;
}

static int teardown(void **state)
{
	playground_free(*state);
	return 0;
}

/* Skips the test where there is no namespace to be had. */
static struct playground *need(void **state)
{
	if (*state == NULL)
		skip();
	return *state;
}

static void settle(struct playground *play)
{
	uint64_t end = clock_mono_ns() + 20 * NS_PER_S;

	playground_serve(play, clock_mono_ns());
	while (!playground_is_idle(play)) {
		struct pollfd fds[CREW_FDS_MAX + 1];
		uint64_t now = clock_mono_ns(), due = playground_due_ns(play, now);
		uint64_t most = due > now ? due - now : 0;

		assert_true(now < end);
		poll(fds, playground_poll(play, fds), most < NS_PER_S ? (int)(most / NS_PER_MS) + 1 : 1000);
		playground_serve(play, clock_mono_ns());
	}
}

static void do_line(struct playground *play, const char *line, const char *word)
{
	struct fault fault = FAULT_INIT;

	assert_true(playground_add_line(play, line, &fault));
	settle(play);
	const struct play_step *last = &play->steps[play->done - 1];
	if (last->lost || strcmp(last->reply.word, word) != 0 || !play_step_is_right(last))
		fail_msg("%s: %s, predicted %s, %s", line, last->reply.word, last->predicted, buf_str(&last->why));
}

static const struct past_name *name_of(struct playground *play, const char *actor, const char *sock)
{
	for (size_t i = 0; i < play->past.name_count; i++) {
		const struct past_name *name = &play->past.names[i];

		if (strcmp(name->actor.text, actor) == 0 && strcmp(name->sock.text, sock) == 0)
			return name;
	}
	fail_msg("no %s.%s", actor, sock);
	return NULL;
}

static void fill(struct form *form, const char *address, const char *port)
{
	strcpy(form->text[FIELD_ADDRESS], address);
	strcpy(form->text[FIELD_PORT], port);
}

/* What the form says now. */
static const char *judged(struct form *form, struct playground *play)
{
	form_judge(form, play);
	settle(play);
	form_judge(form, play);
	return buf_str(&form->told);
}

static void assert_says(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part, text);
}

static void test_an_experiment_is_foreseen_step_by_step(void **state)
{
	struct playground *play = need(state);
	struct form form;

	form_init(&form);
	fill(&form, "0.0.0.0", "9999");
	form.checked[OPTION_REUSEADDR] = form.checked[OPTION_REUSEPORT] = true;
	assert_says(judged(&form, play), "bind will work");
	assert_true(form_make(&form, play, FORM_BIND | FORM_LISTEN));
	settle(play);
	assert_int_equal(play->done, 5);
	assert_string_equal(play->steps[4].reply.word, "ok");
	assert_true(combine_client(play, name_of(play, "a", "s1")));
	settle(play);
	do_line(play, "a: accept s1 s2", "ok");
	combine_close_first(play, name_of(play, "a", "s2"));
	settle(play);
	do_line(play, "a: exit", "ok");
	form.checked[OPTION_REUSEADDR] = form.checked[OPTION_REUSEPORT] = false;
	assert_says(judged(&form, play), "bind will fail: EADDRINUSE. A connection that no process holds has 127.0.0.1:9999: TIME_WAIT");
	assert_says(buf_str(&form.told), "set SO_REUSEADDR on this socket");
	assert_true(form_make(&form, play, FORM_BIND));
	settle(play);
	assert_string_equal(play->steps[play->done - 1].reply.word, "EADDRINUSE");
	form.checked[OPTION_REUSEADDR] = true;
	assert_says(judged(&form, play), "bind will work");
	assert_true(form_make(&form, play, FORM_BIND | FORM_LISTEN));
	settle(play);
	for (size_t i = 0; i < play->done; i++)
		assert_true(play_step_is_right(&play->steps[i]));
	form_fini(&form);
}

static void test_who_is_in_the_way_is_named(void **state)
{
	struct playground *play = need(state);
	struct form form;

	do_line(play, "a: socket s1 tcp4", "ok");
	do_line(play, "a: set s1 reuseaddr 1", "ok");
	do_line(play, "a: bind s1 127.0.0.1:9999", "ok");
	do_line(play, "a: listen s1", "ok");
	form_init(&form);
	form.checked[OPTION_REUSEADDR] = true;
	judged(&form, play);
	char who[64];
	snprintf(who, sizeof(who), "EADDRINUSE. a.s1 (pid %d) listens on 127.0.0.1:9999; ", (int)play->crew.all[0].pid);
	assert_says(buf_str(&form.told), who);
	assert_says(buf_str(&form.told), "set SO_REUSEPORT before bind() on both sides");
	fill(&form, "127.0.0.2", "9999");
	assert_says(judged(&form, play), "bind will work");
	struct buf matrix = BUF_INIT;
	fill(&form, "127.0.0.1", "9999");
	judged(&form, play);
	form_matrix(&form, play, &matrix);
	assert_says(buf_str(&matrix), "neither     bind EADDRINUSE    bind EADDRINUSE\n");
	buf_fini(&matrix);
	form_fini(&form);
}

static void test_what_is_wrong_with_the_form_is_told_in_its_field(void **state)
{
	struct playground *play = need(state);
	struct form form;

	form_init(&form);
	fill(&form, "127.0.0.1", "70000");
	assert_string_equal(judged(&form, play), "");
	assert_says(buf_str(&form.faults[FIELD_PORT]), "from 0 to 65535");
	assert_false(form_make(&form, play, FORM_BIND));
	fill(&form, "::1", "80");
	judged(&form, play);
	assert_says(buf_str(&form.faults[FIELD_ADDRESS]), "an IPv6 address, and the socket is tcp4");
	fill(&form, "localhost", "80");
	judged(&form, play);
	assert_says(buf_str(&form.faults[FIELD_ADDRESS]), "names are not looked up");
	fill(&form, "127.0.0.1", "80");
	strcpy(form.text[FIELD_OPTIONS + OPTION_LINGER], "99");
	judged(&form, play);
	assert_says(buf_str(&form.faults[FIELD_OPTIONS + OPTION_LINGER]), "linger is off, or seconds");
	assert_int_equal(play->count, 0);
	form_fini(&form);
}

static void test_undo_makes_the_others_again(void **state)
{
	struct playground *play = need(state);

	do_line(play, "a: socket s tcp4", "ok");
	do_line(play, "a: bind s 127.0.0.1:9999", "ok");
	do_line(play, "a: listen s", "ok");
	pid_t before = play->crew.all[0].pid;
	assert_true(playground_undo(play));
	settle(play);
	assert_int_equal(play->done, 2);
	assert_true(play->crew.all[0].pid != before);
	const struct row *row = combine_row(play, play->past.socks[0]);
	assert_non_null(row);
	assert_int_equal(row->sock.state, STATE_BOUND);
	do_line(play, "a: listen s", "ok");
}

static void test_an_accept_that_waits_lets_the_client_pass(void **state)
{
	struct playground *play = need(state);
	struct fault fault = FAULT_INIT;
	struct buf text = BUF_INIT;

	do_line(play, "a: socket s tcp4", "ok");
	do_line(play, "a: bind s 127.0.0.1:9999", "ok");
	do_line(play, "a: listen s", "ok");
	assert_true(playground_add_line(play, "a: accept s c", &fault));
	assert_true(playground_add_line(play, "b: socket s tcp4", &fault));
	assert_true(playground_add_line(play, "b: connect s 127.0.0.1:$a.s", &fault));
	settle(play);
	assert_int_equal(play->done, 6);
	playground_save(play, &text);
	assert_says(buf_str(&text), "b: connect s 127.0.0.1:$a.s => ok\na: accept s c => ok\n");
	buf_fini(&text);
}

static void test_what_is_saved_is_a_scenario_that_comes_out_the_same(void **state)
{
	struct playground *play = need(state);
	struct fault fault = FAULT_INIT;
	struct buf text = BUF_INIT, again = BUF_INIT;

	do_line(play, "a: socket s udp4", "ok");
	do_line(play, "a: bind s 127.0.0.1:5353", "ok");
	do_line(play, "b: socket s udp4", "ok");
	do_line(play, "b: sendto s 127.0.0.1:5353 \"o\\x01\\\"n e\"", "ok");
	do_line(play, "a: recv s", "ok");
	do_line(play, "b: bind s 127.0.0.1:5353", "EINVAL");
	do_line(play, "b: get s reuseaddr", "ok");
	playground_save(play, &text);
	assert_true(playground_load(play, "x.lab", buf_str(&text), text.length, &fault));
	while (playground_next(play))
		settle(play);
	playground_save(play, &again);
	assert_string_equal(strchr(buf_str(&again), '\n'), strchr(buf_str(&text), '\n'));
	buf_fini(&text);
	buf_fini(&again);
}

static void test_an_echo_answers_and_ends(void **state)
{
	struct playground *play = need(state);

	do_line(play, "a: socket s tcp4", "ok");
	do_line(play, "a: bind s 127.0.0.1:9999", "ok");
	do_line(play, "a: listen s", "ok");
	play->echo = (struct play_echo){ .actor = { "a" }, .left = ECHO_STEPS_MAX };
	do_line(play, "b: socket s tcp4", "ok");
	do_line(play, "b: connect s 127.0.0.1:9999", "ok");
	struct fault fault = FAULT_INIT;
	assert_true(playground_add_line(play, "b: send s \"hello\"", &fault));
	assert_true(playground_add_line(play, "b: recv s \"hello\"", &fault));
	settle(play);
	size_t received = 0;
	for (size_t i = 0; i < play->done; i++)
		received += play->steps[i].step.verb == VERB_RECV && strcmp(play->steps[i].reply.value, "hello") == 0;
	assert_int_equal(received, 2);
	assert_true(play->echo.left > 0 && play->echo.left < ECHO_STEPS_MAX);
}

static void test_an_actor_that_dies_takes_its_sockets_along(void **state)
{
	struct playground *play = need(state);

	do_line(play, "a: socket s tcp4", "ok");
	do_line(play, "a: bind s 127.0.0.1:9999", "ok");
	kill(play->crew.all[0].pid, SIGKILL);
	struct pollfd fds[CREW_FDS_MAX + 1];
	assert_true(poll(fds, playground_poll(play, fds), 10000) > 0);
	settle(play);
	assert_int_equal(play->crew.all[0].channel, -1);
	assert_false(name_of(play, "a", "s")->is_open);
	do_line(play, "b: socket s tcp4", "ok");
	do_line(play, "b: bind s 127.0.0.1:9999", "ok");
}

static void test_a_host_asks_before_others_can_reach_it(void **state)
{
	struct playground *play = need(state);
	struct fault fault = FAULT_INIT;

	play->is_private = false;
	do_line(play, "a: socket s tcp4", "ok");
	assert_true(playground_add_line(play, "a: bind s 0.0.0.0:9999", &fault));
	settle(play);
	assert_true(play->asks);
	assert_int_equal(play->done, 1);
	playground_answer(play, false);
	assert_int_equal(play->count, 1);
	assert_true(playground_add_line(play, "a: bind s 0.0.0.0:9999", &fault));
	playground_answer(play, true);
	settle(play);
	assert_int_equal(play->done, 2);
}

static void test_a_listener_without_an_address_is_asked_for_too(void **state)
{
	struct playground *play = need(state);
	struct fault fault = FAULT_INIT;

	play->is_private = false;
	do_line(play, "a: socket s tcp4", "ok");
	assert_true(playground_add_line(play, "a: listen s", &fault));
	assert_true(play->asks);
	playground_answer(play, false);
	assert_true(playground_add_line(play, "a: bind s 127.0.0.1:9999", &fault));
	assert_true(playground_add_line(play, "a: listen s", &fault));
	assert_false(play->asks);
	settle(play);
	assert_int_equal(play->done, 3);
}

static void test_a_server_whose_bind_fails_does_not_listen_elsewhere(void **state)
{
	struct playground *play = need(state);
	struct form form;

	do_line(play, "a: socket s tcp4", "ok");
	do_line(play, "a: bind s 127.0.0.1:9999", "ok");
	form_init(&form);
	judged(&form, play);
	assert_true(form_make(&form, play, FORM_BIND | FORM_LISTEN));
	settle(play);
	assert_int_equal(play->count, 4);
	assert_int_equal(play->steps[3].step.verb, VERB_BIND);
	assert_string_equal(play->steps[3].reply.word, "EADDRINUSE");
	form_fini(&form);
}

static void test_two_hundred_sockets_of_fifty_actors(void **state)
{
	struct playground *play = need(state);
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
	settle(play);
	assert_int_equal(play->done, 600);
	for (size_t i = 0; i < play->done; i++)
		assert_true(play_step_is_right(&play->steps[i]) && strcmp(play->steps[i].reply.word, "ok") == 0);
	uint64_t before = clock_mono_ns();
	do_line(play, "p0: close s0", "ok");
	assert_true(clock_mono_ns() - before < NS_PER_S); /* one more is done in no time */
}

static void test_every_lesson_goes_through_as_it_says(void **state)
{
	struct playground *play = need(state);

	if (geteuid() != 0)
		skip();
	for (const struct lesson *lesson = lessons; lesson->name != NULL; lesson++) {
		struct fault fault = FAULT_INIT;

		if (strcmp(lesson->name, "well-known-names") == 0) /* port 21 in one, and long waits in others: see tests/lab */
			continue;
		if (spawn_private(true) != 0)
			skip();
		playground_free(play);
		play = *state = playground_new(true, NULL);
		assert_true(playground_load(play, lesson->name, lesson->text, lesson->length, &fault));
		while (playground_next(play))
			settle(play);
		for (size_t i = 0; i < play->done; i++) {
			const struct play_step *step = &play->steps[i];

			if (!play_step_is_right(step))
				fail_msg("%s: %s: %s, predicted %s: %s", lesson->name, step->step.source, step->reply.word, step->predicted,
					 buf_str(&step->why));
		}
	}
}

static void test_steps_read_as_strace_writes_them(void **state)
{
	static const struct {
		const char *line, *call;
	} cases[] = {
		{ "a: socket s tcp4", "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)" },
		{ "a: socket s udplite6", "socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDPLITE)" },
		{ "a: socket s unix", "socket(AF_UNIX, SOCK_STREAM, 0)" },
		{ "a: set s reuseaddr 1", "setsockopt(s, SOL_SOCKET, SO_REUSEADDR, [1], 4)" },
		{ "a: set s linger 0", "setsockopt(s, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=0}, 8)" },
		{ "a: bind s 0.0.0.0:80",
		  "bind(s, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"0.0.0.0\")}, 16)" },
		{ "a: connect s 127.0.0.1:$b.s",
		  "connect(s, {sa_family=AF_INET, sin_port=htons($b.s), sin_addr=inet_addr(\"127.0.0.1\")}, 16)" },
		{ "a: bind s unix:@x", "bind(s, {sa_family=AF_UNIX, sun_path=@\"x\"}, 4)" },
		{ "a: listen s 8", "listen(s, 8)" },
		{ "a: send s \"hi\\n\"", "send(s, \"hi\\n\", 3, MSG_NOSIGNAL)" },
		{ "a: shutdown s rw", "shutdown(s, SHUT_RDWR)" },
		{ "see 127.0.0.1:80 LISTEN x1", "see 127.0.0.1:80 LISTEN x1" },
	};
	struct buf text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fault fault = FAULT_INIT;
		struct step step;

		assert_true(step_parse(&step, cases[i].line, &fault));
		strace_call(&text, &step, 2);
		assert_text(&text, cases[i].call);
	}
	struct step bind = { .verb = VERB_BIND };
	struct reply reply = { .word = "EADDRINUSE" };
	strace_result(&text, &bind, &reply);
	assert_text(&text, "-1 EADDRINUSE (Address already in use)");
	buf_fini(&text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		TEST(test_an_experiment_is_foreseen_step_by_step),
		TEST(test_who_is_in_the_way_is_named),
		TEST(test_what_is_wrong_with_the_form_is_told_in_its_field),
		TEST(test_undo_makes_the_others_again),
		TEST(test_an_accept_that_waits_lets_the_client_pass),
		TEST(test_what_is_saved_is_a_scenario_that_comes_out_the_same),
		TEST(test_an_echo_answers_and_ends),
		TEST(test_an_actor_that_dies_takes_its_sockets_along),
		TEST(test_a_host_asks_before_others_can_reach_it),
		TEST(test_a_listener_without_an_address_is_asked_for_too),
		TEST(test_a_server_whose_bind_fails_does_not_listen_elsewhere),
		TEST(test_two_hundred_sockets_of_fifty_actors),
		TEST(test_every_lesson_goes_through_as_it_says),
		cmocka_unit_test(test_steps_read_as_strace_writes_them),
	};

	if (argc > 1 && strcmp(argv[1], AGENT_WORD) == 0)
		return agent_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
