/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking processes for the flags of their sockets, on real ones. */
#include "helpers.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/flags.h"
#include "model/flags.h"

enum {
	NOBODY = 65534,
	CLOSED = 1000000, /* a number that no descriptor of a test has */
};

static int make_socket(int family, bool reuseaddr)
{
	int sock = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), on = reuseaddr;

	assert_true(sock >= 0);
	assert_int_equal(setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
	return sock;
}

static uint64_t cookie_of(int sock)
{
	uint64_t cookie;
	socklen_t length = sizeof(cookie);

	assert_int_equal(getsockopt(sock, SOL_SOCKET, SO_COOKIE, &cookie, &length), 0);
	return cookie;
}

/* A process that has what this one has now, and lives until it is killed. */
static pid_t make_process(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return pid;
}

static void end_process(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* Descriptors that this process has open. */
static unsigned count_descriptors(void)
{
	unsigned count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
	return count;
}

static void another_process_is_asked_and_nothing_stays_open(void **state)
{
	int socks[] = { make_socket(AF_INET, true), make_socket(AF_INET6, false) };
	pid_t pid = make_process();
	struct flags_process process = { .pid = pid, .pidfd = -1 };
	struct flags_answer answer;
	unsigned before = count_descriptors();

	(void)state;
	assert_int_equal(flags_ask(&process, socks[0], &answer), 0);
	assert_int_equal(answer.cookie, cookie_of(socks[0]));
	assert_int_equal(answer.flags.known, FLAG_REUSEADDR | FLAG_REUSEPORT);
	assert_int_equal(answer.flags.set, FLAG_REUSEADDR);
	assert_int_equal(flags_ask(&process, socks[1], &answer), 0);
	assert_int_equal(answer.cookie, cookie_of(socks[1]));
	assert_int_equal(answer.flags.known, FLAG_REUSEADDR | FLAG_REUSEPORT | FLAG_V6ONLY);
	assert_int_equal(answer.flags.set, 0);
	flags_process_fini(&process);
	assert_int_equal(count_descriptors(), before);
	end_process(pid);
	close(socks[0]);
	close(socks[1]);
}

/* The number of a descriptor is used again: the answer says whose it is. */
static void the_answer_names_the_socket_that_gave_it(void **state)
{
	int sock = make_socket(AF_INET, true), other = make_socket(AF_INET, false);
	struct flags_process process = { .pid = getpid(), .pidfd = -1 };
	struct flags_answer answer;
	uint64_t before = cookie_of(sock);

	(void)state;
	assert_int_equal(flags_ask(&process, sock, &answer), 0);
	assert_int_equal(answer.cookie, before);
	assert_int_equal(answer.flags.set, FLAG_REUSEADDR);
	assert_int_equal(dup2(other, sock), sock);
	assert_int_equal(flags_ask(&process, sock, &answer), 0);
	assert_int_not_equal(answer.cookie, before);
	assert_int_equal(answer.cookie, cookie_of(other));
	assert_int_equal(answer.flags.set, 0);
	flags_process_fini(&process);
	close(sock);
	close(other);
}

static void what_is_no_socket_or_closed_spoils_nothing(void **state)
{
	int sock = make_socket(AF_INET, true), file = memory_file();
	struct flags_process process = { .pid = getpid(), .pidfd = -1 };
	struct flags_answer answer;

	(void)state;
	assert_int_equal(flags_ask(&process, CLOSED, &answer), -EBADF);
	assert_int_equal(flags_ask(&process, file, &answer), -ENOTSOCK);
	assert_int_equal(process.error, 0);
	assert_int_equal(flags_ask(&process, sock, &answer), 0);
	flags_process_fini(&process);
	close(sock);
	close(file);
}

static void a_process_that_ends_between_two_questions_is_not_asked_again(void **state)
{
	int sock = make_socket(AF_INET, true);
	pid_t pid = make_process();
	struct flags_process process = { .pid = pid, .pidfd = -1 };
	struct flags_answer answer;

	(void)state;
	assert_int_equal(flags_ask(&process, sock, &answer), 0);
	end_process(pid);
	assert_int_equal(flags_ask(&process, sock, &answer), -ESRCH);
	assert_int_equal(process.error, -ESRCH);
	flags_process_fini(&process);
	close(sock);
}

static void a_process_that_is_gone_is_told_as_gone(void **state)
{
	pid_t pid = make_process();
	struct flags_process process = { .pid = pid, .pidfd = -1 };
	struct flags_answer answer;

	(void)state;
	end_process(pid);
	assert_int_equal(flags_ask(&process, 0, &answer), -ESRCH);
	flags_process_fini(&process);
}

/* In a process of its own, because there is no way back from setresuid(). */
static int ask_as_nobody(pid_t pid, int sock)
{
	int status;
	pid_t asker = fork();

	assert_true(asker >= 0);
	if (asker == 0) {
		struct flags_process process = { .pid = pid, .pidfd = -1 };
		struct flags_answer answer;
		bool became = setresuid(NOBODY, NOBODY, NOBODY) == 0;

		_exit(became ? -flags_ask(&process, sock, &answer) : 255);
	}
	assert_int_equal(waitpid(asker, &status, 0), asker);
	return WEXITSTATUS(status);
}

static void a_process_that_may_not_be_asked_refuses(void **state)
{
	int sock = make_socket(AF_INET, true);
	pid_t pid = make_process();
	int error = ask_as_nobody(pid, sock);

	(void)state;
	end_process(pid);
	close(sock);
	if (error == 255)
		skip();
	assert_int_equal(error, EPERM);
}

static void what_is_newer_holds_where_it_is_known(void **state)
{
	struct sock_flags flags = { .known = 0 };

	(void)state;
	flags_learn(&flags, FLAG_REUSEADDR, true);
	flags_learn(&flags, FLAG_V6ONLY, false);
	assert_int_equal(flags.known, FLAG_REUSEADDR | FLAG_V6ONLY);
	assert_int_equal(flags.set, FLAG_REUSEADDR);
	flags_merge(&flags, (struct sock_flags){ FLAG_REUSEADDR | FLAG_REUSEPORT, FLAG_REUSEPORT });
	assert_int_equal(flags.known, FLAG_REUSEADDR | FLAG_REUSEPORT | FLAG_V6ONLY);
	assert_int_equal(flags.set, FLAG_REUSEPORT);
	flags_merge(&flags, (struct sock_flags){ 0, 0 });
	assert_int_equal(flags.set, FLAG_REUSEPORT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_process_is_asked_and_nothing_stays_open),
		cmocka_unit_test(the_answer_names_the_socket_that_gave_it),
		cmocka_unit_test(what_is_no_socket_or_closed_spoils_nothing),
		cmocka_unit_test(a_process_that_ends_between_two_questions_is_not_asked_again),
		cmocka_unit_test(a_process_that_is_gone_is_told_as_gone),
		cmocka_unit_test(a_process_that_may_not_be_asked_refuses),
		cmocka_unit_test(what_is_newer_holds_where_it_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
