/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/calls.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/errname.h"

#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

void reply_error(struct reply *reply, int error)
{
	const char *name = error < 0 ? errname(-error) : "ok";

	if (name != NULL)
		snprintf(reply->word, sizeof(reply->word), "%s", name);
	else
		snprintf(reply->word, sizeof(reply->word), "E%d", -error); /* one that has no name here */
}

static struct held_socket *find(struct held_sockets *held, const struct lab_name *name)
{
	for (size_t i = 0; i < held->count; i++) {
		if (strcmp(held->all[i].name.text, name->text) == 0)
			return &held->all[i];
	}
	return NULL;
}

static int hold(struct held_sockets *held, const struct lab_name *name, uint8_t kind, int *fd)
{
	if (find(held, name) != NULL || held->count == ACTOR_SOCKETS_MAX) {
		close(*fd);
		*fd = -1;
		return -EMFILE;
	}
	held->all[held->count++] = (struct held_socket){ .name = *name, .kind = kind, .fd = *fd };
	return 0;
}

/* What tells the table's row of the socket, and its port. */
static void identify(struct reply *reply, int fd)
{
	struct sockaddr_storage name = { .ss_family = AF_UNSPEC };
	socklen_t length = sizeof(reply->cookie);

	if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &reply->cookie, &length) < 0)
		reply->cookie = 0;
	length = sizeof(name);
	if (getsockname(fd, (struct sockaddr *)&name, &length) < 0)
		return;
	if (name.ss_family == AF_INET)
		reply->port = ntohs(((const struct sockaddr_in *)&name)->sin_port);
	else if (name.ss_family == AF_INET6)
		reply->port = ntohs(((const struct sockaddr_in6 *)&name)->sin6_port);
}

/* 0 when the events are there, or -ETIMEDOUT; -EPIPE when the program is gone, and with it the reason to wait. */
static int wait_for(const struct held_sockets *held, int fd, short events)
{
	uint64_t now = clock_mono_ns(), end = now + STEP_WAIT_MS * NS_PER_MS;

	for (; now < end; now = clock_mono_ns()) {
		struct pollfd both[] = {
			{ .fd = fd, .events = events },
			{ .fd = held->channel, .events = POLLRDHUP },
		};

		if (poll(both, 2, (int)((end - now) / NS_PER_MS) + 1) < 0 && errno != EINTR)
			return -errno;
		if (both[1].revents != 0)
			return -EPIPE;
		if (both[0].revents != 0)
			return 0;
	}
	return -ETIMEDOUT;
}

static int call_socket(struct held_sockets *held, const struct step *step, int *fd)
{
	const struct socket_kind_entry *kind = &socket_kinds[step->kind];

	*fd = socket(kind->family, kind->type | SOCK_CLOEXEC | SOCK_NONBLOCK, kind->protocol);
	return *fd < 0 ? -errno : hold(held, &step->sock, step->kind, fd);
}

static int call_bind(const struct held_socket *sock, const struct step *step)
{
	struct sockaddr_storage name;
	socklen_t length = endpoint_sockaddr(&step->endpoint, socket_kinds[sock->kind].family, &name);

	if (length == 0)
		return -ENODEV;
	return bind(sock->fd, (const struct sockaddr *)&name, length) < 0 ? -errno : 0;
}

static int call_listen(const struct held_socket *sock, const struct step *step)
{
	return listen(sock->fd, (int)step->number) < 0 ? -errno : 0;
}

static int call_connect(const struct held_sockets *held, const struct held_socket *sock, const struct step *step)
{
	struct sockaddr_storage name;
	socklen_t length = endpoint_sockaddr(&step->endpoint, socket_kinds[sock->kind].family, &name);

	if (length == 0)
		return -ENODEV;
	if (connect(sock->fd, (const struct sockaddr *)&name, length) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return -errno;
	int waited = wait_for(held, sock->fd, POLLOUT);
	if (waited < 0)
		return waited;
	/* The second call tells how the first one ended, and leaves the socket as one that had waited would be. */
	return connect(sock->fd, (const struct sockaddr *)&name, length) < 0 ? -errno : 0;
}

static int call_accept(struct held_sockets *held, const struct held_socket *sock, const struct step *step, int *fd)
{
	for (;;) {
		*fd = accept4(sock->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (*fd >= 0)
			return hold(held, &step->other, sock->kind, fd);
		if (errno != EAGAIN)
			return -errno;
		int waited = wait_for(held, sock->fd, POLLIN);
		if (waited < 0)
			return waited;
	}
}

static int call_send(const struct held_socket *sock, const struct step *step)
{
	struct sockaddr_storage name;
	socklen_t length = 0;

	if (step->verb == VERB_SENDTO) {
		length = endpoint_sockaddr(&step->endpoint, socket_kinds[sock->kind].family, &name);
		if (length == 0)
			return -ENODEV;
	}
	ssize_t sent = sendto(sock->fd, step->text, step->text_length, MSG_NOSIGNAL,
			      length > 0 ? (const struct sockaddr *)&name : NULL, length);
	return sent < 0 ? -errno : 0;
}

/* One message; of a stream as many bytes as are waited for, or what is there when nothing is. */
static int call_recv(const struct held_sockets *held, const struct held_socket *sock, const struct step *step,
		     struct reply *reply)
{
	int type = socket_kinds[sock->kind].type;
	size_t wanted = step->has_text && type == SOCK_STREAM && step->text_length > 0 ? step->text_length : 1;

	for (;;) {
		ssize_t got = recv(sock->fd, reply->value + reply->value_length, TEXT_BYTES_MAX - reply->value_length, 0);
		int waited = got < 0 && errno == EAGAIN ? wait_for(held, sock->fd, POLLIN) : 0;

		if (got < 0 && waited == 0 && errno != EAGAIN)
			return -errno;
		if (waited < 0)
			return waited;
		if (got < 0)
			continue;
		reply->has_value = true;
		reply->value_length += (size_t)got;
		if (got == 0 || reply->value_length >= wanted || type != SOCK_STREAM)
			break;
	}
	if (reply->value_length > 0 || type == SOCK_DGRAM)
		return 0;
	reply->has_value = false;
	strcpy(reply->word, "eof");
	return 1;
}

static int call_get(const struct held_socket *sock, const struct step *step, struct reply *reply)
{
	struct option_value value;
	struct buf text = BUF_INIT;
	int error = option_get(sock->fd, socket_kinds[sock->kind].family, step->option, &value);

	if (error == 0) {
		option_value_format(&text, step->option, &value);
		reply->has_value = true;
		reply->value_length = text.length;
		memcpy(reply->value, text.data, text.length + 1); /* a device's name, or two numbers, at most */
	}
	buf_fini(&text);
	return error;
}

static void let_go(struct held_sockets *held, struct held_socket *sock)
{
	close(sock->fd);
	*sock = held->all[--held->count];
}

/* A step with a socket that is held; *fd is the one that the reply tells of. */
static int call(struct held_sockets *held, struct held_socket *sock, const struct step *step, struct reply *reply, int *fd)
{
	switch (step->verb) {
	case VERB_SET:
		return option_set(sock->fd, socket_kinds[sock->kind].family, step->option, &step->value);
	case VERB_GET:
		return call_get(sock, step, reply);
	case VERB_BIND:
		return call_bind(sock, step);
	case VERB_LISTEN:
		return call_listen(sock, step);
	case VERB_CONNECT:
		return call_connect(held, sock, step);
	case VERB_ACCEPT:
		return call_accept(held, sock, step, fd);
	case VERB_SEND:
	case VERB_SENDTO:
		return call_send(sock, step);
	case VERB_RECV:
		return call_recv(held, sock, step, reply);
	case VERB_SHUTDOWN:
		return shutdown(sock->fd, step->how) < 0 ? -errno : 0;
	default:
		return -EOPNOTSUPP;
	}
}

void calls_make(struct held_sockets *held, const struct step *step, struct reply *reply)
{
	struct held_socket *sock = step->verb != VERB_SOCKET ? find(held, &step->sock) : NULL;
	int fd = sock != NULL ? sock->fd : -1, error;

	if (step->verb == VERB_SOCKET)
		error = call_socket(held, step, &fd);
	else if (sock == NULL)
		error = -EBADF; /* its making failed */
	else
		error = step->verb != VERB_CLOSE ? call(held, sock, step, reply, &fd) : 0;
	if (fd >= 0)
		identify(reply, fd);
	if (step->verb == VERB_CLOSE && sock != NULL)
		let_go(held, sock);
	if (error <= 0)
		reply_error(reply, error);
}
