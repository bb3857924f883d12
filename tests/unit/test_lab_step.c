/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <string.h>

#include "lab/step.h"

/* Steps that are written as they would be read back. */
static const char *const steps[] = {
	"a: user 1000:1000",
	"a: socket s tcp4",
	"a: socket s unix-seqpacket",
	"a: set s reuseaddr 1",
	"a: set s device lo",
	"a: set s device -",
	"a: set s device \"l\\xf1\"",
	"a: set s device \"=>\"",
	"a: set s linger off",
	"a: set s linger 0",
	"a: set s port_range 40000-40010",
	"a: set s rcvbuf 4096",
	"a: get s v6only",
	"a: bind s 127.0.0.1:80",
	"a: bind s [::]:80",
	"a: bind s [::ffff:127.0.0.1]:80",
	"a: bind s [fe80::1%lo]:80",
	"a: bind s \"[fe80::1%l\\xf1 o]:80\"",
	"a: bind s *:0",
	"a: bind s \"unix:/tmp/a b\"",
	"a: bind s \"unix:@name\"",
	"a: bind s 127.0.0.1:$s",
	"a: connect s [::1]:$server.s",
	"a: listen s 128",
	"a: accept s new",
	"a: send s \"a \\\"b\\\" \\\\ \\n\\x00\\xff\"",
	"a: recv s",
	"a: recv s \"\"",
	"a: sendto s 127.0.0.1:53 \"x\"",
	"a: shutdown s rw",
	"a: close s",
	"a: fork b",
	"a: exit",
	"a: kill",
	"see 127.0.0.1:80 LISTEN",
	"see 127.0.0.1:80 TIME_WAIT x2",
	"see 127.0.0.1:80 ESTABLISHED x0 127.0.0.1:$a.s",
	"see *:80 ESTABLISHED [::1]:9",
	"owners 127.0.0.1:80 LISTEN a,b",
	"owners 127.0.0.1:80 LISTEN -",
	"wait 1.500 s",
	"pause",
	"note anything, \"even this => that",
};

static void a_step_is_written_as_it_is_read(void **state)
{
	struct fault fault = FAULT_INIT;
	struct buf out = BUF_INIT;
	struct step step;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		if (!step_parse(&step, steps[i], &fault))
			fail_msg("%s: %s", steps[i], buf_str(&fault.text));
		assert_string_equal(step.source, steps[i]);
		step_format(&out, &step);
		assert_text(&out, steps[i]);
	}
	buf_fini(&out);
}

static void words_mean_what_they_say(void **state)
{
	struct fault fault = FAULT_INIT;
	struct step step;

	(void)state;
	assert_true(step_parse(&step, "  b:\tbind  s\t[::1%eth0]:8080 => ok|EADDRINUSE ", &fault));
	assert_string_equal(step.actor.text, "b");
	assert_int_equal(step.verb, VERB_BIND);
	assert_string_equal(step.sock.text, "s");
	assert_int_equal(step.endpoint.kind, ENDPOINT_INET6);
	assert_int_equal(step.endpoint.address[15], 1);
	assert_string_equal(step.endpoint.device, "eth0");
	assert_int_equal(step.endpoint.port, 8080);
	assert_string_equal(step.result, "ok|EADDRINUSE");
	assert_string_equal(step.source, "b:\tbind  s\t[::1%eth0]:8080");
	assert_true(step_parse(&step, "see 0.0.0.0:1 TIME_WAIT", &fault));
	assert_int_equal(step.state, STATE_TIME_WAIT);
	assert_int_equal(step.count, COUNT_ANY);
	assert_true(step_parse(&step, "wait 0.05 s", &fault));
	assert_int_equal(step.number, 50);
	assert_true(step_parse(&step, "a: recv s \"\\x41\\\\\\n\" => eof", &fault));
	assert_memory_equal(step.text, "A\\\n", 4);
	assert_true(step_parse(&step, "a: recv s => \"two words\"", &fault));
	assert_string_equal(step.result, "two words");
}

static void a_result_is_one_of_those_allowed(void **state)
{
	static const struct {
		const char *line, *word, *value;
		bool allowed;
	} cases[] = {
		{ "a: bind s *:1 => ok", "ok", NULL, true },
		{ "a: bind s *:1 => ok", "EADDRINUSE", NULL, false },
		{ "a: bind s *:1 => ok|EADDRINUSE", "EADDRINUSE", NULL, true },
		{ "a: bind s *:1 => ok|EADDRINUSE", "EADDR", NULL, false },
		{ "a: bind s *:1", "EADDRINUSE", NULL, true },
		{ "a: socket s tcp4", "EMFILE", NULL, false },
		{ "a: set s reuseaddr 1", "EINVAL", NULL, false },
		{ "a: get s reuseaddr => 1", "ok", "1", true },
		{ "a: get s reuseaddr => 1", "ok", "0", false },
		{ "a: get s reuseaddr => ok", "ok", "0", true },
		{ "a: recv s => \"a|b\"", "ok", "a|b", true },
		{ "a: recv s => eof", "ok", "eof?", false },
		{ "see *:1 LISTEN", "ETIMEDOUT", NULL, false },
	};
	struct fault fault = FAULT_INIT;
	struct step step;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_true(step_parse(&step, cases[i].line, &fault));
		if (step_allows(&step, cases[i].word, cases[i].value) != cases[i].allowed)
			fail_msg("%s: %s", cases[i].line, cases[i].word);
	}
}

/* The column and words of each fault. */
static const struct {
	const char *line;
	unsigned column;
	const char *words;
} faults[] = {
	{ "a: bnid s 127.0.0.1:80", 4, "\"bnid\": unknown step; the nearest is bind" },
	{ "se 127.0.0.1:80 LISTEN", 1, "the nearest is see" },
	{ "titel TIME_WAIT", 1, "the nearest is title" },
	{ "bind s 127.0.0.1:80", 1, "an actor must do this" },
	{ "a: see *:80 LISTEN", 4, "belongs to no actor" },
	{ "A: socket s tcp4", 1, "a small letter first" },
	{ "a:", 3, "a step is missing" },
	{ "=> ok", 1, "a step is missing" },
	{ "a: => ok", 4, "a step is missing" },
	{ "a: socket s", 12, "KIND is missing; the step is written socket SOCKET KIND" },
	{ "a: socket s => ok", 13, "KIND is missing" },
	{ "a: socket s tcp5", 13, "the nearest is tcp4" },
	{ "a: socket S tcp4", 11, "a small letter first" },
	{ "a: socket averyveryverylongname tcp4", 11, "15 at most" },
	{ "a: close s t", 12, "nothing more is expected here; the step is written close SOCKET" },
	{ "a: set s reuseadr 1", 10, "no socket option; the nearest is reuseaddr" },
	{ "a: set s reuseaddr 2", 20, "reuseaddr is 0 or 1" },
	{ "a: set s linger 60", 17, "linger is off, or seconds" },
	{ "a: set s port_range 80", 21, "not a range" },
	{ "a: bind s localhost:80", 11, "an address is written in numbers" },
	{ "a: bind s 127.0.0.1", 11, "not ADDRESS:PORT" },
	{ "a: bind s 127.0.0.1:70000", 11, "0 to 65535" },
	{ "a: bind s 127.0.0.1:", 11, "0 to 65535" },
	{ "a: bind s 127.1:80", 11, "in numbers" },
	{ "a: bind s ::1:80", 11, "in numbers" },
	{ "a: bind s [::1:80", 11, "in numbers" },
	{ "a: bind s [::g]:80", 11, "an IPv6 address in numbers" },
	{ "a: bind s [::1%]:80", 11, "the name of a device" },
	{ "a: bind s *:$", 11, "SOCKET or ACTOR.SOCKET" },
	{ "a: bind s *:$a.", 11, "SOCKET or ACTOR.SOCKET" },
	{ "a: bind s unix:", 11, "1 to 107 bytes" },
	{ "a: listen s many", 13, "a backlog is a number" },
	{ "a: shutdown s x", 15, "r, w or rw" },
	{ "a: user root", 9, "in numbers" },
	{ "a: send s \"open", 11, "is not closed" },
	{ "a: send s \"\\q\"", 12, "behind a backslash" },
	{ "a: send s \"a\"b", 14, "a blank" },
	{ "a: send s \"\xc3\xa4\" x", 15, "nothing more" },
	{ "a: bind s *:80 =>", 18, "behind => stands the result" },
	{ "a: bind s *:80 => ok ok", 22, "nothing more is expected behind the result" },
	{ "a: bind s *:80 => EADRINUSE", 19, "such as EADDRINUSE" },
	{ "a: bind s *:80 => ok|", 19, "a result is" },
	{ "see *:80 LISTNE", 10, "the nearest is LISTEN" },
	{ "see *:80 LISTEN x", 17, "how many" },
	{ "see *:80 LISTEN 2", 17, "not ADDRESS:PORT" },
	{ "owners *:80 LISTEN", 19, "ACTORS is missing" },
	{ "owners *:80 LISTEN a,", 20, "actors with commas between" },
	{ "wait 1", 7, "s is missing" },
	{ "wait 1 min", 8, "the unit is s" },
	{ "wait 1000 s", 6, "below 120" },
	{ "wait 1.2345 s", 6, "such as 1 or 0.5" },
	{ "note", 1, "the text is missing" },
	{ "a: a a a a a a a a a a a a a a a a a a", 34, "too many words" },
};

static void a_fault_says_where_and_what_is_right(void **state)
{
	struct fault fault = FAULT_INIT;
	struct step step;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		if (step_parse(&step, faults[i].line, &fault))
			fail_msg("%s: no fault", faults[i].line);
		if (fault.column != faults[i].column || strstr(buf_str(&fault.text), faults[i].words) == NULL)
			fail_msg("%s: %u: %s", faults[i].line, fault.column, buf_str(&fault.text));
	}
	fault_fini(&fault);
}

static void a_line_is_text_of_bearable_length(void **state)
{
	struct fault fault = FAULT_INIT;
	char line[LINE_BYTES_MAX + 2];

	(void)state;
	memset(line, 'x', sizeof(line));
	line[LINE_BYTES_MAX + 1] = '\0';
	assert_false(line_check(line, &fault));
	line[LINE_BYTES_MAX] = '\0';
	assert_true(line_check(line, &fault));
	assert_true(line_check("tab\tund Umlaut \xc3\xa4", &fault));
	assert_false(line_check("abc\x1b[31m", &fault));
	assert_int_equal(fault.column, 4);
	assert_false(line_check("\xc3\xa4\xff", &fault));
	assert_int_equal(fault.column, 2);
	assert_non_null(strstr(buf_str(&fault.text), "0xff"));
	fault_fini(&fault);
}

/* Whatever the line is: no crash, and a fault that is told, or a step that reads back as the same. */
static void any_line_is_a_step_or_a_fault(void **state)
{
	static const char alphabet[] = "a: \tbindsetockuxtcp4*[]$.%=>|\"\\0123-,@e\xc3\xa4";
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		const char *from = steps[next_random(&seed) % ARRAY_SIZE(steps)];
		struct fault fault = FAULT_INIT;
		struct buf again = BUF_INIT;
		struct step step, other;
		char line[128] = "";

		strncpy(line, from, sizeof(line) - 1);
		for (uint64_t changes = next_random(&seed) % 4; changes > 0; changes--)
			line[next_random(&seed) % (strlen(from) + 1)] =
				alphabet[next_random(&seed) % (sizeof(alphabet) - 1)];
		if (!line_check(line, &fault) || line[strspn(line, " \t")] == '\0')
			;
		else if (!step_parse(&step, line, &fault)) {
			assert_true(fault.text.length > 0);
		} else {
			step_format(&again, &step);
			if (!step_parse(&other, buf_str(&again), &fault))
				fail_msg("%s: %s: %s", line, buf_str(&again), buf_str(&fault.text));
			assert_int_equal(step.verb, other.verb);
			assert_memory_equal(&step.endpoint, &other.endpoint, sizeof(step.endpoint));
			assert_memory_equal(step.text, other.text, sizeof(step.text));
		}
		fault_fini(&fault);
		buf_fini(&again);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_is_written_as_it_is_read),
		cmocka_unit_test(words_mean_what_they_say),
		cmocka_unit_test(a_result_is_one_of_those_allowed),
		cmocka_unit_test(a_fault_says_where_and_what_is_right),
		cmocka_unit_test(a_line_is_text_of_bearable_length),
		cmocka_unit_test(any_line_is_a_step_or_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
