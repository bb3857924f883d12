/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "out/sink.h"

static int fill(int fd, const struct stat *like, const struct buf *text)
{
	struct stat made;
	struct sink sink;

	if (fstat(fd, &made) < 0)
		return -errno;
	if ((made.st_uid != like->st_uid || made.st_gid != like->st_gid) && fchown(fd, like->st_uid, like->st_gid) < 0)
		return -errno;
	if (fchmod(fd, like->st_mode & 07777) < 0)
		return -errno;
	sink_init(&sink, fd);
	buf_add(&sink.buf, buf_str(text), text->length);
	int error = sink_flush(&sink);
	sink_fini(&sink);
	return error == 0 && fsync(fd) < 0 ? -errno : error; /* before the old one goes */
}

int replace_file(const char *path, const struct stat *like, const struct buf *text)
{
	struct buf beside = BUF_INIT;

	buf_printf(&beside, "%s.XXXXXX", path);
	int fd = mkostemp(beside.data, O_CLOEXEC);
	int error = fd < 0 ? -errno : fill(fd, like, text);
	if (fd >= 0) {
		close(fd);
		if (error == 0 && rename(beside.data, path) < 0)
			error = -errno;
		if (error != 0)
			unlink(beside.data);
	}
	buf_fini(&beside);
	return error;
}
