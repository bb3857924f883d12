/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A layer between the program and the C library (LD_PRELOAD) that makes calls fail as FAULT says:
 *
 *     FAULT=CALL:EFFECT:WHEN[,...]    dump:ENOBUFS:2, proc:EMFILE:every 7, dump:cut:from 1
 *
 * CALL is a call below, or: "dump", a receipt of replies of sock_diag, and "events", one of its groups' messages; "ask", a
 * request to it, and "ask-N", one for the address family of that number; "proc", any step of a walk through /proc.  EFFECT is an errno, or what is made of the replies:
 * "interrupted" marks them so, "split" hands them out one by one, "cut" leaves the end out, "truncated" says that the
 * buffer was too small, "endless" tells them again and again, "refuse-ERRNO" has the kernel answer with that error; or
 * "kill", which ends the process FAULT_VICTIM before that step.  "clock:N" lets time pass N times as fast, for whoever waits too.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { RULES_MAX = 8, NAME_BYTES = 24, CHUNK_BYTES = 65536 };

struct rule {
	char call[NAME_BYTES], effect[NAME_BYTES];
	unsigned first, every; /* every 0: from the first one on; else the first one, and again after so many, UINT_MAX: no more */
	unsigned count;        /* of calls so far */
};

static struct {
	struct rule rules[RULES_MAX];
	size_t count;
	unsigned speed;        /* of the clock */
	pid_t victim;
	int waiting_on;        /* the socket that has more than the kernel knows of */
	size_t from, length;   /* of what is still to be handed out */
	bool endless;
	_Alignas(struct nlmsghdr) char chunk[CHUNK_BYTES];
} layer = { .speed = 1, .waiting_on = -1 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void complain(const char *text)
{
	fprintf(stderr, "inject: FAULT: \"%s\" is not understood\n", text);
	_exit(125);
}

static int errno_named(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} all[] = {
		{ "EACCES", EACCES }, { "EAGAIN", EAGAIN }, { "EBUSY", EBUSY }, { "EINTR", EINTR }, { "EINVAL", EINVAL }, { "EIO", EIO },
		{ "EMFILE", EMFILE }, { "ENFILE", ENFILE }, { "ENOBUFS", ENOBUFS }, { "ENOENT", ENOENT }, { "ENOMEM", ENOMEM },
		{ "ENOSPC", ENOSPC }, { "EPERM", EPERM }, { "EROFS", EROFS }, { "ESRCH", ESRCH },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(all[i].name, name) == 0)
			return all[i].number;
	}
	return 0;
}

static void add_rule(const char *text)
{
	struct rule *rule = &layer.rules[layer.count];
	char when[NAME_BYTES] = "from 1";

	if (sscanf(text, "clock:%u", &layer.speed) == 1)
		return;
	if (layer.count++ == RULES_MAX || sscanf(text, "%23[^:]:%23[^:]:%23[^:]", rule->call, rule->effect, when) < 2)
		complain(text);
	if (sscanf(when, "every %u", &rule->every) == 1)
		rule->first = rule->every;
	else if (sscanf(when, "from %u", &rule->first) != 1 && sscanf(when, "%u", &rule->first) == 1)
		rule->every = UINT32_MAX;
	if (rule->first == 0)
		complain(text);
}

__attribute__((constructor)) static void begin(void)
{
	const char *text = getenv("FAULT"), *victim = getenv("FAULT_VICTIM");
	char copy[512];

	snprintf(copy, sizeof(copy), "%s", text != NULL ? text : "");
	for (char *rest = copy, *word; (word = strsep(&rest, ",")) != NULL;) {
		if (word[0] != '\0')
			add_rule(word);
	}
	layer.victim = victim != NULL ? atoi(victim) : 0;
}

#define REAL(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

/* Until nothing is left of it, for which its parent is to wait for it. */
static void kill_victim(void)
{
	if (layer.victim <= 0)
		return;
	kill(layer.victim, SIGKILL);
	for (int ms = 0; kill(layer.victim, 0) == 0; ms++) {
		if (ms == 10000)
			complain("kill");
		REAL(poll)(NULL, 0, 1);
	}
	layer.victim = 0;
}

/* What is to be done to this call, or NULL. */
static const char *effect_of(const char *call)
{
	const char *effect = NULL;

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < layer.count && effect == NULL; i++) {
		struct rule *rule = &layer.rules[i];

		if (strcmp(rule->call, call) != 0)
			continue;
		rule->count++;
		if (rule->count >= rule->first && (rule->every == 0 || (rule->count - rule->first) % rule->every == 0))
			effect = rule->effect;
	}
	if (effect != NULL && strcmp(effect, "kill") == 0) {
		kill_victim();
		effect = NULL;
	}
	pthread_mutex_unlock(&lock);
	return effect;
}

/* Whether the call fails, errno being set. */
static bool fails(const char *call)
{
	const char *effect = effect_of(call);

	if (effect == NULL)
		return false;
	errno = errno_named(effect);
	if (errno == 0)
		complain(effect);
	return true;
}

/* Calls
 * ----- */

#define OVER(name, type, failure, parameters, arguments) \
	type name parameters; \
	type name parameters \
	{ \
		return fails(#name) ? (failure) : REAL(name) arguments; \
	}

/* The same of one that is a step in /proc, too. */
#define STEP(name, type, failure, parameters, arguments) \
	type name parameters; \
	type name parameters \
	{ \
		return fails("proc") || fails(#name) ? (failure) : REAL(name) arguments; \
	}

OVER(eventfd, int, -1, (unsigned value, int flags), (value, flags))
OVER(fchmod, int, -1, (int fd, mode_t mode), (fd, mode))
OVER(fsync, int, -1, (int fd), (fd))
OVER(mkostemp, int, -1, (char *name, int flags), (name, flags))
OVER(pwrite, ssize_t, -1, (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at))
OVER(rename, int, -1, (const char *from, const char *to), (from, to))
OVER(socket, int, -1, (int domain, int type, int protocol), (domain, type, protocol))
OVER(write, ssize_t, -1, (int fd, const void *bytes, size_t size), (fd, bytes, size))
STEP(fdopendir, DIR *, NULL, (int fd), (fd))
STEP(opendir, DIR *, NULL, (const char *name), (name))
STEP(read, ssize_t, -1, (int fd, void *bytes, size_t size), (fd, bytes, size))
STEP(readdir, struct dirent *, NULL, (DIR *directory), (directory))
STEP(readlinkat, ssize_t, -1, (int at, const char *name, char *text, size_t size), (at, name, text, size))

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument)
{
	return fails("pthread_create") ? errno : REAL(pthread_create)(thread, attributes, run, argument);
}

int openat(int at, const char *name, int flags, ...)
{
	va_list more;

	va_start(more, flags);
	mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
	va_end(more);
	return fails("proc") || fails("openat") ? -1 : REAL(openat)(at, name, flags, mode);
}

int open(const char *name, int flags, ...)
{
	va_list more;

	va_start(more, flags);
	mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
	va_end(more);
	return fails("open") ? -1 : REAL(open)(name, flags, mode);
}

/* Time
 * ---- */

int clock_gettime(clockid_t clock, struct timespec *time)
{
	int result = REAL(clock_gettime)(clock, time);

	if (result == 0 && layer.speed > 1 && clock == CLOCK_MONOTONIC) {
		uint64_t ns = ((uint64_t)time->tv_sec * 1000000000 + (uint64_t)time->tv_nsec) * layer.speed;

		*time = (struct timespec){ .tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000) };
	}
	return result;
}

static bool has_more(int fd)
{
	return fd >= 0 && fd == layer.waiting_on;
}

int poll(struct pollfd *polled, nfds_t count, int timeout)
{
	bool more = false;

	if (fails("poll"))
		return -1;
	for (nfds_t i = 0; i < count; i++)
		more |= has_more(polled[i].fd);
	int speed = (int)layer.speed, wait = timeout > 0 ? timeout / speed + (timeout % speed != 0) : timeout;
	int found = REAL(poll)(polled, count, more ? 0 : wait);
	for (nfds_t i = 0; found >= 0 && i < count; i++) {
		if (!has_more(polled[i].fd))
			continue;
		found += polled[i].revents == 0 ? 1 : 0;
		polled[i].revents |= POLLIN;
	}
	return found;
}

/* Netlink
 * ------- */

/* "dump" or "events" for a socket of sock_diag, or NULL. */
static const char *kind_of(int fd)
{
	struct sockaddr_nl own;
	socklen_t size = sizeof(own), word = sizeof(int);
	int protocol;

	if (getsockname(fd, (struct sockaddr *)&own, &size) < 0 || own.nl_family != AF_NETLINK ||
	    getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &word) < 0 || protocol != NETLINK_SOCK_DIAG)
		return NULL;
	return own.nl_groups != 0 ? "events" : "dump";
}

ssize_t sendto(int fd, const void *bytes, size_t size, int flags, const struct sockaddr *to, socklen_t to_size)
{
	char family[NAME_BYTES] = "";

	if (kind_of(fd) != NULL && size > NLMSG_HDRLEN)
		snprintf(family, sizeof(family), "ask-%u", ((const unsigned char *)bytes)[NLMSG_HDRLEN]);
	if (family[0] != '\0' && (fails("ask") || fails(family)))
		return -1;
	return REAL(sendto)(fd, bytes, size, flags, to, to_size);
}

#define EACH(message, left, chunk, length) \
	for (struct nlmsghdr *message = (struct nlmsghdr *)(chunk); NLMSG_OK(message, left); message = NLMSG_NEXT(message, left))

static void mark_interrupted(char *chunk, unsigned length)
{
	EACH(message, length, chunk, length)
		message->nlmsg_flags |= NLM_F_DUMP_INTR;
}

/* What is told again and again has no end. */
static void take_end_away(char *chunk, unsigned length)
{
	EACH(message, length, chunk, length) {
		if (message->nlmsg_type == NLMSG_DONE)
			message->nlmsg_type = NLMSG_NOOP;
	}
}

static ssize_t refuse(char *chunk, int error)
{
	struct nlmsghdr *message = (struct nlmsghdr *)chunk;
	struct nlmsgerr refusal = { .error = -error, .msg = *message };

	message->nlmsg_type = NLMSG_ERROR;
	message->nlmsg_flags = 0;
	message->nlmsg_len = NLMSG_LENGTH(sizeof(refusal));
	memcpy(NLMSG_DATA(message), &refusal, sizeof(refusal));
	return (ssize_t)NLMSG_SPACE(sizeof(refusal));
}

/* Keeps the chunk, to be handed out by hand_out(). */
static void keep(int fd, const char *chunk, size_t length, bool endless)
{
	memcpy(layer.chunk, chunk, length);
	layer.waiting_on = fd;
	layer.from = 0;
	layer.length = length;
	layer.endless = endless;
}

static ssize_t hand_out(char *chunk)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)(layer.chunk + layer.from);
	size_t length = layer.endless ? layer.length : NLMSG_ALIGN(message->nlmsg_len);

	memcpy(chunk, message, length);
	layer.from += layer.endless ? 0 : length;
	if (layer.from >= layer.length)
		layer.waiting_on = -1;
	return (ssize_t)length;
}

static ssize_t change(int fd, struct msghdr *header, ssize_t length, const char *effect)
{
	char *chunk = header->msg_iov[0].iov_base;
	int error = errno_named(effect + (strncmp(effect, "refuse-", 7) == 0 ? 7 : 0));

	if (length <= 0)
		return length;
	if (error != 0 && effect[0] == 'r')
		return refuse(chunk, error);
	if (strcmp(effect, "interrupted") == 0) {
		mark_interrupted(chunk, (unsigned)length);
	} else if (strcmp(effect, "cut") == 0) {
		return length - 8;
	} else if (strcmp(effect, "truncated") == 0) {
		header->msg_flags |= MSG_TRUNC;
	} else if (strcmp(effect, "split") == 0) {
		keep(fd, chunk, (size_t)length, false);
		return hand_out(chunk);
	} else if (strcmp(effect, "endless") == 0) {
		take_end_away(chunk, (unsigned)length);
		keep(fd, chunk, (size_t)length, true);
	} else {
		complain(effect);
	}
	return length;
}

ssize_t recvmsg(int fd, struct msghdr *header, int flags)
{
	const char *kind = kind_of(fd), *effect;

	if (has_more(fd))
		return hand_out(header->msg_iov[0].iov_base);
	effect = kind != NULL ? effect_of(kind) : NULL;
	errno = effect != NULL ? errno_named(effect) : 0;
	if (errno != 0)
		return -1;
	ssize_t length = REAL(recvmsg)(fd, header, flags);
	return effect != NULL ? change(fd, header, length, effect) : length;
}

int close(int fd)
{
	if (has_more(fd))
		layer.waiting_on = -1;
	return REAL(close)(fd);
}
