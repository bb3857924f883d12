/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <string.h>

#include "lab/export.h"
#include "lab/lessons.h"
#include "lab/scenario.h"

static void write_program(struct buf *out, const char *text, enum export_language language)
{
	struct fault fault = FAULT_INIT;
	struct scenario scenario;

	assert_true(scenario_parse(&scenario, "folder/x.lab", text, strlen(text), &fault));
	export_scenario(out, &scenario, language);
	scenario_fini(&scenario);
	fault_fini(&fault);
}

static void assert_has(const struct buf *program, const char *text)
{
	if (strstr(buf_str(program), text) == NULL)
		fail_msg("\"%s\" is not in\n%s", text, buf_str(program));
}

static const char *const steps =
	"title A port */ of one's own\n"
	"about in two\n"
	"about lines\n"
	"note said \"so\"\n"
	"a: socket int tcp6\n"
	"a: bind int *:80 => ok|EACCES\n"
	"b: socket s-1 tcp4\n"
	"b: connect s-1 127.0.0.1:$a.int => ECONNREFUSED\n";

static void step_is_a_statement_of_c(void **state)
{
	struct buf program = BUF_INIT;

	(void)state;
	write_program(&program, steps, EXPORT_C);
	assert_has(&program, "/*\n * A port * / of one's own\n *\n * in two\n *\n * lines\n *\n");
	assert_has(&program, "names[] = { \"\", \"a\", \"b\" };\n");
	assert_has(&program, "static struct {\n\tint my_int, s_1;\n} my = { -1, -1 };\n");
	assert_has(&program, "{\n\tnote(\"said \\\"so\\\"\");\n\tstart(\"a\");\n");
	assert_has(&program, "\tif (step(\"a: bind int *:80\", \"ok|EACCES\"))\n"
			     "\t\tremember(\"a.int\", &my.my_int, bind_to(my.my_int, ipv6(\"::\", 80)));\n"
			     "\n\tstart(\"b\");\n");
	assert_has(&program, "\tif (step(\"b: connect s-1 127.0.0.1:$a.int\", \"ECONNREFUSED\") && has_port(\"a.int\"))\n"
			     "\t\tdone(connect_to(my.s_1, ipv4(\"127.0.0.1\", port_of(\"a.int\"))));\n");
	buf_fini(&program);
}

static void step_is_a_statement_of_python(void **state)
{
	struct buf program = BUF_INIT;

	(void)state;
	write_program(&program, steps, EXPORT_PYTHON);
	assert_has(&program, "#!/usr/bin/env python3\n# A port * / of one's own\n#\n# in two\n#\n# lines\n#\n");
	assert_has(&program, "names = [\"\", \"a\", \"b\"]\n");
	assert_has(&program, "if step(\"a: bind int *:80\", \"ok|EACCES\"):\n"
			     "    with outcome(\"a.int\", \"my_int\"):\n"
			     "        my.my_int.bind((\"::\", 80))\n");
	assert_has(&program, "        connect(my.s_1, (\"127.0.0.1\", port_of(\"a.int\")))\n");
	buf_fini(&program);
}

static void without_a_title_it_has_the_name_of_the_file(void **state)
{
	struct buf program = BUF_INIT;

	(void)state;
	write_program(&program, "pause\n", EXPORT_C);
	assert_has(&program, "/*\n * x.lab\n *\n");
	buf_fini(&program);
}

static void program_has_only_what_its_steps_use(void **state)
{
	struct buf program = BUF_INIT;

	(void)state;
	write_program(&program, "note the word see( is in it, and owners( as well\npause\n", EXPORT_C);
	assert_has(&program, "pause_here(");
	assert_null(strstr(buf_str(&program), "static int see("));
	assert_null(strstr(buf_str(&program), "fork("));
	assert_null(strstr(buf_str(&program), "netlink"));
	buf_fini(&program);
}

/* The playground writes into what it has already. */
static void text_is_appended_and_the_same_each_time(void **state)
{
	(void)state;
	for (const struct lesson *lesson = lessons; lesson->name != NULL; lesson++) {
		for (int language = 0; language < EXPORT_LANGUAGES; language++) {
			struct buf once = BUF_INIT, twice = BUF_INIT;

			write_program(&once, lesson->text, (enum export_language)language);
			write_program(&twice, lesson->text, (enum export_language)language);
			write_program(&twice, lesson->text, (enum export_language)language);
			assert_int_equal(twice.length, 2 * once.length);
			assert_memory_equal(twice.data + once.length, once.data, once.length);
			buf_fini(&once);
			buf_fini(&twice);
		}
	}
}

static void languages_have_names(void **state)
{
	(void)state;
	assert_string_equal(export_language_name(EXPORT_C), "c");
	assert_string_equal(export_language_name(EXPORT_PYTHON), "python");
	assert_null(export_language_name(EXPORT_LANGUAGES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(step_is_a_statement_of_c),
		cmocka_unit_test(step_is_a_statement_of_python),
		cmocka_unit_test(without_a_title_it_has_the_name_of_the_file),
		cmocka_unit_test(program_has_only_what_its_steps_use),
		cmocka_unit_test(text_is_appended_and_the_same_each_time),
		cmocka_unit_test(languages_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
