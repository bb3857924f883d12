/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <string.h>

#include "lab/wire.h"

static bool parse_request(const char *text, uint32_t *token, struct step *step)
{
	return wire_parse_request(text, strlen(text), token, step);
}

static bool parse_reply(const char *text, struct reply *reply)
{
	return wire_parse_reply(text, strlen(text), reply);
}

static void a_request_is_a_number_and_a_step(void **state)
{
	struct buf out = BUF_INIT;
	struct step step;
	uint32_t token;

	(void)state;
	assert_true(parse_request("4294967295 b: bind s 0.0.0.0:80", &token, &step));
	assert_int_equal(token, UINT32_MAX);
	assert_string_equal(step.actor.text, "b");
	assert_int_equal(step.verb, VERB_BIND);
	wire_request(&out, token, &step);
	assert_text(&out, "4294967295 b: bind s 0.0.0.0:80");
	buf_fini(&out);
}

static void what_no_agent_does_is_no_request(void **state)
{
	static const char *const bad[] = {
		"", " ", "1", "1 ", "x b: exit", "-1 b: exit", "4294967296 b: exit", "1 see *:1 LISTEN", "1 wait 1 s", "1 note x",
		"1 b: bind s 0.0.0.0:$t", "1 b: sysctl s", "1 b: connect s localhost:80", "1\tb: exit", "1 b: exit\n",
	};
	struct step step;
	uint32_t token;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (parse_request(bad[i], &token, &step))
			fail_msg("%s", bad[i]);
	}
	assert_false(wire_parse_request("1 b: exit\0", 10, &token, &step));
}

/* All that a step may say, in bytes that take the most room in quotes. */
static void the_longest_request_fits(void **state)
{
	struct step step = { .verb = VERB_SENDTO, .has_text = true, .text_length = TEXT_BYTES_MAX }, got;
	struct buf out = BUF_INIT;
	uint32_t token;

	(void)state;
	memset(step.actor.text, 'a', NAME_BYTES_MAX);
	memset(step.sock.text, 's', NAME_BYTES_MAX);
	memset(step.text, 0xff, TEXT_BYTES_MAX);
	step.endpoint = (struct endpoint){ .kind = ENDPOINT_UNIX, .abstract = true, .path_length = PATH_BYTES_MAX };
	memset(step.endpoint.path, 0xff, PATH_BYTES_MAX);
	wire_request(&out, UINT32_MAX, &step);
	assert_true(out.length <= WIRE_BYTES_MAX);
	assert_true(wire_parse_request(out.data, out.length, &token, &got));
	assert_memory_equal(got.text, step.text, sizeof(step.text));
	assert_memory_equal(&got.endpoint, &step.endpoint, sizeof(step.endpoint));
	buf_fini(&out);
}

static void a_reply_comes_back_as_it_was(void **state)
{
	struct reply reply = {
		.token = 17,
		.word = "EADDRINUSE",
		.cookie = UINT64_C(464403000000),
		.port = 65535,
		.pid = 4242,
		.has_value = true,
		.value_length = 5,
		.value = "a\0\"\\\xff",
	};
	struct buf out = BUF_INIT;
	struct reply got;

	(void)state;
	wire_reply(&out, &reply);
	assert_true(wire_parse_reply(out.data, out.length, &got));
	assert_int_equal(got.token, 17);
	assert_string_equal(got.word, "EADDRINUSE");
	assert_int_equal(got.cookie, reply.cookie);
	assert_int_equal(got.port, 65535);
	assert_int_equal(got.pid, 4242);
	assert_true(got.has_value);
	assert_int_equal(got.value_length, 5);
	assert_memory_equal(got.value, reply.value, 6);
	buf_fini(&out);
}

static void what_is_not_understood_is_no_reply(void **state)
{
	static const char *const bad[] = {
		"", "1", "x ok", "1 ok cookie", "1 ok cookie x", "1 ok port 65536", "1 ok pid -1", "1 ok value x", "1 ok else 1",
		"1 \"ok\"", "1 a-b", "1 averyveryverylongwordthatisnone", "1 ok value \"open",
		"1 ok value \"long\" value \"x\"",
	};
	struct reply reply;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (parse_reply(bad[i], &reply))
			fail_msg("%s", bad[i]);
	}
	assert_true(parse_reply("1 ok", &reply));
}

static void any_bytes_are_survived(void **state)
{
	static const char alphabet[] = "1 ok eof: cookie portvalue\"\\xbind\0\xff\x1b";
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char bytes[64];
		size_t length = next_random(&seed) % sizeof(bytes);
		struct reply reply;
		struct step step;
		uint32_t token;

		for (size_t k = 0; k < length; k++)
			bytes[k] = alphabet[next_random(&seed) % sizeof(alphabet)];
		if (wire_parse_reply(bytes, length, &reply))
			assert_true(reply.value_length <= TEXT_BYTES_MAX && reply.word[0] != '\0');
		if (wire_parse_request(bytes, length, &token, &step))
			assert_true(verb_has_actor(step.verb));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_a_number_and_a_step),
		cmocka_unit_test(what_no_agent_does_is_no_request),
		cmocka_unit_test(the_longest_request_fits),
		cmocka_unit_test(a_reply_comes_back_as_it_was),
		cmocka_unit_test(what_is_not_understood_is_no_reply),
		cmocka_unit_test(any_bytes_are_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
