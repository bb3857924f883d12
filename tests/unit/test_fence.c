/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each call is made by a child that is behind the fence: the kernel ends it with SIGSYS, or lets the call be made, whatever
 * comes of it.
 */
#include "helpers.h"

#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/fence.h"
#include "lab/option.h"

/* Behind the newest one that there is. */
enum { CALLS_MOST = 600 };

enum { SURVIVES = 0, NO_FENCE = 99 };

struct attempt {
	long number;
	long arguments[6];
};

/* SURVIVES, SIGSYS or whatever else ended it. */
static int try(const struct attempt *attempt, bool may_change_user)
{
	const long *a = attempt->arguments;
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		if (fence_put(may_change_user) < 0)
			_exit(NO_FENCE);
		syscall(attempt->number, a[0], a[1], a[2], a[3], a[4], a[5]);
		_exit(SURVIVES);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return WTERMSIG(status);
	assert_int_not_equal(WEXITSTATUS(status), NO_FENCE);
	return WEXITSTATUS(status);
}

static void need_fence(void)
{
	if (!fence_exists() || prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0)
		skip();
}

/* Those whose arguments do not matter, and which do nothing here when these are -1. */
static const long allowed[] = {
	SYS_recvmsg, SYS_sendto, SYS_brk, SYS_mremap, SYS_munmap, SYS_madvise, SYS_getrandom, SYS_restart_syscall, SYS_exit_group,
	SYS_close, SYS_getsockname, SYS_ppoll, SYS_clock_gettime, SYS_bind, SYS_listen, SYS_connect, SYS_accept4, SYS_recvfrom,
	SYS_shutdown, SYS_dup3, SYS_getppid, SYS_sigaltstack,
#ifdef SYS_poll
	SYS_poll,
#endif
#ifdef SYS_dup2
	SYS_dup2,
#endif
};

/* Calls that only the kernel's own code in a process makes, and no filter sees: uretprobe (Linux 6.11) and uprobe (6.18). */
static bool is_the_kernels_own(long number)
{
#if defined(__x86_64__) && !defined(__ILP32__)
	return number == 335 || number == 336;
#else
	return number < 0;
#endif
}

static bool is_allowed(long number)
{
	for (size_t i = 0; i < ARRAY_SIZE(allowed); i++) {
		if (allowed[i] == number)
			return true;
	}
	return false;
}

static void all_calls_but_those_of_the_verbs_end_an_agent(void **state)
{
	(void)state;
	need_fence();
	for (long number = 0; number < CALLS_MOST; number++) {
		const struct attempt attempt = { number, { -1, -1, -1, -1, -1, -1 } };
		int end = try(&attempt, false);

		if (!is_the_kernels_own(number) && (end == SIGSYS) == is_allowed(number))
			fail_msg("system call %ld: %d", number, end);
	}
}

static void arguments_are_those_of_the_verbs(void **state)
{
	static const struct {
		struct attempt attempt;
		int end;
	} cases[] = {
		{ { SYS_socket, { AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP } }, SURVIVES },
		{ { SYS_socket, { AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP } }, SURVIVES },
		{ { SYS_socket, { AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0 } }, SURVIVES },
		{ { SYS_socket, { AF_INET, SOCK_STREAM, IPPROTO_UDP } }, SIGSYS },
		{ { SYS_socket, { AF_INET, SOCK_RAW, IPPROTO_TCP } }, SIGSYS },
		{ { SYS_socket, { AF_INET, SOCK_STREAM | 1 << 20, IPPROTO_TCP } }, SIGSYS },
		{ { SYS_socket, { AF_PACKET, SOCK_RAW, 0 } }, SIGSYS },
		{ { SYS_socket, { AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG } }, SIGSYS },
		{ { SYS_setsockopt, { -1, SOL_SOCKET, SO_REUSEADDR } }, SURVIVES },
		{ { SYS_setsockopt, { -1, IPPROTO_IPV6, IPV6_V6ONLY } }, SURVIVES },
		{ { SYS_setsockopt, { -1, IPPROTO_IPV6, 75 } }, SURVIVES }, /* IPV6_TRANSPARENT */
		{ { SYS_setsockopt, { -1, SOL_SOCKET, SO_ATTACH_FILTER } }, SIGSYS },
		{ { SYS_setsockopt, { -1, SOL_SOCKET, SO_MARK } }, SIGSYS },
		{ { SYS_setsockopt, { -1, IPPROTO_UDP, SO_REUSEADDR } }, SIGSYS },
		{ { SYS_getsockopt, { -1, SOL_SOCKET, SO_REUSEPORT } }, SURVIVES },
		{ { SYS_getsockopt, { -1, SOL_SOCKET, SO_PEERCRED } }, SIGSYS },
		{ { SYS_clone, { CLONE_NEWUSER | SIGCHLD } }, SIGSYS },
		{ { SYS_clone, { SIGCHLD } }, SIGSYS },
		{ { SYS_ioctl, { -1, SIOCGIFINDEX } }, SURVIVES },
		{ { SYS_ioctl, { -1, TIOCSTI } }, SIGSYS },
		{ { SYS_prctl, { PR_SET_NAME, (long)"agent" } }, SURVIVES },
		{ { SYS_prctl, { PR_SET_DUMPABLE, 1 } }, SIGSYS },
		{ { SYS_prctl, { PR_SET_PTRACER, 1 } }, SIGSYS },
		{ { SYS_mprotect, { 0, 0, PROT_READ | PROT_WRITE } }, SURVIVES },
		{ { SYS_mprotect, { 0, 0, PROT_READ | PROT_EXEC } }, SIGSYS },
		{ { SYS_mmap, { 0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1 } }, SURVIVES },
		{ { SYS_mmap, { 0, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1 } }, SIGSYS },
	};

	(void)state;
	need_fence();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int end = try(&cases[i].attempt, false);

		if (end != cases[i].end)
			fail_msg("case %zu, system call %ld: %d", i, cases[i].attempt.number, end);
	}
}

/* The calls of the verb "user" are for an agent that was started for it. */
static void only_who_is_to_become_a_user_may(void **state)
{
	static const long calls[] = { SYS_setgroups, SYS_setresgid, SYS_setresuid, SYS_capset, SYS_capget };

	(void)state;
	need_fence();
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		const struct attempt attempt = { calls[i], { -1, -1, -1, -1, -1, -1 } };

		assert_int_equal(try(&attempt, false), SIGSYS);
		assert_int_equal(try(&attempt, true), SURVIVES);
	}
}

/* A kind of socket or an option that is new in its table is let through at once. */
static void every_socket_and_option_of_the_tables_passes(void **state)
{
	(void)state;
	need_fence();
	for (unsigned i = 0; i < SOCKET_KIND_COUNT; i++) {
		const struct socket_kind_entry *kind = &socket_kinds[i];
		const struct attempt attempt = {
			SYS_socket, { kind->family, kind->type | SOCK_CLOEXEC | SOCK_NONBLOCK, kind->protocol }
		};

		assert_int_equal(try(&attempt, false), SURVIVES);
	}
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		struct attempt attempt = { SYS_setsockopt, { -1 } };
		int level, name;

		option_call(i, AF_INET6, &level, &name);
		attempt.arguments[1] = level;
		attempt.arguments[2] = name;
		assert_int_equal(try(&attempt, false), SURVIVES);
		attempt.number = SYS_getsockopt;
		assert_int_equal(try(&attempt, false), SURVIVES);
	}
}

/* seccomp(2): a filter wants CAP_SYS_ADMIN or this, which agents have. */
static int setup(void **state)
{
	(void)state;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_calls_but_those_of_the_verbs_end_an_agent),
		cmocka_unit_test(arguments_are_those_of_the_verbs),
		cmocka_unit_test(only_who_is_to_become_a_user_may),
		cmocka_unit_test(every_socket_and_option_of_the_tables_passes),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
