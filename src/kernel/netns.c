/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/die.h"
#include "kernel/netns_sock.h"
#include "kernel/uid_map.h"

#define OWN "/proc/thread-self/ns/net"

/* Of a file that O_PATH has found. */
static int reopen(int file)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/thread-self/fd/%d", file);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Others choose what stands at some of the paths, and to open a device may do something: only a namespace is opened. */
int netns_find(const char *path, uint32_t *inode)
{
	int file = open(path, O_PATH | O_CLOEXEC);
	struct statfs system;
	struct stat about;

	if (file < 0)
		return -errno;
	int fd = -EINVAL;
	if (fstatfs(file, &system) == 0 && fstat(file, &about) == 0) {
		*inode = (uint32_t)about.st_ino;
		fd = system.f_type == NSFS_MAGIC ? reopen(file) :
		     S_ISSOCK(about.st_mode)     ? netns_sock_find(path, about.st_ino, inode) :
						   -EINVAL;
	}
	close(file);
	return fd;
}

uint32_t netns_own(void)
{
	uint32_t inode = 0;
	int fd = netns_find(OWN, &inode);

	if (fd >= 0)
		close(fd);
	return inode;
}

/* Calls nothing that could not be called between fork(2) and its child's end, too. */
static int open_it(const struct netns_what *what)
{
	int fd = what->file != NULL ? open(what->file, O_RDONLY | O_CLOEXEC)
				    : socket(what->domain, what->type | SOCK_CLOEXEC, what->protocol);

	return fd < 0 ? -errno : fd;
}

/*
 * By this thread.  Whether it could come back is tried first: the own namespace may belong to a user namespace in which this
 * program has no rights.  -EPERM: it is still where it was.
 */
static int visit(int netns, const struct netns_what *what)
{
	uint32_t inode;
	int own = netns_find(OWN, &inode);

	if (own < 0)
		return own;
	int fd = setns(own, CLONE_NEWNET) < 0 || setns(netns, CLONE_NEWNET) < 0 ? -errno : 0;
	if (fd == 0) {
		fd = open_it(what);
		if (setns(own, CLONE_NEWNET) < 0)
			die("the way back from another network namespace is closed: %s", strerror(errno));
	}
	close(own);
	return fd;
}

/* What a child has to say: 0 and a descriptor, or -errno. */
struct answer {
	int error;
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
};

static struct msghdr message_of(struct answer *answer, struct iovec *part)
{
	*part = (struct iovec){ &answer->error, sizeof(answer->error) };
	return (struct msghdr){
		.msg_iov = part,
		.msg_iovlen = 1,
		.msg_control = answer->control.bytes,
		.msg_controllen = sizeof(answer->control.bytes),
	};
}

static void send_answer(int channel, int fd)
{
	struct answer answer = { .error = fd < 0 ? fd : 0 };
	struct iovec part;
	struct msghdr message = message_of(&answer, &part);

	if (fd < 0) {
		message.msg_control = NULL;
		message.msg_controllen = 0;
	} else {
		struct cmsghdr *control = CMSG_FIRSTHDR(&message);

		control->cmsg_level = SOL_SOCKET;
		control->cmsg_type = SCM_RIGHTS;
		control->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(control), &fd, sizeof(fd));
	}
	sendmsg(channel, &message, MSG_NOSIGNAL);
}

/* The descriptor, or -errno; -EIO from a child that has ended without a word. */
static int receive_answer(int channel)
{
	struct answer answer = { .error = 0 };
	struct iovec part;
	struct msghdr message = message_of(&answer, &part);
	ssize_t length;
	int fd = -EIO;

	do
		length = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
	while (length < 0 && errno == EINTR);
	if (length != (ssize_t)sizeof(answer.error))
		return fd;
	const struct cmsghdr *control = CMSG_FIRSTHDR(&message);
	if (answer.error == 0 && control != NULL && control->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(control), sizeof(fd));
	return answer.error < 0 ? answer.error : fd;
}

/*
 * What the child does.  It ends when the channel does: until then its users can be looked up.  To join the user namespace that it
 * is in already is an error (EINVAL), and would give it no more rights.
 */
static void go(int channel, int user, int netns, const struct netns_what *what)
{
	char end;

	if (setns(user, CLONE_NEWUSER) < 0)
		send_answer(channel, -EPERM);
	else if (setns(netns, CLONE_NEWNET) < 0)
		send_answer(channel, -errno);
	else
		send_answer(channel, open_it(what));
	while (read(channel, &end, 1) < 0 && errno == EINTR)
		continue;
	_exit(0);
}

/* Of a child that is still there; a map that cannot be read knows nobody. */
static void read_uids(pid_t child, struct uid_map *uids)
{
	char path[40], text[UID_RANGES_MAX * 36];
	size_t length = 0;

	snprintf(path, sizeof(path), "/proc/%d/uid_map", (int)child);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	for (ssize_t part; file >= 0 && (part = read(file, text + length, sizeof(text) - 1 - length)) > 0;)
		length += (size_t)part;
	text[length] = '\0';
	if (file >= 0)
		close(file);
	uid_map_parse(uids, text);
}

/* By a child with one thread, as setns(2) wants it of who joins a user namespace. */
static int send_child(int user, int netns, const struct netns_what *what, struct uid_map *uids)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		go(ends[1], user, netns, what);
	}
	int fd = child < 0 ? -errno : 0;
	close(ends[1]);
	if (child > 0) {
		fd = receive_answer(ends[0]);
		if (fd >= 0 && uids != NULL)
			read_uids(child, uids);
	}
	close(ends[0]);
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		continue;
	return fd;
}

int netns_open(int netns, const struct netns_what *what, struct uid_map *uids)
{
	if (uids != NULL)
		uids->differs = false;
	if (netns == NETNS_OWN)
		return open_it(what);
	int fd = visit(netns, what);
	if (fd != -EPERM)
		return fd;
	int user = ioctl(netns, NS_GET_USERNS); /* told to those who may have rights in it (ioctl_ns(2)) */
	if (user < 0)
		return -EPERM;
	fd = send_child(user, netns, what, uids);
	close(user);
	return fd;
}
