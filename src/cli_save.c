/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "cli_config.h"
#include "cli_view.h"
#include "out/replace.h"

/* All functions that return an int return 0 or -errno. */

/* Directories that are not there are the user's alone (XDG Base Directory Specification). */
static int make_directories(char *path)
{
	int error = 0;

	for (char *slash = strchr(path + 1, '/'); error == 0 && slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (access(path, F_OK) != 0 && mkdir(path, 0700) < 0)
			error = -errno;
		*slash = '/';
	}
	return error;
}

static int read_file(int fd, struct buf *text)
{
	char chunk[4096];
	ssize_t got;

	while ((got = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(text, chunk, (size_t)got);
	return got < 0 ? -errno : 0;
}

/* Reads it; one that is not there yet is made, and one that may not be written is left alone. */
static int open_and_read(const char *path, struct stat *old, struct buf *text)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
	int error;

	if (fd < 0)
		return -errno;
	if (fstat(fd, old) < 0)
		error = -errno;
	else
		error = S_ISREG(old->st_mode) ? read_file(fd, text) : -EINVAL;
	close(fd);
	return error;
}

static int save(char *path, const struct app *app)
{
	struct buf before = BUF_INIT, lines = BUF_INIT, after = BUF_INIT;
	struct stat old;
	char *real = NULL;
	int error = make_directories(path);

	if (error == 0)
		error = open_and_read(path, &old, &before);
	if (error == 0 && (real = realpath(path, NULL)) == NULL)
		error = -errno;
	if (error == 0) {
		view_format(&lines, app);
		view_rewrite(&after, buf_str(&before), before.length, buf_str(&lines));
		error = replace_file(real, &old, &after);
	}
	free(real);
	buf_fini(&before);
	buf_fini(&lines);
	buf_fini(&after);
	return error;
}

bool view_save(const struct app *app, struct buf *message)
{
	struct buf path = BUF_INIT;

	config_path(&path);
	int error = path.length > 0 ? save(path.data, app) : -ENOENT;
	if (path.length == 0) {
		buf_puts(message, "The view is not saved: neither XDG_CONFIG_HOME nor HOME says where to");
	} else if (error < 0) {
		text_clean(message, path.data);
		buf_printf(message, " cannot be written, the view is not saved: %s",
			   error == -EINVAL ? "it is no regular file" : strerror(-error));
	} else {
		buf_puts(message, "The view is saved in ");
		text_clean(message, path.data);
	}
	buf_fini(&path);
	return error == 0;
}

bool view_refuse(const struct app *app, struct buf *message)
{
	(void)app;
	buf_puts(message, "The view is not saved: --no-config leaves its file alone");
	return false;
}
