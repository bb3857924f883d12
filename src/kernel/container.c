/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/container.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "kernel/json_scan.h"
#include "model/cgroup.h"

/* Of thousands of containers; more than this is not looked through for a name. */
enum { FILE_BYTES_MAX = 8 << 20 };

/* What is looked for, and what was found of it. */
struct search {
	const struct cgroup *cgroup;
	const char *root;
	struct buf path;  /* of the file that is looked at */
	struct buf name;  /* empty as long as there is none */
	bool is_ours;     /* the object at hand is that of the container */
	struct buf pod, space;
};

/* Only of a regular file: what stands in a user's folder is that user's to choose.  NULL when it cannot be read. */
static char *read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct buf text = BUF_INIT;
	struct stat about;
	char bytes[16384];
	ssize_t got = 0;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size <= FILE_BYTES_MAX) {
		while (text.length <= FILE_BYTES_MAX && (got = read(fd, bytes, sizeof(bytes))) > 0)
			buf_add(&text, bytes, (size_t)got);
	}
	close(fd);
	return text.data;
}

static void scan_file(struct search *search, json_take_fn *take)
{
	char *text = read_file(buf_str(&search->path));

	if (text != NULL)
		json_scan(text, take, search);
	free(text);
}

static void set(struct buf *buf, const char *text)
{
	buf_clear(buf);
	buf_puts(buf, text);
}

/* "Name":"/web" of /var/lib/docker/containers/ID/config.v2.json */
static void take_docker(void *context, const struct json_place *place, const char *text)
{
	struct search *search = context;

	if (text != NULL && place->depth == 1 && strcmp(place->keys[1], "Name") == 0)
		set(&search->name, text + (text[0] == '/' ? 1 : 0));
}

static void find_docker(struct search *search)
{
	static const char *const folders[] = { "/var/lib/docker", "/var/snap/docker/common/var-lib-docker" };

	for (size_t i = 0; search->name.length == 0 && i < sizeof(folders) / sizeof(folders[0]); i++) {
		buf_clear(&search->path);
		buf_printf(&search->path, "%s%s/containers/%s/config.v2.json", search->root, folders[i], search->cgroup->container);
		scan_file(search, take_docker);
	}
}

/* Calls for each entry of the folder in search.path until there is a name. */
static void each_entry(struct search *search, void (*look)(struct search *search, const char *entry))
{
	DIR *folder = opendir(buf_str(&search->path));

	if (folder == NULL)
		return;
	for (const struct dirent *entry; search->name.length == 0 && (entry = readdir(folder)) != NULL;)
		look(search, entry->d_name);
	closedir(folder);
}

/* The kubelet's links: POD_NAMESPACE_CONTAINER-ID.log; none of the three has a "_" in it. */
static void look_at_log(struct search *search, const char *entry)
{
	const char *space = strchr(entry, '_'), *container = space != NULL ? strchr(space + 1, '_') : NULL;
	size_t id = strlen(search->cgroup->container), length = strlen(entry);
	const char *end = length > id + strlen("-.log") ? entry + length - strlen(".log") - id - 1 : entry;

	if (container == NULL || end < container || *end != '-' || strncmp(end + 1, search->cgroup->container, id) != 0)
		return;
	buf_add(&search->name, space + 1, (size_t)(container - space - 1));
	buf_putc(&search->name, '/');
	buf_add(&search->name, entry, (size_t)(space - entry));
	buf_putc(&search->name, '/');
	buf_add(&search->name, container + 1, (size_t)(end - container - 1));
}

static void find_log(struct search *search)
{
	buf_clear(&search->path);
	buf_printf(&search->path, "%s/var/log/containers", search->root);
	each_entry(search, look_at_log);
}

/* The annotations of an OCI runtime's config.json (containerd, pkg/cri/annotations; nerdctl, pkg/labels). */
static void take_annotation(void *context, const struct json_place *place, const char *text)
{
	struct search *search = context;
	const char *key = place->keys[2];

	if (text == NULL || place->depth != 2 || strcmp(place->keys[1], "annotations") != 0)
		return;
	if (strcmp(key, "io.kubernetes.cri.sandbox-namespace") == 0)
		set(&search->space, text);
	else if (strcmp(key, "io.kubernetes.cri.sandbox-name") == 0)
		set(&search->pod, text);
	else if (strcmp(key, "io.kubernetes.cri.container-name") == 0 || strcmp(key, "nerdctl/name") == 0)
		set(&search->name, text);
}

/* One namespace of containerd's. */
static void look_at_tasks(struct search *search, const char *entry)
{
	size_t length = search->path.length;
	struct buf whole = BUF_INIT;

	buf_printf(&search->path, "/%s/%s/config.json", entry, search->cgroup->container);
	scan_file(search, take_annotation);
	if (search->pod.length > 0) {
		buf_printf(&whole, "%s/%s%s%s", buf_str(&search->space), search->pod.data, search->name.length > 0 ? "/" : "",
			   buf_str(&search->name));
		set(&search->name, whole.data);
	}
	buf_fini(&whole);
	search->path.length = length;
	search->path.data[length] = '\0';
}

static void find_task(struct search *search)
{
	buf_clear(&search->path);
	buf_printf(&search->path, "%s/run/containerd/io.containerd.runtime.v2.task", search->root);
	each_entry(search, look_at_tasks);
}

/* [{"id":"...","names":["web"],...}] of containers/storage, which podman and cri-o use. */
static void take_storage(void *context, const struct json_place *place, const char *text)
{
	struct search *search = context;

	if (text == NULL)
		search->is_ours = search->is_ours && place->depth > 2;
	else if (place->depth == 2 && strcmp(place->keys[2], "id") == 0)
		search->is_ours = strcmp(text, search->cgroup->container) == 0;
	else if (place->depth == 3 && strcmp(place->keys[2], "names") == 0 && search->is_ours && search->name.length == 0)
		set(&search->name, text);
}

/* By the driver of the storage; those that are to be removed when they end are in the second file. */
static void scan_storage(struct search *search)
{
	static const char *const files[] = {
		"overlay-containers/containers.json", "overlay-containers/volatile-containers.json",
		"vfs-containers/containers.json",     "vfs-containers/volatile-containers.json",
		"btrfs-containers/containers.json",   "btrfs-containers/volatile-containers.json",
	};
	size_t length = search->path.length;

	for (size_t i = 0; search->name.length == 0 && i < sizeof(files) / sizeof(files[0]); i++) {
		search->path.length = length;
		buf_printf(&search->path, "/%s", files[i]);
		scan_file(search, take_storage);
	}
}

static void find_in_storage(struct search *search, const char *folder, const char *below)
{
	if (search->name.length > 0)
		return;
	buf_clear(&search->path);
	buf_printf(&search->path, "%s%s%s", search->root, folder, below);
	scan_storage(search);
}

static void find_storage(struct search *search)
{
	const struct cgroup *cgroup = search->cgroup;
	struct passwd entry, *found = NULL;
	char strings[4096], folder[64];

	find_in_storage(search, "/var/lib/containers/storage", "");
	find_in_storage(search, "/run/containers/storage", "");
	if (!cgroup->has_user)
		return;
	snprintf(folder, sizeof(folder), "/run/user/%u/containers", cgroup->user);
	find_in_storage(search, folder, "");
	if (search->name.length == 0 && getpwuid_r(cgroup->user, &entry, strings, sizeof(strings), &found) == 0 && found != NULL)
		find_in_storage(search, found->pw_dir, "/.local/share/containers/storage");
}

/* NAMESPACE_POD_UID */
static void look_at_pod(struct search *search, const char *entry)
{
	const char *pod = strchr(entry, '_'), *uid = pod != NULL ? strchr(pod + 1, '_') : NULL;

	if (uid == NULL || strcmp(uid + 1, search->cgroup->pod) != 0)
		return;
	buf_add(&search->name, entry, (size_t)(pod - entry));
	buf_putc(&search->name, '/');
	buf_add(&search->name, pod + 1, (size_t)(uid - pod - 1));
}

static void find_pod(struct search *search)
{
	buf_clear(&search->path);
	buf_printf(&search->path, "%s/var/log/pods", search->root);
	each_entry(search, look_at_pod);
}

/* One word: a list has as many of them in a row as there are columns. */
static bool is_usable(const char *name)
{
	for (const char *c = name; *c != '\0'; c++) {
		if ((unsigned char)*c <= ' ' || *c == 0x7f)
			return false;
	}
	return name[0] != '\0';
}

char *container_name(const struct cgroup *cgroup, const char *root)
{
	static void (*const finds[])(struct search *) = { find_docker, find_log, find_task, find_storage };
	struct search search = { .cgroup = cgroup, .root = root };
	char *name = NULL;

	if (cgroup->name != NULL)
		return NULL; /* its path says it */
	for (size_t i = 0; cgroup->container != NULL && search.name.length == 0 && i < sizeof(finds) / sizeof(finds[0]); i++)
		finds[i](&search);
	if (cgroup->pod != NULL && search.name.length == 0)
		find_pod(&search);
	if (search.name.length > 0 && is_usable(search.name.data)) {
		name = search.name.data;
		search.name = (struct buf)BUF_INIT;
	}
	buf_fini(&search.path);
	buf_fini(&search.name);
	buf_fini(&search.pod);
	buf_fini(&search.space);
	return name;
}
