/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

enum { ENOUGH_BYTES = 64 * 1024 };

void sink_init(struct sink *sink, int fd)
{
	*sink = (struct sink){ .fd = fd };
}

int sink_create(struct sink *sink, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	if (fd < 0)
		return -errno;
	sink_init(sink, fd);
	return 0;
}

void sink_flow(struct sink *sink)
{
	if (sink->buf.length >= ENOUGH_BYTES)
		sink_flush(sink);
}

/* Whoever shares the pipe has made it non-blocking (O_NONBLOCK is the file's, not the descriptor's). */
static void wait_for_room(int fd)
{
	struct pollfd output = { .fd = fd, .events = POLLOUT };

	poll(&output, 1, -1);
}

int sink_flush(struct sink *sink)
{
	size_t done = 0;

	while (sink->error == 0 && done < sink->buf.length) {
		ssize_t written = write(sink->fd, sink->buf.data + done, sink->buf.length - done);

		if (written >= 0)
			done += (size_t)written;
		else if (errno == EAGAIN)
			wait_for_room(sink->fd);
		else if (errno != EINTR)
			sink->error = -errno;
	}
	buf_clear(&sink->buf);
	return sink->error;
}

void sink_fini(struct sink *sink)
{
	buf_fini(&sink->buf);
}

int sink_close(struct sink *sink, const char *path)
{
	int error = sink_flush(sink);

	if (close(sink->fd) < 0 && error == 0)
		error = -errno;
	if (error < 0)
		unlink(path);
	sink_fini(sink);
	return error;
}
