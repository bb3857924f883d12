/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/die.h"
#include "model/cgroup.h"
#include "model/filter_host.h"

/* The type of a handle that has nothing in it but the number (linux/exportfs.h, FILEID_KERNFS; Linux 5.5). */
enum { HANDLE_TYPE = 0xfe };

/* The number of the root of all (kernel/cgroup/cgroup.c, cgroup_setup_root: the first that kernfs gives). */
enum { ROOT_ID = 1 };

/* Deeper than this nobody nests cgroups, and paths would become longer than they may be. */
enum { DEPTH_MAX = 64 };

static void forget_walk(struct cgroups *cgroups)
{
	for (size_t i = 0; i < cgroups->count; i++)
		free(cgroups->paths[i]);
	free(cgroups->paths);
	cgroups->paths = NULL;
	cgroups->count = 0;
	map_clear(&cgroups->by_id);
}

void cgroups_fini(struct cgroups *cgroups)
{
	forget_walk(cgroups);
	map_fini(&cgroups->by_id);
	free(cgroups->mount);
	if (cgroups->looked && cgroups->root >= 0)
		close(cgroups->root);
	*cgroups = (struct cgroups)CGROUPS_INIT;
}

static void open_tree(struct cgroups *cgroups, const char *folder)
{
	struct stat about;

	cgroups->mount = xstrdup(folder);
	cgroups->root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cgroups->is_whole = cgroups->root >= 0 && fstat(cgroups->root, &about) == 0 && about.st_ino == ROOT_ID;
}

void cgroups_look_in(struct cgroups *cgroups, const char *folder)
{
	cgroups->looked = cgroups->walks = true;
	open_tree(cgroups, folder);
}

static void look(struct cgroups *cgroups)
{
	struct buf mount = BUF_INIT;

	if (cgroups->looked)
		return;
	cgroups->looked = true;
	cgroups->root = -1;
	filter_host_cgroup_mount(&mount);
	if (mount.length > 0)
		open_tree(cgroups, mount.data);
	buf_fini(&mount);
}

static int open_by_id(int root, uint64_t id)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(id)];
	} of = { .handle = { .handle_bytes = sizeof(id), .handle_type = HANDLE_TYPE } };

	memcpy(of.handle.f_handle, &id, sizeof(id));
	return open_by_handle_at(root, &of.handle, O_PATH | O_CLOEXEC);
}

/* What is behind the mount point in the path of that descriptor; NULL when it is not below it. */
static char *path_below(const struct cgroups *cgroups, int fd)
{
	size_t mount = strlen(cgroups->mount);
	char link[32], path[4096];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t length = readlink(link, path, sizeof(path) - 1);
	if (length < 0)
		return NULL;
	path[length] = '\0';
	if (strncmp(path, cgroups->mount, mount) != 0 || (path[mount] != '/' && path[mount] != '\0'))
		return NULL;
	return xstrdup(path[mount] != '\0' ? path + mount : "/");
}

static void note(struct cgroups *cgroups, uint64_t id, const char *path)
{
	cgroups->paths = xrealloc_array(cgroups->paths, cgroups->count + 1, sizeof(cgroups->paths[0]));
	cgroups->paths[cgroups->count] = xstrdup(path);
	map_put(&cgroups->by_id, id, (uint32_t)cgroups->count++);
}

static void walk(struct cgroups *cgroups, int fd, struct buf *path, unsigned depth)
{
	DIR *folder = fd >= 0 && depth < DEPTH_MAX ? fdopendir(fd) : NULL;
	size_t length = path->length;

	if (folder == NULL) {
		cgroups->missed |= errno != ENOENT; /* it is gone by now */
		if (fd >= 0)
			close(fd);
		return;
	}
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		if (entry->d_type != DT_DIR || strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		buf_printf(path, "/%s", entry->d_name);
		note(cgroups, entry->d_ino, path->data);
		walk(cgroups, openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), path, depth + 1);
		path->length = length;
		path->data[length] = '\0';
	}
	closedir(folder);
}

/*
 * Without rights the folders are looked through for the one that has the number as its inode: kernfs gives it both (kernfs_ino,
 * Linux 5.5); where inodes have but 32 bits they are the lower half of it.
 */
static uint64_t inode_of(uint64_t id)
{
	return sizeof(long) < sizeof(id) ? (uint32_t)id : id;
}

static void walk_all(struct cgroups *cgroups)
{
	struct buf path = BUF_INIT;
	struct stat about;

	forget_walk(cgroups);
	cgroups->missed = false;
	if (fstat(cgroups->root, &about) == 0)
		note(cgroups, about.st_ino, "/");
	buf_puts(&path, "");
	walk(cgroups, openat(cgroups->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), &path, 0);
	buf_fini(&path);
}

static const char *find_walked(const struct cgroups *cgroups, uint64_t id)
{
	uint32_t at = map_get(&cgroups->by_id, inode_of(id));

	return at != MAP_NONE ? cgroups->paths[at] : NULL;
}

/* It may be newer than the last walk. */
static char *find_by_walking(struct cgroups *cgroups, uint64_t id)
{
	if (find_walked(cgroups, id) == NULL)
		walk_all(cgroups);
	const char *path = find_walked(cgroups, id);
	if (path == NULL && cgroups->is_whole && !cgroups->missed)
		path = CGROUP_DELETED;
	return path != NULL ? xstrdup(path) : NULL;
}

/* Where only a part of the tree is to be seen, as in containers, what is not in it is not known. */
char *cgroups_path(struct cgroups *cgroups, uint64_t id)
{
	look(cgroups);
	if (cgroups->root < 0)
		return NULL;
	int fd = cgroups->walks ? -1 : open_by_id(cgroups->root, id);
	if (fd >= 0) {
		char *path = path_below(cgroups, fd);

		close(fd);
		return path;
	}
	if (!cgroups->walks && errno == ESTALE)
		return cgroups->is_whole ? xstrdup(CGROUP_DELETED) : NULL;
	cgroups->walks = true;
	return find_by_walking(cgroups, id);
}
