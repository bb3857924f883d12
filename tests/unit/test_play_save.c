/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What goes into a playground as a text, and comes out of it as one.
 */
#include "play_fixture.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lab/lessons.h"
#include "lab/spawn.h"
#include "lab/strace.h"

static void save(const struct playground *play, struct buf *out)
{
	struct buf why = BUF_INIT;

	assert_true(playground_save(play, "x.lab", out, &why));
	assert_int_equal(why.length, 0);
}

/* What was saved can be opened. */
static void assert_opens(const struct buf *text)
{
	struct fault fault = FAULT_INIT;
	struct scenario scenario;

	if (!scenario_parse(&scenario, "x.lab", buf_str(text), text->length, &fault))
		fail_msg("line %u: %s in\n%s", fault.line, buf_str(&fault.text), buf_str(text));
	scenario_fini(&scenario);
	fault_fini(&fault);
}

static void test_an_accept_that_waits_lets_the_client_pass(void **state)
{
	struct playground *play = play_need(state);
	struct fault fault = FAULT_INIT;
	struct buf text = BUF_INIT;

	play_line(play, "a: socket s tcp4", "ok");
	play_line(play, "a: bind s 127.0.0.1:9999", "ok");
	play_line(play, "a: listen s", "ok");
	assert_true(playground_add_line(play, "a: accept s c", &fault));
	assert_true(playground_add_line(play, "b: socket s tcp4", &fault));
	assert_true(playground_add_line(play, "b: connect s 127.0.0.1:$a.s", &fault));
	play_settle(play);
	assert_int_equal(play->done, 6);
	save(play, &text);
	assert_says(buf_str(&text), "b: connect s 127.0.0.1:$a.s => ok\na: accept s c => ok\n");
	buf_fini(&text);
}

static void test_what_is_saved_is_a_scenario_that_comes_out_the_same(void **state)
{
	struct playground *play = play_need(state);
	struct fault fault = FAULT_INIT;
	struct buf text = BUF_INIT, again = BUF_INIT;

	play_line(play, "a: socket s udp4", "ok");
	play_line(play, "a: bind s 127.0.0.1:5353", "ok");
	play_line(play, "b: socket s udp4", "ok");
	play_line(play, "b: sendto s 127.0.0.1:5353 \"o\\x01\\\"n e\"", "ok");
	play_line(play, "a: recv s", "ok");
	play_line(play, "b: bind s 127.0.0.1:5353", "EINVAL");
	play_line(play, "b: get s reuseaddr", "ok");
	save(play, &text);
	assert_true(playground_load(play, "x.lab", buf_str(&text), text.length, &fault));
	while (playground_next(play))
		play_settle(play);
	save(play, &again);
	assert_string_equal(strchr(buf_str(&again), '\n'), strchr(buf_str(&text), '\n'));
	buf_fini(&text);
	buf_fini(&again);
}

static void test_the_name_says_what_is_saved(void **state)
{
	struct playground *play = play_need(state);
	struct buf text = BUF_INIT, why = BUF_INIT;

	play_line(play, "a: socket s udp4", "ok");
	assert_true(playground_save(play, "mine.c", &text, &why));
	assert_says(buf_str(&text), "#include <sys/socket.h>");
	assert_says(buf_str(&text), "Made in the playground");
	buf_clear(&text);
	assert_true(playground_save(play, "mine.py", &text, &why));
	assert_says(buf_str(&text), "import socket");
	buf_clear(&text);
	assert_true(playground_save(play, "mine.lab", &text, &why));
	assert_says(buf_str(&text), "a: socket s udp4 => ok\n");
	buf_clear(&text);
	static const char *const others[] = { "mine", "mine.txt", ".c", "mine.lab ", "" };
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		assert_false(playground_save(play, others[i], &text, &why));
		assert_text(&why, "The name is to end in .lab, .c or .py");
	}
	assert_int_equal(text.length, 0);
	buf_fini(&text);
	buf_fini(&why);
}

/* Whatever is tried by hand, in whatever order: what is saved can be opened, and made a program. */
static void test_what_no_scenario_may_say_is_saved_as_a_comment(void **state)
{
	struct playground *play = play_need(state);
	struct fault fault = FAULT_INIT;
	struct buf text = BUF_INIT, why = BUF_INIT;

	play_line(play, "a: socket s tcp4", "ok");
	play_line(play, "a: close s", "ok");
	assert_true(playground_add_line(play, "a: close s", &fault));
	assert_true(playground_add_line(play, "a: exit", &fault));
	assert_true(playground_add_line(play, "a: socket s2 tcp4", &fault));
	play_settle(play);
	save(play, &text);
	assert_says(buf_str(&text), "a: close s => ok\n# no step of a scenario: a: close s => ");
	assert_says(buf_str(&text), "\n# without a result: a: socket s2 tcp4\n");
	assert_opens(&text);
	buf_clear(&text);
	assert_true(playground_save(play, "x.c", &text, &why));
	buf_fini(&text);
	buf_fini(&why);
}

static void test_steps_in_any_order_are_saved_so_that_they_can_be_opened(void **state)
{
	static const char *const verbs[][2] = {
		{ "socket", "tcp4" }, { "socket", "udp6" }, { "bind", "127.0.0.1:9999" }, { "bind", "[::1]:9999" },
		{ "listen", "" }, { "close", "" }, { "shutdown", "w" }, { "get", "reuseaddr" }, { "set", "reuseport 1" },
		{ "accept", "s3" },
	};
	struct playground *play = play_need(state);
	struct fault fault = FAULT_INIT;
	struct buf text = BUF_INIT;
	uint64_t seed = 1;

	for (unsigned round = 0; round < 10; round++) {
		for (unsigned i = 0; i < 20; i++) {
			const char *const *verb = verbs[next_random(&seed) % ARRAY_SIZE(verbs)];
			const char *actor = next_random(&seed) % 4 == 0 ? "b" : "a";
			char line[64];

			snprintf(line, sizeof(line), "%s: %s s%u %s", actor, verb[0], (unsigned)(next_random(&seed) % 3), verb[1]);
			if (next_random(&seed) % 16 == 0)
				snprintf(line, sizeof(line), "%s: %s", actor, next_random(&seed) % 2 == 0 ? "exit" : "fork b");
			assert_true(playground_add_line(play, line, &fault));
		}
		play_settle(play);
		assert_int_equal(play->done, 20);
		save(play, &text);
		assert_opens(&text);
		buf_clear(&text);
		playground_clear(play);
	}
	buf_fini(&text);
}

static void test_every_lesson_goes_through_as_it_says(void **state)
{
	struct playground *play = play_need(state);
	struct buf text = BUF_INIT;

	if (geteuid() != 0)
		skip();
	for (const struct lesson *lesson = lessons; lesson->name != NULL; lesson++) {
		struct fault fault = FAULT_INIT;

		if (strcmp(lesson->name, "well-known-names") == 0) /* port 21 in one, and long waits in others: see tests/lab */
			continue;
		if (spawn_private(true) != 0) {
			buf_fini(&text);
			skip();
		}
		playground_free(play);
		play = *state = playground_new(true, NULL);
		assert_true(playground_load(play, lesson->name, lesson->text, lesson->length, &fault));
		while (playground_next(play))
			play_settle(play);
		for (size_t i = 0; i < play->done; i++) {
			const struct play_step *step = &play->steps[i];

			if (!play_step_is_right(step))
				fail_msg("%s: %s: %s, predicted %s: %s", lesson->name, step->step.source, step->reply.word, step->predicted,
					 buf_str(&step->why));
		}
		save(play, &text);
		assert_opens(&text);
		buf_clear(&text);
	}
	buf_fini(&text);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		TEST(test_an_accept_that_waits_lets_the_client_pass),
		TEST(test_what_is_saved_is_a_scenario_that_comes_out_the_same),
		TEST(test_the_name_says_what_is_saved),
		TEST(test_what_no_scenario_may_say_is_saved_as_a_comment),
		TEST(test_steps_in_any_order_are_saved_so_that_they_can_be_opened),
		TEST(test_every_lesson_goes_through_as_it_says),
		cmocka_unit_test(test_steps_read_as_strace_writes_them),
	};

	if (argc > 1 && strcmp(argv[1], AGENT_WORD) == 0)
		return agent_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
