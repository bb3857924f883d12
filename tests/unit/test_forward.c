/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What programs that publish ports are started with says for whom they do. */
#include "helpers.h"

#include <stdlib.h>
#include <string.h>

#include "model/forward.h"
#include "model/process.h"

static bool read_one(struct forward *forward, const char *comm, const char *command_line)
{
	struct process process = { .pid = 500, .command_line = command_line != NULL ? strdup(command_line) : NULL };

	strcpy(process.comm, comm);
	bool is_one = forward_read(forward, &process);
	process_fini(&process);
	return is_one;
}

static void check(const char *comm, const char *command_line, const char *expected)
{
	struct forward forward;
	struct buf out = BUF_INIT;

	assert_true(read_one(&forward, comm, command_line));
	assert_int_equal(forward.pid, 500);
	assert_int_equal(forward_text(&out, &forward), expected[0] != '\0');
	assert_text(&out, expected);
	buf_fini(&out);
}

static void docker_proxy_names_the_address(void **state)
{
	(void)state;
	check("docker-proxy",
	      "/usr/bin/docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8080 -container-ip 172.17.0.2 -container-port 80",
	      "docker-proxy publishes it for 172.17.0.2:80");
	check("docker-proxy", "docker-proxy -container-port 80 -container-ip fd00::2 -use-listen-fd",
	      "docker-proxy publishes it for [fd00::2]:80");
}

static void what_cannot_be_read_is_not_said(void **state)
{
	static const char *const lines[] = {
		"",
		"docker-proxy -container-ip",
		"docker-proxy -container-ip 172.17.0.2",
		"docker-proxy -container-ip 172.17.0.2 -container-port x",
		"docker-proxy -container-ip 172.17.0.2 -container-port 0",
		"docker-proxy -container-ip 172.17.0.2 -container-port 65536",
		"docker-proxy -container-ip 172.17.0 -container-port 80",
		"docker-proxy x-container-ip 172.17.0.2 -container-port 80",
		"docker-proxy -container-ip 1111111111111111111111111111111111111111111111111111111111111111111111 -container-port 80",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		check("docker-proxy", lines[i], "");
	check("docker-proxy", NULL, "");
	check("rootlessport", "rootlessport -container-ip 172.17.0.2 -container-port 80", "");
}

static void the_namespace_is_named(void **state)
{
	char label[] = "w\033b";
	struct forward forward;
	struct buf out = BUF_INIT;

	(void)state;
	assert_true(read_one(&forward, "docker-proxy", "docker-proxy -container-ip 10.0.0.2 -container-port 80"));
	forward.located = true;
	forward.label = label;
	assert_true(forward_text(&out, &forward));
	assert_text(&out, "docker-proxy publishes it for 10.0.0.2:80 in network namespace w\\x1bb");
	buf_clear(&out);
	assert_true(read_one(&forward, "rootlessport", NULL));
	forward.located = true;
	forward.netns = 4026532281;
	assert_true(forward_text(&out, &forward));
	assert_text(&out, "rootlessport publishes it for network namespace 4026532281");
	buf_fini(&out);
}

static void other_programs_publish_nothing(void **state)
{
	struct forward forward;

	(void)state;
	assert_false(read_one(&forward, "nginx", "docker-proxy -container-ip 10.0.0.2 -container-port 80"));
}

static void they_are_found_by_process(void **state)
{
	struct forward_list list = { .all = NULL };
	struct forward forward = { .pid = 7, .label = strdup("web") };

	(void)state;
	assert_null(forward_list_find(&list, 7));
	forward_list_add(&list, &forward);
	forward = (struct forward){ .pid = 8 };
	forward_list_add(&list, &forward);
	assert_string_equal(forward_list_find(&list, 7)->label, "web");
	assert_int_equal(forward_list_find(&list, 8)->pid, 8);
	assert_null(forward_list_find(&list, 9));
	forward_list_fini(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(docker_proxy_names_the_address),
		cmocka_unit_test(what_cannot_be_read_is_not_said),
		cmocka_unit_test(the_namespace_is_named),
		cmocka_unit_test(other_programs_publish_nothing),
		cmocka_unit_test(they_are_found_by_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
