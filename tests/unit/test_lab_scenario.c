/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <string.h>

#include "base/capabilities.h"
#include "base/text.h"
#include "lab/lessons.h"
#include "lab/scenario.h"

static bool parse(struct scenario *scenario, const char *text, struct buf *told)
{
	struct fault fault = FAULT_INIT;
	bool good = scenario_parse(scenario, "x.lab", text, strlen(text), &fault);

	buf_clear(told);
	if (!good)
		scenario_fault(told, "x.lab", &fault);
	fault_fini(&fault);
	return good;
}

static void steps_have_their_lines_and_the_rest_is_told(void **state)
{
	struct scenario scenario;
	struct buf told = BUF_INIT;

	(void)state;
	assert_true(parse(&scenario, "# comment\r\n\r\ntitle  One  # two\nabout first\nabout second\n\n"
				     "a: socket s tcp4\r\n  # comment\nnote said => so\nwait 1 s", &told));
	assert_text(&scenario.title, "One  # two");
	assert_text(&scenario.about, "first\nsecond\n");
	assert_int_equal(scenario.count, 3);
	assert_int_equal(scenario.steps[0].line, 7);
	assert_string_equal(scenario.steps[0].source, "a: socket s tcp4");
	assert_int_equal(scenario.steps[1].line, 9);
	assert_string_equal(scenario.steps[1].source, "note said => so");
	assert_false(scenario.steps[1].has_result);
	scenario_fini(&scenario);
	buf_fini(&told);
}

static const struct {
	const char *text, *told;
} faults[] = {
	{ "", "x.lab: there is no step in it" },
	{ "title x\n", "x.lab: there is no step in it" },
	{ "title\n", "x.lab:1:1: the title is missing" },
	{ "title a\ntitle b\n", "x.lab:2:1: a scenario has one title" },
	{ "\n\na: bnid s *:1\n", "x.lab:3:4: \"bnid\": unknown step" },
	{ "\x7f\x45\x4c\x46", "x.lab:1:1: the character U+007F is not text" },
	{ "a: exit\na: socket s tcp4", "x.lab:2:1: the actor \"a\" has ended in line 1" },
	{ "a: kill\na: exit", "x.lab:2:1: the actor \"a\" has ended in line 1" },
	{ "a: bind s *:1", "x.lab:1:9: a has no socket \"s\"" },
	{ "a: socket s tcp4\na: socket t tcp4\na: bind u *:1", "x.lab:3:9: a has no socket \"u\"; it has s, t" },
	{ "a: socket s tcp4\na: close s\na: listen s", "x.lab:3:11: a has closed the socket \"s\" in line 2" },
	{ "a: socket s tcp4\na: socket s tcp4", "x.lab:2:11: a has a socket \"s\" already" },
	{ "a: socket s tcp4\na: accept s s", "x.lab:2:13: a has a socket \"s\" already" },
	{ "a: socket s tcp4\na: accept s t => ETIMEDOUT\na: close t", "x.lab:3:10: a has no socket \"t\"; it has s" },
	{ "a: socket s tcp4\na: user 1", "x.lab:2:1: user is an actor's first step" },
	{ "a: fork b\na: fork b", "x.lab:2:9: there is an actor \"b\" already" },
	{ "a: socket s tcp4\na: fork b\na: close s\nb: close s\nb: close s",
	  "x.lab:5:10: b has closed the socket \"s\" in line 4" },
	{ "a: socket s tcp4\na: bind s [::1]:1", "x.lab:2:11: the socket \"s\" is tcp4, and its addresses are written" },
	{ "a: socket s tcp6\na: connect s 127.0.0.1:1", "x.lab:2:14: the socket \"s\" is tcp6" },
	{ "a: socket s unix\na: bind s *:1", "x.lab:2:11: the socket \"s\" is unix" },
	{ "a: socket s udp4\na: sendto s unix:x \"\"", "x.lab:2:13: the socket \"s\" is udp4" },
	{ "a: socket s tcp4\na: bind s *:$t", "x.lab:2:11: \"$a.t\": up to here this actor made no such socket" },
	{ "a: socket s tcp4\na: bind s *:$b.s", "x.lab:2:11: \"$b.s\": up to here there is no such actor" },
	{ "a: socket s tcp4\nsee *:$s BOUND", "x.lab:2:5: \"$s\": whose socket? $ACTOR.s" },
	{ "a: socket s tcp4\nsee *:1 BOUND x1 *:$a.t", "up to here this actor made no such socket" },
	{ "owners *:1 LISTEN a", "x.lab:1:1: up to here there is no actor \"a\"" },
	{ "see unix:x LISTEN", "x.lab:1:5: see is for TCP and UDP" },
};

static void a_fault_is_told_with_its_place(void **state)
{
	struct scenario scenario;
	struct buf told = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		if (parse(&scenario, faults[i].text, &told))
			fail_msg("%s: no fault", faults[i].text);
		if (strstr(buf_str(&told), faults[i].told) == NULL)
			fail_msg("%s: %s", faults[i].text, buf_str(&told));
		scenario_fini(&scenario);
	}
	buf_fini(&told);
}

static void what_lives_on_may_be_used(void **state)
{
	static const char *const texts[] = {
		"a: socket s tcp4\na: close s\na: socket s tcp6\na: bind s [::1]:1",
		"a: socket s tcp4\na: fork b\na: exit\nb: bind s *:1",
		"a: socket s tcp4\na: kill\nb: socket t tcp4\nb: bind t *:$a.s",
		"a: socket s tcp4\na: accept s t => ok|ETIMEDOUT\na: close t",
		"a: socket s tcp4\na: exit\nowners *:1 LISTEN a",
	};
	struct scenario scenario;
	struct buf told = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (!parse(&scenario, texts[i], &told))
			fail_msg("%s: %s", texts[i], buf_str(&told));
		scenario_fini(&scenario);
	}
	buf_fini(&told);
}

static void what_it_takes_to_run_it_is_known_before(void **state)
{
	struct scenario scenario;
	struct buf told = BUF_INIT;

	(void)state;
	assert_true(parse(&scenario, "a: socket s tcp4\na: bind s 127.0.0.1:1024\na: connect s 127.0.0.9:1", &told));
	assert_false(scenario.becomes_user || scenario.has_inet6 || scenario.has_files);
	assert_null(scenario.outside);
	assert_int_equal(scenario.capabilities, 0);
	scenario_fini(&scenario);

	assert_true(parse(&scenario, "a: user 1\na: socket s tcp6\na: set s transparent 1\na: bind s [::]:1023\n"
				     "a: socket u unix\na: bind u unix:x", &told));
	assert_true(scenario.becomes_user && scenario.has_inet6 && scenario.has_files);
	assert_ptr_equal(scenario.outside, &scenario.steps[3]);
	assert_int_equal(scenario.capabilities, CAPABILITY(CAP_NET_BIND_SERVICE) | CAPABILITY(CAP_NET_RAW));
	scenario_fini(&scenario);
	buf_fini(&told);
}

static void what_is_too_large_is_refused(void **state)
{
	struct fault fault = FAULT_INIT;
	struct scenario scenario;
	struct buf text = BUF_INIT, told = BUF_INIT;

	(void)state;
	buf_fill(&text, '\n', SCENARIO_BYTES_MAX + 1);
	assert_false(parse(&scenario, text.data, &told));
	assert_text(&told, "x.lab: larger than 256 KiB: no scenario");
	scenario_fini(&scenario);
	buf_clear(&text);
	for (int i = 0; i <= STEPS_MAX; i++)
		buf_puts(&text, "pause\n");
	assert_false(parse(&scenario, text.data, &told));
	assert_text(&told, "x.lab:2001:1: more than 2000 steps");
	scenario_fini(&scenario);
	buf_clear(&text);
	for (int i = 0; i <= ACTORS_MAX; i++)
		buf_printf(&text, "a%d: exit\n", i);
	assert_false(parse(&scenario, text.data, &told));
	assert_text(&told, "x.lab:65:1: more than 64 actors");
	scenario_fini(&scenario);
	assert_false(scenario_parse(&scenario, "x.lab", "pause\0\n", 7, &fault));
	assert_text(&fault.text, "there is a NUL in the line: a scenario is text");
	scenario_fini(&scenario);
	fault_fini(&fault);
	buf_fini(&text);
	buf_fini(&told);
}

static void every_lesson_is_a_scenario_that_says_what_it_is_about(void **state)
{
	struct buf told = BUF_INIT;
	struct scenario scenario;

	(void)state;
	for (const struct lesson *lesson = lessons; lesson->name != NULL; lesson++) {
		if (!parse(&scenario, lesson->text, &told))
			fail_msg("%s: %s", lesson->name, buf_str(&told));
		assert_true(scenario.title.length > 0 && scenario.about.length > 0);
		assert_int_equal(strlen(lesson->text), lesson->length);
		assert_ptr_equal(lesson_find(lesson->name), lesson);
		scenario_fini(&scenario);
	}
	assert_null(lesson_find("no-such-lesson"));
	assert_string_equal(text_nearest("dualstack", lesson_name), "dual-stack");
	buf_fini(&told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_have_their_lines_and_the_rest_is_told),
		cmocka_unit_test(a_fault_is_told_with_its_place),
		cmocka_unit_test(what_lives_on_may_be_used),
		cmocka_unit_test(what_it_takes_to_run_it_is_known_before),
		cmocka_unit_test(what_is_too_large_is_refused),
		cmocka_unit_test(every_lesson_is_a_scenario_that_says_what_it_is_about),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
