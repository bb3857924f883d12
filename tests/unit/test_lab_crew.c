/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real agents: this program becomes them when it is executed with their word.  They use loopback addresses of this host,
 * with ports that the kernel chooses.
 */
#include "helpers.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "lab/agent.h"
#include "lab/crew.h"

static int setup(void **state)
{
	static struct crew crew;

	crew_init(&crew);
	*state = &crew;
	return 0;
}

static int teardown(void **state)
{
	crew_fini(*state);
	return 0;
}

static uint32_t send_line(struct crew *crew, const char *line)
{
	struct fault fault = FAULT_INIT;
	struct step step;
	uint32_t token;

	assert_true(step_parse(&step, line, &fault));
	assert_int_equal(crew_send(crew, &step, clock_mono_ns(), &token), 0);
	return token;
}

/* The next result, whosever it is. */
static struct result wait_any(struct crew *crew)
{
	struct pollfd fds[CREW_FDS_MAX];
	struct result result;

	while (!crew_receive(crew, clock_mono_ns(), &result)) {
		assert_true(crew_deadline(crew) != UINT64_MAX);
		assert_true(poll(fds, crew_fds(crew, fds), 10000) > 0);
	}
	return result;
}

static struct result do_line(struct crew *crew, const char *line)
{
	uint32_t token = send_line(crew, line);
	struct result result = wait_any(crew);

	assert_int_equal(result.reply.token, token);
	return result;
}

static void assert_word(struct crew *crew, const char *line, const char *word)
{
	struct result result = do_line(crew, line);

	if (strcmp(result.reply.word, word) != 0)
		fail_msg("%s: %s", line, result.lost != NULL ? result.lost : result.reply.word);
}

/* A listener of actor a on 127.0.0.1; its port. */
static uint16_t listen_somewhere(struct crew *crew)
{
	assert_word(crew, "a: socket s tcp4", "ok");
	struct result result = do_line(crew, "a: bind s 127.0.0.1:0");
	assert_string_equal(result.reply.word, "ok");
	assert_true(result.reply.cookie != 0 && result.reply.port != 0);
	assert_word(crew, "a: listen s", "ok");
	return result.reply.port;
}

static void one_waits_while_another_acts(void **state)
{
	struct crew *crew = *state;
	uint16_t port = listen_somewhere(crew);
	uint32_t waiting = send_line(crew, "a: accept s conn");
	struct result result;
	struct step step;
	struct fault fault = FAULT_INIT;
	uint32_t token;
	char line[64];

	assert_false(crew_receive(crew, clock_mono_ns(), &result));
	assert_true(step_parse(&step, "a: close s", &fault));
	assert_int_equal(crew_send(crew, &step, clock_mono_ns(), &token), -EBUSY);
	send_line(crew, "b: socket s tcp4");
	assert_int_equal(wait_any(crew).reply.token, crew->token);
	snprintf(line, sizeof(line), "b: connect s 127.0.0.1:%u", port);
	uint32_t connecting = send_line(crew, line);
	struct result first = wait_any(crew), second = wait_any(crew);
	assert_true(first.reply.token + second.reply.token == waiting + connecting);
	assert_string_equal(first.reply.word, "ok");
	assert_string_equal(second.reply.word, "ok");
	assert_true(first.reply.cookie != second.reply.cookie);
	assert_int_equal(crew_deadline(crew), UINT64_MAX);
}

static void a_child_has_its_parents_sockets_and_outlives_it(void **state)
{
	struct crew *crew = *state;

	listen_somewhere(crew);
	uint64_t cookie = do_line(crew, "a: listen s").reply.cookie;
	struct result forked = do_line(crew, "a: fork b");
	assert_string_equal(forked.reply.word, "ok");
	assert_string_equal(crew_find_pid(crew, forked.reply.pid)->name.text, "b");
	assert_word(crew, "a: exit", "ok");
	assert_int_equal(do_line(crew, "b: listen s").reply.cookie, cookie);
	assert_word(crew, "b: kill", "ok");
	assert_int_equal(kill(forked.reply.pid, 0), -1);
}

static void an_actor_that_has_ended_does_nothing_more(void **state)
{
	struct crew *crew = *state;
	struct fault fault = FAULT_INIT;
	struct step step;
	uint32_t token;

	assert_word(crew, "a: socket s tcp4", "ok");
	assert_word(crew, "a: exit", "ok");
	assert_true(step_parse(&step, "a: close s", &fault));
	assert_int_equal(crew_send(crew, &step, clock_mono_ns(), &token), -ESRCH);
}

static void an_agent_that_dies_is_told(void **state)
{
	struct crew *crew = *state;

	listen_somewhere(crew);
	uint32_t token = send_line(crew, "a: accept s conn");
	assert_int_equal(kill(crew->all[0].pid, SIGKILL), 0);
	struct result result = wait_any(crew);
	assert_int_equal(result.reply.token, token);
	assert_string_equal(result.lost, "the process of the actor has ended");
}

/* The kernel says so when it ends a process for its system call (seccomp(2)). */
static void an_agent_that_made_a_forbidden_call_is_told(void **state)
{
	struct crew *crew = *state;

	listen_somewhere(crew);
	uint32_t token = send_line(crew, "a: accept s conn");
	assert_int_equal(kill(crew->all[0].pid, SIGSYS), 0);
	struct result result = wait_any(crew);
	assert_int_equal(result.reply.token, token);
	assert_string_equal(result.lost, "the process of the actor made a system call that it may not make, and was ended (SIGSYS)");
}

static void an_agent_that_does_not_answer_is_ended_at_its_deadline(void **state)
{
	struct crew *crew = *state;
	struct result result;

	assert_word(crew, "a: socket s tcp4", "ok");
	pid_t pid = crew->all[0].pid;
	assert_int_equal(kill(pid, SIGSTOP), 0);
	uint32_t token = send_line(crew, "a: close s");
	assert_false(crew_receive(crew, crew_deadline(crew) - 1, &result));
	assert_true(crew_receive(crew, crew_deadline(crew), &result));
	assert_int_equal(result.reply.token, token);
	assert_string_equal(result.lost, "the process of the actor does not answer");
	assert_int_equal(kill(pid, 0), -1);
}

static void the_end_of_the_crew_is_the_end_of_its_agents(void **state)
{
	struct crew *crew = *state;

	listen_somewhere(crew);
	pid_t pid = crew->all[0].pid;
	pid_t child = do_line(crew, "a: fork b").reply.pid;
	send_line(crew, "b: accept s conn");
	crew_fini(crew);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(kill(child, 0), -1);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_waits_while_another_acts, setup, teardown),
		cmocka_unit_test_setup_teardown(a_child_has_its_parents_sockets_and_outlives_it, setup, teardown),
		cmocka_unit_test_setup_teardown(an_actor_that_has_ended_does_nothing_more, setup, teardown),
		cmocka_unit_test_setup_teardown(an_agent_that_dies_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(an_agent_that_made_a_forbidden_call_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(an_agent_that_does_not_answer_is_ended_at_its_deadline, setup, teardown),
		cmocka_unit_test_setup_teardown(the_end_of_the_crew_is_the_end_of_its_agents, setup, teardown),
	};

	if (argc > 1 && strcmp(argv[1], AGENT_WORD) == 0)
		return agent_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
