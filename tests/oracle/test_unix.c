/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel as the oracle of the rules of the unix domain: each type of socket meets everything that can stand at a name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "model/rules.h"

static const uint8_t protos[] = { BIND_UNIX_STREAM, BIND_UNIX_DGRAM, BIND_UNIX_SEQPACKET };
static const struct bind_host nothing;

#define PROTOS (sizeof(protos) / sizeof(protos[0]))

static int new_socket(unsigned proto)
{
	static const int types[BIND_PROTO_COUNT] = {
		[BIND_UNIX_STREAM] = SOCK_STREAM, [BIND_UNIX_DGRAM] = SOCK_DGRAM, [BIND_UNIX_SEQPACKET] = SOCK_SEQPACKET,
	};
	int fd = socket(AF_UNIX, types[proto] | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	return fd;
}

static struct bind_name make_name(const char *text, bool abstract, enum bind_path at_path)
{
	return (struct bind_name){ .text = text, .length = strlen(text), .abstract = abstract, .at_path = (uint8_t)at_path };
}

static socklen_t make_address(struct sockaddr_un *address, const struct bind_name *name)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path + (name->abstract ? 1 : 0), name->text, name->length);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + name->length + (name->abstract || name->length > 0 ? 1 : 0));
}

static int do_bind(int fd, const struct bind_name *name)
{
	struct sockaddr_un address;
	socklen_t length = make_address(&address, name);

	return bind(fd, (struct sockaddr *)&address, length) == 0 ? 0 : errno;
}

static int do_connect(int fd, const struct bind_name *name)
{
	struct sockaddr_un address;
	socklen_t length = make_address(&address, name);

	return connect(fd, (struct sockaddr *)&address, length) == 0 ? 0 : errno;
}

/* A socket with the name, and what the rules are told of it; it listens if it can and shall. */
struct other {
	int fd;
	struct bind_sock sock;
};

static struct other make_other(unsigned proto, struct bind_name name, bool listens)
{
	struct other other = { .fd = new_socket(proto), .sock = { .proto = (uint8_t)proto, .name = name, .state = STATE_UNCONN } };

	assert_int_equal(do_bind(other.fd, &name), 0);
	if (listens && proto != BIND_UNIX_DGRAM) {
		assert_int_equal(listen(other.fd, 8), 0);
		other.sock.state = STATE_LISTEN;
	}
	return other;
}

static void agree(const char *what, const struct bind_verdict *verdict, int error)
{
	int expected = verdict->outcome == BIND_OK ? 0 : verdict->error;

	if (verdict->outcome == BIND_UNKNOWN || expected != error)
		fail_msg("%s: predicted %s by %s, but it is %s", what, strerror(expected), rules_id(verdict->rule), strerror(error));
}

/* bind(), listen(), and connect() of a second socket, of each type. */
static void check_all(const char *what, struct bind_name name, const struct other *other)
{
	struct bind_scene scene = { .socks = other ? &other->sock : NULL, .count = other != NULL, .host = &nothing };
	struct bind_verdict verdict = BIND_VERDICT_INIT;

	for (size_t i = 0; i < PROTOS; i++) {
		struct bind_wish wish = { .proto = protos[i], .name = name };
		struct bind_peer peer = { .name = name };
		int fd = new_socket(protos[i]);

		rules_connect(&wish, &peer, &scene, &verdict);
		agree(what, &verdict, do_connect(fd, &name));
		close(fd);
		fd = new_socket(protos[i]);
		rules_bind(&wish, &scene, &verdict);
		wish.is_bound = do_bind(fd, &name) == 0;
		agree(what, &verdict, wish.is_bound ? 0 : errno);
		rules_listen(&wish, &scene, &verdict);
		agree(what, &verdict, listen(fd, 8) == 0 ? 0 : errno);
		close(fd);
		if (wish.is_bound && !name.abstract)
			unlink(name.text);
	}
	rules_verdict_fini(&verdict);
}

static void each_path_does_what_the_rules_say(void **state)
{
	(void)state;
	check_all("nothing there", make_name("free", false, PATH_FREE), NULL);
	assert_int_equal(close(open("file", O_CREAT | O_WRONLY | O_CLOEXEC, 0600)), 0);
	check_all("another file", make_name("file", false, PATH_OTHER_FILE), NULL);
	check_all("no directory", make_name("none/x", false, PATH_NO_DIRECTORY), NULL);
	check_all("a file as directory", make_name("file/x", false, PATH_NOT_DIRECTORY), NULL);
	struct other stale = make_other(BIND_UNIX_STREAM, make_name("stale", false, PATH_FREE), true);
	close(stale.fd);
	check_all("a stale socket", make_name("stale", false, PATH_STALE_SOCKET), NULL);
}

static void a_directory_that_may_not_be_written_refuses(void **state)
{
	struct bind_wish wish = { .proto = BIND_UNIX_STREAM, .name = make_name("shut/x", false, PATH_NOT_WRITABLE) };
	struct bind_scene scene = { .host = &nothing };
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	bool was_root = geteuid() == 0;
	int fd = new_socket(wish.proto);

	(void)state;
	assert_int_equal(mkdir("shut", 0555), 0);
	if (was_root && seteuid(65534) != 0)
		skip();
	int error = do_bind(fd, &wish.name);
	assert_int_equal(was_root ? seteuid(0) : 0, 0);
	rules_bind(&wish, &scene, &verdict);
	agree("a directory that is not writable", &verdict, error);
	rules_verdict_fini(&verdict);
	close(fd);
}

static void each_live_socket_does_what_the_rules_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * PROTOS; i++) {
		struct bind_name path = make_name("live", false, PATH_LIVE_SOCKET), name = make_name("ports-test-x", true, PATH_FREE);
		struct other at_path = make_other(protos[i / 2], path, i % 2), abstract = make_other(protos[i / 2], name, i % 2);

		check_all("a live socket's path", path, &at_path);
		check_all("a live socket's name", name, &abstract);
		close(at_path.fd);
		close(abstract.fd);
		unlink("live");
	}
}

static void a_second_bind_is_refused_after_the_path(void **state)
{
	static const struct bind_name bound = { .text = "own", .length = 3 };
	const struct bind_name names[] = {
		make_name("second", false, PATH_FREE), make_name("own", false, PATH_LIVE_SOCKET),
		make_name("none/x", false, PATH_NO_DIRECTORY), make_name("ports-test-y", true, PATH_FREE), make_name("", false, PATH_FREE),
	};
	struct bind_scene scene = { .host = &nothing };
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	int fd = new_socket(BIND_UNIX_STREAM);

	(void)state;
	assert_int_equal(do_bind(fd, &bound), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct bind_wish wish = { .proto = BIND_UNIX_STREAM, .is_bound = true, .name = names[i] };

		rules_bind(&wish, &scene, &verdict);
		struct sockaddr_un address;
		socklen_t length = make_address(&address, &names[i]);
		agree(names[i].text, &verdict, bind(fd, (struct sockaddr *)&address, length) == 0 ? 0 : errno);
	}
	rules_verdict_fini(&verdict);
	close(fd);
}

static void a_listener_and_a_connected_socket_connect_no_more(void **state)
{
	struct bind_name name = make_name("listener", false, PATH_LIVE_SOCKET);
	struct other listener = make_other(BIND_UNIX_STREAM, name, true);
	struct bind_scene scene = { .socks = &listener.sock, .count = 1, .host = &nothing };
	struct bind_wish wish = { .proto = BIND_UNIX_STREAM, .state = STATE_ESTABLISHED };
	struct bind_peer peer = { .name = name }, nobody = { .name = make_name("nobody", false, PATH_FREE) };
	struct bind_verdict verdict = BIND_VERDICT_INIT;
	int fd = new_socket(BIND_UNIX_STREAM);

	(void)state;
	assert_int_equal(do_connect(fd, &name), 0);
	rules_connect(&wish, &peer, &scene, &verdict);
	agree("a connected socket", &verdict, do_connect(fd, &name));
	rules_connect(&wish, &nobody, &scene, &verdict);
	agree("a connected socket, nobody there", &verdict, do_connect(fd, &nobody.name));
	wish.state = STATE_LISTEN;
	rules_connect(&wish, &nobody, &scene, &verdict);
	agree("a listener, nobody there", &verdict, do_connect(listener.fd, &nobody.name));
	rules_connect(&wish, &peer, &scene, &verdict);
	agree("a listener", &verdict, do_connect(listener.fd, &name));
	rules_verdict_fini(&verdict);
	close(fd);
	close(listener.fd);
}

/* The tests live in a directory of their own, so that names are short. */
static int enter(void **state)
{
	char directory[] = "/tmp/ports-unix-XXXXXX";

	*state = mkdtemp(directory) != NULL ? strdup(directory) : NULL;
	return *state != NULL && chmod(directory, 0755) == 0 && chdir(directory) == 0 ? 0 : -1;
}

static int leave(void **state)
{
	static const char *const left[] = { "file", "stale", "own", "listener" };

	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		unlink(left[i]);
	rmdir("shut");
	int error = rmdir(*state);
	free(*state);
	return error;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_path_does_what_the_rules_say),
		cmocka_unit_test(a_directory_that_may_not_be_written_refuses),
		cmocka_unit_test(each_live_socket_does_what_the_rules_say),
		cmocka_unit_test(a_second_bind_is_refused_after_the_path),
		cmocka_unit_test(a_listener_and_a_connected_socket_connect_no_more),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
