/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "lab/calls.h"
#include "lab/fence.h"
#include "lab/wire.h"

#ifndef SYS_close_range
#define SYS_close_range 436 /* the same everywhere; Linux 5.9 */
#endif

enum {
	CHANNEL = 3, /* the descriptor */
	NUMBER_BYTES = 24,
	STATUS_NOT_STARTED = 127,
};

/* Decimal, without the help of stdio: see agent_exec. */
static void print_number(char text[NUMBER_BYTES], uint64_t number)
{
	char *at = text + NUMBER_BYTES - 1;

	*at = '\0';
	do {
		*--at = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	memmove(text, at, (size_t)(text + NUMBER_BYTES - at));
}

/* The environment is left behind.  The path is the kernel's link to the program itself, also when its file was replaced. */
void agent_exec(int channel, const struct agent_start *start)
{
	char name[NAME_BYTES_MAX + 1], program[] = "ports", word[] = AGENT_WORD;
	char capabilities[NUMBER_BYTES], parent[NUMBER_BYTES];
	char *argv[] = { program, word, name, capabilities, parent, NULL }, *environment[] = { NULL };

	memcpy(name, start->name.text, sizeof(name));
	print_number(capabilities, start->capabilities);
	print_number(parent, (uint64_t)start->parent);
	capabilities_pass_on(start->capabilities);
	setsid(); /* so that ^C in the terminal is the program's alone */
	bool good = start->directory == NULL || chdir(start->directory) == 0;
	if (channel == CHANNEL)
		good = good && fcntl(CHANNEL, F_SETFD, 0) == 0;
	else
		good = good && dup2(channel, CHANNEL) == CHANNEL;
	if (good)
		execve("/proc/self/exe", argv, environment);
	_exit(STATUS_NOT_STARTED);
}

/*
 * The signal comes when the program ends, however it ends.  A program that ended before this call is noticed by the end of
 * the channel.  The kernel forgets the wish when a process changes its user, and does not hand it on to a child.
 */
static void end_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(0);
}

static void limit(void)
{
	static const struct {
		int resource;
		rlim_t most;
	} limits[] = {
		{ RLIMIT_CORE, 0 },
		{ RLIMIT_FSIZE, 0 },
		{ RLIMIT_NOFILE, ACTOR_SOCKETS_MAX + 16 },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct rlimit most = { limits[i].most, limits[i].most };

		setrlimit((int)limits[i].resource, &most); /* lower than it was already is as good */
	}
}

/* Nothing is open but the channel; where the kernel cannot close a range, all that could be open are closed one by one. */
static bool close_others(void)
{
	int nothing = open("/dev/null", O_RDWR);

	if (nothing < 0)
		return false;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(nothing, fd);
	if (syscall(SYS_close_range, CHANNEL + 1, ~0u, 0) == 0)
		return true;
	for (long fd = CHANNEL + 1; fd < sysconf(_SC_OPEN_MAX); fd++)
		close((int)fd);
	return true;
}

static void set_name(const struct lab_name *name)
{
	prctl(PR_SET_NAME, name->text); /* what the table shows as the owner */
}

static bool become(const struct agent_start *start)
{
	sigset_t none;

	set_name(&start->name);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_IGN);
	capabilities_bound(0);
	if (!close_others() || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    !capabilities_keep(start->capabilities, start->capabilities))
		return false;
	limit();
	prctl(PR_SET_DUMPABLE, 1); /* so that the program can see which sockets it holds */
	end_with(start->parent);
	return fence_put((start->capabilities & CAPABILITY(CAP_SETUID)) != 0) == 0;
}

struct agent {
	struct agent_start start;
	struct held_sockets held;
};

/* One message, and the descriptor that came with it, or -1.  The end of the channel is the end of the agent. */
static size_t receive(char message[WIRE_BYTES_MAX], int *passed)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec part = { .iov_base = message, .iov_len = WIRE_BYTES_MAX };
	struct msghdr header = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};
	ssize_t length;

	do
		length = recvmsg(CHANNEL, &header, MSG_CMSG_CLOEXEC);
	while (length < 0 && errno == EINTR);
	if (length <= 0)
		_exit(0);
	*passed = -1;
	const struct cmsghdr *first = CMSG_FIRSTHDR(&header);
	if (first != NULL && first->cmsg_level == SOL_SOCKET && first->cmsg_type == SCM_RIGHTS)
		memcpy(passed, CMSG_DATA(first), sizeof(*passed));
	return (size_t)length;
}

static void answer(const struct reply *reply)
{
	struct buf message = BUF_INIT;

	wire_reply(&message, reply);
	if (send(CHANNEL, message.data, message.length, MSG_NOSIGNAL) < 0)
		_exit(0);
	buf_fini(&message);
}

static int call_user(const struct agent *agent, const struct step *step)
{
	if (setgroups(0, NULL) < 0 || setresgid(step->gid, step->gid, step->gid) < 0 ||
	    setresuid(step->uid, step->uid, step->uid) < 0)
		return -errno;
	capabilities_keep(0, 0); /* where the user was root already, the kernel takes none away */
	prctl(PR_SET_DUMPABLE, 1);
	end_with(agent->start.parent);
	return 0;
}

/*
 * The child is made a child of the program, not of this process (CLONE_PARENT): so it ends with the program, and the
 * program sees its end.  Its own channel came with the message.  In the child the call returns 0.
 */
static pid_t call_fork(struct agent *agent, const struct step *step, int channel)
{
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);

	if (pid == 0) {
		end_with(agent->start.parent);
		if (dup2(channel, CHANNEL) != CHANNEL)
			_exit(0);
		agent->start.name = step->other;
		set_name(&step->other);
	}
	if (channel >= 0)
		close(channel);
	return pid < 0 ? -errno : pid;
}

/* Returns whether a reply is to be sent: not by the child of a fork, which nobody asked. */
static bool do_step(struct agent *agent, const struct step *step, int passed, struct reply *reply)
{
	switch (step->verb) {
	case VERB_EXIT:
		_exit(0);
	case VERB_USER:
		reply_error(reply, call_user(agent, step));
		return true;
	case VERB_FORK:
		reply->pid = passed >= 0 ? call_fork(agent, step, passed) : -EBADF;
		reply_error(reply, reply->pid < 0 ? reply->pid : 0);
		return reply->pid != 0;
	default:
		calls_make(&agent->held, step, reply);
		return true;
	}
}

static void live(struct agent *agent)
{
	char message[WIRE_BYTES_MAX];

	agent->held.channel = CHANNEL;
	for (;;) {
		struct reply reply = { .token = 0 };
		struct step step;
		int passed;
		size_t length = receive(message, &passed);
		bool good = wire_parse_request(message, length, &reply.token, &step);

		if (passed >= 0 && (!good || step.verb != VERB_FORK))
			close(passed);
		if (!good)
			reply_error(&reply, -EINVAL);
		if (!good || do_step(agent, &step, passed, &reply))
			answer(&reply);
	}
}

/* Whether the descriptor is what an agent's channel is. */
static bool is_channel(void)
{
	int type = 0;
	socklen_t length = sizeof(type);

	return getsockopt(CHANNEL, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_SEQPACKET;
}

int agent_main(int argc, char *const argv[])
{
	struct agent agent = { .start = { .parent = 0 } };

	if (argc != 5 || !name_is_good(argv[2]) || !is_channel())
		return STATUS_NOT_STARTED;
	strcpy(agent.start.name.text, argv[2]);
	agent.start.capabilities = strtoull(argv[3], NULL, 10);
	agent.start.parent = (pid_t)strtol(argv[4], NULL, 10);
	if (!become(&agent.start))
		return STATUS_NOT_STARTED;
	live(&agent);
	return 0;
}
