/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/unix_path.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "model/rules.h"
#include "model/unix_sock.h"

static unsigned state_of_error(int error)
{
	switch (error) {
	case ENOENT:
		return PATH_NO_DIRECTORY;
	case ENOTDIR:
		return PATH_NOT_DIRECTORY;
	case EACCES:
		return PATH_NOT_WRITABLE;
	case EROFS:
		return PATH_READ_ONLY;
	default:
		return PATH_UNKNOWN;
	}
}

/* Nothing is there: whether it could be made (mknod(2)). */
static unsigned look_at_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t length = slash != NULL ? (size_t)(slash - path) : 0;
	char directory[PATH_MAX] = ".";

	if (slash == path)
		length = 1;
	if (length >= sizeof(directory))
		return PATH_UNKNOWN;
	if (length > 0) {
		memcpy(directory, path, length);
		directory[length] = '\0';
	}
	struct stat file;
	if (stat(directory, &file) < 0)
		return state_of_error(errno);
	if (!S_ISDIR(file.st_mode))
		return PATH_NOT_DIRECTORY;
	return eaccess(directory, W_OK | X_OK) == 0 ? PATH_FREE : state_of_error(errno);
}

/* As the kernel numbers devices in UNIX_DIAG_VFS (MKDEV in linux/kdev_t.h). */
static uint32_t device_number(dev_t device)
{
	return (uint32_t)(major(device) << 20 | minor(device));
}

/*
 * Sockets of other network namespaces are not in the list, but may have their files here.  A datagram socket's connect() asks
 * without disturbing anybody: a socket of another type answers EPROTOTYPE (unix_find_bsd in net/unix/af_unix.c), one of its own
 * is told nothing, and where no socket is there any more it fails with ECONNREFUSED.
 */
static unsigned probe(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int error = EINVAL;

	if (fd >= 0 && strlen(path) <= sizeof(address.sun_path)) {
		memcpy(address.sun_path, path, strlen(path));
		error = connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ? errno : 0;
	}
	if (fd >= 0)
		close(fd);
	if (error == ECONNREFUSED)
		return PATH_STALE_SOCKET;
	return error == 0 || error == EPROTOTYPE || error == EPERM ? PATH_LIVE_SOCKET : PATH_UNKNOWN;
}

unsigned unix_path_look(const char *path, const struct unix_sock *socks, size_t count, size_t *holder)
{
	struct stat file;

	*holder = SIZE_MAX;
	if (lstat(path, &file) < 0)
		return errno == ENOENT ? look_at_directory(path) : state_of_error(errno);
	if (!S_ISSOCK(file.st_mode))
		return PATH_OTHER_FILE;
	for (size_t i = 0; i < count; i++) {
		if (socks[i].has_file && socks[i].file_inode == (uint32_t)file.st_ino &&
		    socks[i].file_device == device_number(file.st_dev)) {
			*holder = i;
			return PATH_LIVE_SOCKET;
		}
	}
	return probe(path);
}

/* File systems that stack (overlayfs) or have subvolumes (btrfs) tell another device: there the inode has to do. */
bool unix_path_compare(const char *path, size_t length, uint32_t inode, uint32_t device, unsigned *found)
{
	char whole[BIND_NAME_MAX + 1];
	struct stat file;

	if (length >= sizeof(whole))
		return false;
	memcpy(whole, path, length);
	whole[length] = '\0';
	if (lstat(whole, &file) < 0) {
		*found = FILE_GONE;
		return errno == ENOENT || errno == ENOTDIR;
	}
	bool same = (uint32_t)file.st_ino == inode;
	*found = same ? FILE_ALIVE : FILE_REPLACED;
	return same || !S_ISSOCK(file.st_mode) || device_number(file.st_dev) == device;
}
