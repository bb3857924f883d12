/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/sink.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum { ENOUGH_BYTES = 64 * 1024 };

void sink_init(struct sink *sink, int fd)
{
	*sink = (struct sink){ .fd = fd };
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
