/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The form of a playground: what is wrong with it, what it foresees, and what is made of it.
 */
#include "play_fixture.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lab/spawn.h"

static void test_who_is_in_the_way_is_named(void **state)
{
	struct playground *play = play_need(state);
	struct form form;

	play_line(play, "a: socket s1 tcp4", "ok");
	play_line(play, "a: set s1 reuseaddr 1", "ok");
	play_line(play, "a: bind s1 127.0.0.1:9999", "ok");
	play_line(play, "a: listen s1", "ok");
	form_init(&form);
	form.checked[OPTION_REUSEADDR] = true;
	play_told(&form, play);
	char who[64];
	snprintf(who, sizeof(who), "EADDRINUSE. a.s1 (pid %d) listens on 127.0.0.1:9999; ", (int)play->crew.all[0].pid);
	assert_says(buf_str(&form.told), who);
	assert_says(buf_str(&form.told), "set SO_REUSEPORT before bind() on both sides");
	play_fill_form(&form, "127.0.0.2", "9999");
	assert_says(play_told(&form, play), "bind and listen will work");
	struct buf matrix = BUF_INIT;
	play_fill_form(&form, "127.0.0.1", "9999");
	play_told(&form, play);
	form_matrix(&form, play, &matrix);
	assert_says(buf_str(&matrix), "What if    127.0.0.1:9999     0.0.0.0:9999       \n"
				      "neither    bind EADDRINUSE    bind EADDRINUSE    \n");
	buf_fini(&matrix);
	form_fini(&form);
}

static void test_what_is_wrong_with_the_form_is_told_in_its_field(void **state)
{
	struct playground *play = play_need(state);
	struct form form;

	form_init(&form);
	play_fill_form(&form, "127.0.0.1", "70000");
	assert_string_equal(play_told(&form, play), "");
	assert_says(buf_str(&form.faults[FIELD_PORT]), "70000 is not a number from 0 to 65535");
	assert_false(form_make(&form, play, FORM_BIND));
	play_fill_form(&form, "::1", "80");
	play_told(&form, play);
	assert_says(buf_str(&form.faults[FIELD_ADDRESS]), "::1 is an IPv6 address, and the socket is tcp4; tcp6 takes it");
	form.kind = SOCKET_UDPLITE6;
	play_fill_form(&form, "127.0.0.1", "80");
	play_told(&form, play);
	assert_says(buf_str(&form.faults[FIELD_ADDRESS]), "127.0.0.1 is an IPv4 address, and the socket is udplite6; udplite4 takes it");
	form.kind = SOCKET_TCP4;
	play_fill_form(&form, "localhost", "80");
	play_told(&form, play);
	assert_says(buf_str(&form.faults[FIELD_ADDRESS]), "names are not looked up");
	play_fill_form(&form, "127.0.0.1", "80");
	strcpy(form.text[FIELD_OPTIONS + OPTION_LINGER], "99");
	play_told(&form, play);
	assert_says(buf_str(&form.faults[FIELD_OPTIONS + OPTION_LINGER]), "linger is off, or seconds");
	assert_int_equal(play->count, 0);
	form_fini(&form);
}

static void test_a_server_whose_bind_fails_does_not_listen_elsewhere(void **state)
{
	struct playground *play = play_need(state);
	struct form form;

	play_line(play, "a: socket s tcp4", "ok");
	play_line(play, "a: bind s 127.0.0.1:9999", "ok");
	form_init(&form);
	play_told(&form, play);
	assert_true(form_make(&form, play, FORM_BIND | FORM_LISTEN));
	play_settle(play);
	assert_int_equal(play->count, 4);
	assert_int_equal(play->steps[3].step.verb, VERB_BIND);
	assert_string_equal(play->steps[3].reply.word, "EADDRINUSE");
	form_fini(&form);
}

static void test_the_what_if_has_a_column_for_each_address_and_lines_for_v6only(void **state)
{
	struct playground *play = play_need(state);
	struct buf matrix = BUF_INIT;
	struct form form;

	play_line(play, "a: socket s tcp4", "ok");
	play_line(play, "a: set s reuseaddr 1", "ok");
	play_line(play, "a: bind s 0.0.0.0:9999", "ok");
	form_init(&form);
	form.kind = SOCKET_TCP6;
	play_fill_form(&form, "::1", "9999");
	play_told(&form, play);
	form_matrix(&form, play, &matrix);
	assert_text(&matrix, "What if            [::1]:9999         [::]:9999          \n"
			     "neither            ok                 bind EADDRINUSE    \n"
			     "REUSEADDR          ok                 ok                 \n"
			     "REUSEPORT          ok                 bind EADDRINUSE    \n"
			     "both               ok                 ok                 \n"
			     "neither    v6only  ok                 ok                 \n"
			     "REUSEADDR  v6only  ok                 ok                 \n"
			     "REUSEPORT  v6only  ok                 ok                 \n"
			     "both       v6only  ok                 ok                 \n");
	play_fill_form(&form, "::", "9999");
	play_told(&form, play);
	form_matrix(&form, play, &matrix);
	assert_says(buf_str(&matrix), "What if            [::]:9999          \nneither            bind EADDRINUSE    \n");
	buf_fini(&matrix);
	form_fini(&form);
}

static void test_another_user_is_an_actor_of_root_alone(void **state)
{
	struct playground *play = play_need(state);
	const char *why_not = geteuid() != 0 ? "takes root" : spawn_has_users() ? NULL : "made without root";
	struct form form;

	form_init(&form);
	strcpy(form.text[FIELD_USER], "nobody");
	play_told(&form, play);
	assert_says(buf_str(&form.faults[FIELD_USER]), "a user is written in numbers, UID or UID:GID");
	strcpy(form.text[FIELD_USER], "65534");
	play_told(&form, play);
	if (why_not != NULL) {
		assert_says(buf_str(&form.faults[FIELD_USER]), why_not);
	} else {
		play_fill_form(&form, "127.0.0.1", "80");
		assert_says(play_told(&form, play), "bind will fail: EACCES. ");
		assert_true(form_make(&form, play, FORM_BIND));
		play_settle(play);
		assert_int_equal(play->steps[0].step.verb, VERB_USER);
		assert_string_equal(play->steps[2].reply.word, "EACCES");
		assert_true(play_step_is_right(&play->steps[2]));
	}
	form_fini(&form);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		TEST(test_who_is_in_the_way_is_named),
		TEST(test_what_is_wrong_with_the_form_is_told_in_its_field),
		TEST(test_the_what_if_has_a_column_for_each_address_and_lines_for_v6only),
		TEST(test_another_user_is_an_actor_of_root_alone),
		TEST(test_a_server_whose_bind_fails_does_not_listen_elsewhere),
	};

	if (argc > 1 && strcmp(argv[1], AGENT_WORD) == 0)
		return agent_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
