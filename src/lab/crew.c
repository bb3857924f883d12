/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/crew.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "base/clock.h"
#include "lab/calls.h"
#include "lab/spawn.h"

/* An agent has its own limit for what it waits for; this one is for an agent that does not answer at all. */
#define ANSWER_LIMIT_NS ((STEP_WAIT_MS + 2000) * NS_PER_MS)

void crew_init(struct crew *crew)
{
	*crew = (struct crew){ .count = 0 };
}

static struct member *find(struct crew *crew, const struct lab_name *name)
{
	for (size_t i = 0; i < crew->count; i++) {
		if (strcmp(crew->all[i].name.text, name->text) == 0)
			return &crew->all[i];
	}
	return NULL;
}

const struct member *crew_find_pid(const struct crew *crew, pid_t pid)
{
	for (size_t i = 0; i < crew->count; i++) {
		if (crew->all[i].pid == pid)
			return &crew->all[i];
	}
	return NULL;
}

/* It has ended, or is about to: SIGKILL leaves no choice.  Returns how, as waitpid(2) tells it. */
static int bury(struct member *member, const char *fate)
{
	int status = 0;

	member->fate = fate;
	close(member->channel);
	if (member->pidfd >= 0)
		close(member->pidfd);
	if (member->pid > 0)
		waitpid(member->pid, &status, 0);
	member->channel = member->pidfd = -1;
	member->waits = false;
	return status;
}

/* The process is the program's child and was not waited for, so the number cannot mean another one. */
static int end(struct member *member, const char *fate)
{
	if (member->pid > 0)
		kill(member->pid, SIGKILL);
	return bury(member, fate);
}

void crew_fini(struct crew *crew)
{
	for (size_t i = 0; i < crew->count; i++) {
		if (crew->all[i].channel >= 0)
			end(&crew->all[i], "ended");
	}
	crew->count = 0;
}

static int add(struct crew *crew, const struct lab_name *name, pid_t pid, int channel)
{
	struct member member = { .name = *name, .pid = pid, .channel = channel };
	int error = 0;

	member.pidfd = (int)syscall(SYS_pidfd_open, pid, 0); /* Linux 5.3 */
	if (member.pidfd < 0) {
		error = -errno;
		end(&member, "not started");
		return error;
	}
	crew->all[crew->count++] = member;
	return 0;
}

/* The agent of the step's actor; NULL with *error set when it cannot be started, or has ended. */
static struct member *need_member(struct crew *crew, const struct step *step, int *error)
{
	uint64_t user = step->verb == VERB_USER ? CAPABILITY(CAP_SETUID) | CAPABILITY(CAP_SETGID) : 0;
	const struct agent_start start = {
		.name = step->actor,
		.capabilities = crew->capabilities | user,
		.parent = getpid(),
		.directory = crew->directory,
	};
	struct member *member = find(crew, &step->actor);
	struct spawned spawned;

	*error = member != NULL && member->channel < 0 ? -ESRCH : 0;
	if (member == NULL && crew->count == ACTORS_MAX)
		*error = -EAGAIN;
	if (*error < 0)
		return NULL;
	if (member != NULL)
		return member;
	*error = spawn_agent(&start, &spawned);
	if (*error == 0)
		*error = add(crew, &step->actor, spawned.pid, spawned.channel);
	if (*error == 0)
		return &crew->all[crew->count - 1];
	return NULL;
}

/* Sends the message and, unless it is -1, a descriptor. */
static int send_message(int channel, const struct buf *message, int passed)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .header = { .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS } };
	struct iovec part = { .iov_base = message->data, .iov_len = message->length };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };

	if (passed >= 0) {
		memcpy(CMSG_DATA(&control.header), &passed, sizeof(passed));
		header.msg_control = &control;
		header.msg_controllen = sizeof(control);
	}
	return sendmsg(channel, &header, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* The new actor is known from now on; its process when the reply says which. */
static int send_fork(struct crew *crew, struct member *member, const struct step *step, const struct buf *message)
{
	int mine, its;
	int error = find(crew, &step->other) != NULL || crew->count == ACTORS_MAX ? -EEXIST : spawn_channel(&mine, &its);

	if (error < 0)
		return error;
	error = send_message(member->channel, message, its);
	close(its);
	if (error < 0) {
		close(mine);
		return error;
	}
	member->child = crew->count++;
	crew->all[member->child] = (struct member){ .name = step->other, .channel = mine, .pidfd = -1 };
	return 0;
}

int crew_send(struct crew *crew, const struct step *step, uint64_t now_ns, uint32_t *token)
{
	struct buf message = BUF_INIT;
	int error;
	struct member *member = need_member(crew, step, &error);

	if (member != NULL && member->waits)
		error = -EBUSY;
	if (error < 0)
		return error;
	*token = ++crew->token;
	wire_request(&message, *token, step);
	if (step->verb == VERB_KILL)
		error = kill(member->pid, SIGKILL) < 0 ? -errno : 0;
	else if (step->verb == VERB_FORK)
		error = send_fork(crew, member, step, &message);
	else
		error = send_message(member->channel, &message, -1);
	buf_fini(&message);
	member->waits = error == 0;
	member->ends = step->verb == VERB_KILL || step->verb == VERB_EXIT;
	member->token = *token;
	member->deadline_ns = now_ns + ANSWER_LIMIT_NS;
	return error;
}

size_t crew_fds(const struct crew *crew, struct pollfd fds[CREW_FDS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < crew->count; i++) {
		const struct member *member = &crew->all[i];

		if (member->channel < 0)
			continue;
		if (member->waits && !member->ends)
			fds[count++] = (struct pollfd){ .fd = member->channel, .events = POLLIN };
		if (member->pidfd >= 0)
			fds[count++] = (struct pollfd){ .fd = member->pidfd, .events = POLLIN };
	}
	return count;
}

uint64_t crew_deadline(const struct crew *crew)
{
	uint64_t first = UINT64_MAX;

	for (size_t i = 0; i < crew->count; i++) {
		if (crew->all[i].waits && crew->all[i].deadline_ns < first)
			first = crew->all[i].deadline_ns;
	}
	return first;
}

static bool has_ended(const struct member *member)
{
	struct pollfd fd = { .fd = member->pidfd, .events = POLLIN };

	return member->pidfd >= 0 && poll(&fd, 1, 0) > 0;
}

static bool is_child_of_ours(pid_t pid)
{
	siginfo_t info;

	return pid > 0 && waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* The fork is done: its child has a process, or does not come to be. */
static void take_child(struct crew *crew, struct member *parent, pid_t pid)
{
	struct member *child = &crew->all[parent->child];

	if (parent->child == 0)
		return;
	parent->child = 0;
	if (is_child_of_ours(pid)) {
		child->pid = pid;
		child->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	}
	if (child->pidfd < 0)
		end(child, "not started");
}

/* What has come from the agent; false when nothing has, or it was not understood. */
static bool take_reply(struct crew *crew, struct member *member, struct result *result)
{
	char message[WIRE_BYTES_MAX];
	ssize_t length = recv(member->channel, message, sizeof(message), 0);

	if (length <= 0 || !wire_parse_reply(message, (size_t)length, &result->reply) ||
	    result->reply.token != member->token)
		return false;
	member->waits = false;
	take_child(crew, member, result->reply.pid);
	return true;
}

static bool lose(struct crew *crew, struct member *member, struct result *result, bool answers)
{
	int status = end(member, answers ? "died" : "did not answer");

	take_child(crew, member, 0);
	result->reply.token = member->token;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		result->lost = "the process of the actor made a system call that it may not make, and was ended (SIGSYS)";
	else
		result->lost = answers ? "the process of the actor has ended" : "the process of the actor does not answer";
	return true;
}

static bool look_at(struct crew *crew, struct member *member, uint64_t now_ns, struct result *result)
{
	bool ended = has_ended(member); /* before its last words are read, so that none can come after */

	if (member->waits && !member->ends && take_reply(crew, member, result))
		return true;
	if (!member->waits) {
		if (ended)
			bury(member, "died");
		return false;
	}
	if (ended && member->ends) {
		result->reply.token = member->token;
		strcpy(result->reply.word, "ok");
		bury(member, "ended");
		return true;
	}
	if (ended)
		return lose(crew, member, result, true);
	return now_ns >= member->deadline_ns && lose(crew, member, result, false);
}

bool crew_receive(struct crew *crew, uint64_t now_ns, struct result *result)
{
	*result = (struct result){ .lost = NULL };
	for (size_t i = 0; i < crew->count; i++) {
		if (crew->all[i].channel >= 0 && look_at(crew, &crew->all[i], now_ns, result))
			return true;
	}
	return false;
}
