/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/fence.h"

#ifdef HAVE_SECCOMP

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "lab/option.h"
#include "lab/step.h"

#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

/* Of a call's argument only these bits are looked at.  The kernel takes an int for the lower half of a register. */
struct check {
	unsigned argument;
	uint64_t mask, value;
};

#define INT_BITS UINT32_MAX

enum { ALWAYS = VERB_COUNT, CHECKS_MOST = 3 };

#define CALL(name) .call = SCMP_SYS(name)
#define INT_IS(argument, value) .checks = { { argument, INT_BITS, value } }, .check_count = 1
#define LONG_IS(argument, value) .checks = { { argument, UINT64_MAX, value } }, .check_count = 1
#define HAS_NOT(argument, bits) .checks = { { argument, bits, 0 } }, .check_count = 1

/*
 * The C libraries make some calls under another name on one machine or the other; what a machine does not have is passed over
 * by libseccomp.  socket(), setsockopt() and getsockopt() have their tables in lab/option.h.
 */
static const struct call {
	uint8_t verb; /* or ALWAYS */
	int call;
	unsigned check_count;
	struct check checks[CHECKS_MOST];
} calls[] = {
	/* A message comes and is answered, in memory that is taken and given back; nothing becomes code. */
	{ ALWAYS, CALL(recvmsg) },
	{ ALWAYS, CALL(sendto) },
	{ ALWAYS, CALL(brk) },
	{ ALWAYS, CALL(mmap), HAS_NOT(2, PROT_EXEC) },
	{ ALWAYS, CALL(mmap2), HAS_NOT(2, PROT_EXEC) },
	{ ALWAYS, CALL(mprotect), HAS_NOT(2, PROT_EXEC) },
	{ ALWAYS, CALL(mremap) },
	{ ALWAYS, CALL(munmap) },
	{ ALWAYS, CALL(madvise) },
	{ ALWAYS, CALL(getrandom) },
	{ ALWAYS, CALL(restart_syscall) }, /* poll(2) after SIGCONT */
	{ ALWAYS, CALL(exit_group) },
	{ ALWAYS, CALL(sigaltstack) }, /* sanitizers, when a process ends */
	{ ALWAYS, CALL(close) },
	/* The reply tells the socket's port. */
	{ ALWAYS, CALL(getsockname) },
	/* The verbs that wait for another end. */
	{ ALWAYS, CALL(poll) },
	{ ALWAYS, CALL(ppoll) },
	{ ALWAYS, CALL(ppoll_time64) },
	{ ALWAYS, CALL(clock_gettime) },
	{ ALWAYS, CALL(clock_gettime64) },
	{ VERB_USER, CALL(setgroups) },
	{ VERB_USER, CALL(setgroups32) },
	{ VERB_USER, CALL(setresgid) },
	{ VERB_USER, CALL(setresgid32) },
	{ VERB_USER, CALL(setresuid) },
	{ VERB_USER, CALL(setresuid32) },
	{ VERB_USER, CALL(capget) },
	{ VERB_USER, CALL(capset) },
	{ VERB_USER, CALL(prctl), INT_IS(0, PR_SET_DUMPABLE) },
	{ VERB_USER, CALL(prctl), INT_IS(0, PR_SET_PDEATHSIG) },
	{ VERB_USER, CALL(getppid) },
	{ VERB_BIND, CALL(bind) },
	{ VERB_BIND, CALL(ioctl), INT_IS(1, SIOCGIFINDEX) }, /* fe80::1%lo */
	{ VERB_LISTEN, CALL(listen) },
	{ VERB_CONNECT, CALL(connect) },
	{ VERB_ACCEPT, CALL(accept4) },
	{ VERB_RECV, CALL(recvfrom) },
	{ VERB_RECV, CALL(recv) },
	{ VERB_SEND, CALL(send) },
	{ VERB_SHUTDOWN, CALL(shutdown) },
	{ VERB_FORK, CALL(clone), LONG_IS(0, CLONE_PARENT | SIGCHLD) },
	{ VERB_FORK, CALL(dup2) },
	{ VERB_FORK, CALL(dup3) },
	{ VERB_FORK, CALL(prctl), INT_IS(0, PR_SET_NAME) },
	{ VERB_FORK, CALL(prctl), INT_IS(0, PR_SET_PDEATHSIG) },
	{ VERB_FORK, CALL(getppid) },
};

bool fence_exists(void)
{
	return true;
}

static int allow(scmp_filter_ctx filter, const struct call *call)
{
	struct scmp_arg_cmp checks[CHECKS_MOST];

	for (unsigned i = 0; i < call->check_count; i++)
		checks[i] = (struct scmp_arg_cmp){
			.arg = call->checks[i].argument,
			.op = SCMP_CMP_MASKED_EQ,
			.datum_a = call->checks[i].mask,
			.datum_b = call->checks[i].value,
		};
	int error = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call->call, call->check_count, checks);
	return error != -EEXIST ? error : 0;
}

static int allow_calls(scmp_filter_ctx filter, bool may_change_user)
{
	int error = 0;

	for (size_t i = 0; error == 0 && i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (calls[i].verb != VERB_USER || may_change_user)
			error = allow(filter, &calls[i]);
	}
	return error;
}

/* Of every kind that there is; if_nametoindex(3) asks with one of them. */
static int allow_sockets(scmp_filter_ctx filter)
{
	int error = 0;

	for (unsigned i = 0; error == 0 && i < SOCKET_KIND_COUNT; i++) {
		const struct socket_kind_entry *kind = &socket_kinds[i];
		const struct call call = {
			CALL(socket),
			.check_count = 3,
			.checks = {
				{ 0, INT_BITS, (uint32_t)kind->family },
				{ 1, INT_BITS & ~(uint32_t)(SOCK_CLOEXEC | SOCK_NONBLOCK), (uint32_t)kind->type },
				{ 2, INT_BITS, (uint32_t)kind->protocol },
			},
		};

		error = allow(filter, &call);
	}
	return error;
}

static int allow_option(scmp_filter_ctx filter, int number, int level, int option)
{
	const struct call call = {
		.call = number,
		.check_count = 2,
		.checks = { { 1, INT_BITS, (uint32_t)level }, { 2, INT_BITS, (uint32_t)option } },
	};

	return allow(filter, &call);
}

static int allow_options(scmp_filter_ctx filter)
{
	static const int families[] = { AF_INET, AF_INET6 };
	int error = allow_option(filter, SCMP_SYS(getsockopt), SOL_SOCKET, SO_COOKIE);

	for (unsigned i = 0; error == 0 && i < OPTION_COUNT; i++) {
		for (unsigned k = 0; error == 0 && k < 2; k++) {
			int level, name;

			option_call(i, families[k], &level, &name);
			error = allow_option(filter, SCMP_SYS(setsockopt), level, name);
			if (error == 0)
				error = allow_option(filter, SCMP_SYS(getsockopt), level, name);
		}
	}
	return error;
}

static int fill(scmp_filter_ctx filter, bool may_change_user)
{
	int error = allow_calls(filter, may_change_user);

	if (error == 0)
		error = allow_sockets(filter);
	return error == 0 ? allow_options(filter) : error;
}

int fence_put(bool may_change_user)
{
	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0)
		return 0; /* CONFIG_SECCOMP is not set */
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (filter == NULL)
		return -ENOMEM;
	int error = fill(filter, may_change_user);
	if (error == 0)
		error = seccomp_load(filter);
	seccomp_release(filter);
	return error;
}

#else

bool fence_exists(void)
{
	return false;
}

int fence_put(bool may_change_user)
{
	(void)may_change_user;
	return 0;
}

#endif
