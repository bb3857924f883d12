/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/netns_walk.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/die.h"
#include "base/text.h"
#include "kernel/container.h"
#include "kernel/flags.h"
#include "kernel/netns.h"
#include "kernel/netns_sock.h"
#include "kernel/process.h"
#include "model/cgroup.h"
#include "model/netns.h"
#include "model/process.h"

/*
 * A process may have hundreds of thousands of sockets, and to ask one takes 10 us: so many are asked in one walk, and others in
 * the next.  Which of them are gone is not told; when there are too many, all are asked again.
 */
enum { ASKS_AT_ONCE = 256, ASKED_MOST = 1 << 20 };

/* So many links are read in one step: a fraction of a millisecond. */
enum { LINKS_AT_ONCE = 256 };

/* One word, as it is to stand in a column. */
static bool is_usable(const char *name)
{
	return name[0] != '\0' && strpbrk(name, " \t\n") == NULL;
}

/* What the control group of a process says: the container that it is in, else its unit. */
static void add_group(struct buf *label, int32_t pid)
{
	struct process process = { .pid = pid };
	struct cgroup *cgroup = &process.cgroup;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", pid);
	int directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return;
	process_read_texts(directory, &process);
	if (cgroup->container != NULL || cgroup->pod != NULL) {
		char *name = container_name(cgroup, "");

		if (name != NULL)
			cgroup_set_name(cgroup, name);
		cgroup_format_container(label, cgroup);
		free(name);
	} else if (cgroup->unit != NULL) {
		text_clean(label, cgroup->unit);
	}
	process_fini(&process);
	close(directory);
}

/* pid: of a process in it; 0: none is known. */
static const char *find_label(struct netns_walk *walk, uint32_t inode, int32_t pid)
{
	const char *path = netns_places_path(&walk->names, inode);

	buf_clear(&walk->label);
	if (path != NULL && is_usable(strrchr(path, '/') + 1))
		buf_puts(&walk->label, strrchr(path, '/') + 1);
	else if (inode == walk->own)
		buf_puts(&walk->label, NETNS_OWN_NAME);
	else if (pid != 0)
		add_group(&walk->label, pid);
	return is_usable(buf_str(&walk->label)) ? walk->label.data : NULL;
}

/* Notes the words that mean it by what the column shows: the label or the number. */
static bool is_wanted(struct netns_walk *walk, const struct netns_found *found)
{
	bool wanted = walk->wish->all;
	uint64_t number;

	for (size_t i = 0; i < walk->wish->count; i++) {
		const char *word = walk->wish->words[i];

		if ((found->label != NULL && strcmp(word, found->label) == 0) ||
		    (netns_parse_number(word, &number) && number == found->inode))
			wanted = walk->met[i] = true;
	}
	return wanted;
}

/* What is gone meanwhile is no error, and neither is what may not be seen. */
static void note_error(struct netns_walk *walk, int error)
{
	if (error == EMFILE || error == ENFILE || error == ENOMEM)
		walk->error = error;
}

/* False: it cannot be opened. */
static bool open_place(struct netns_walk *walk, struct netns_found *found, const char *path, int32_t pid)
{
	found->fd = netns_find(path, &found->inode);
	if (found->fd < 0) {
		note_error(walk, -found->fd);
		return false;
	}
	found->is_own = found->inode == walk->own;
	found->label = find_label(walk, found->inode, pid);
	return true;
}

static bool has_come(const struct netns_walk *walk, uint32_t inode)
{
	return map_get(&walk->came, inode) != MAP_NONE;
}

/* False, and it is closed, when it is not wanted, or has come before: what it is called is decided once. */
static bool keep(struct netns_walk *walk, const struct netns_found *found, const char *path, bool wanted)
{
	bool is_new = !has_come(walk, found->inode);

	if (is_new) {
		map_put(&walk->came, found->inode, (uint32_t)walk->places.count);
		netns_places_add(&walk->places, found->inode, path);
	}
	if (!is_new || !wanted)
		close(found->fd);
	return is_new && wanted;
}

static bool take(struct netns_walk *walk, struct netns_found *found, const char *path, int32_t pid)
{
	return open_place(walk, found, path, pid) && keep(walk, found, path, is_wanted(walk, found));
}

static enum netns_step end_stage(struct netns_walk *walk)
{
	walk->stage++;
	walk->at = 0;
	return NETNS_AGAIN;
}

/* What a word names by a file is that, whatever it is called. */
static enum netns_step step_words(struct netns_walk *walk, struct netns_found *found)
{
	while (walk->at < walk->wish->count) {
		size_t at = walk->at++;
		int32_t pid = 0;

		if (!netns_word_path(&walk->path, walk->wish->words[at]))
			continue;
		const char *path = buf_str(&walk->path);
		if (sscanf(path, "/proc/%d/ns/", &pid) != 1)
			pid = 0; /* it is a path of another kind */
		if (!open_place(walk, found, path, pid))
			continue;
		is_wanted(walk, found); /* another word may mean the same one */
		walk->met[at] = true;
		if (keep(walk, found, path, true))
			return NETNS_FOUND;
	}
	return end_stage(walk);
}

static enum netns_step step_own(struct netns_walk *walk, struct netns_found *found)
{
	end_stage(walk);
	return take(walk, found, NETNS_OWN_PATH, 0) ? NETNS_FOUND : NETNS_AGAIN;
}

static enum netns_step step_places(struct netns_walk *walk, const struct netns_places *places, struct netns_found *found)
{
	while (walk->at < places->count) {
		const struct netns_place *place = &places->all[walk->at++];

		if (!has_come(walk, place->inode) && take(walk, found, place->path, 0))
			return NETNS_FOUND;
	}
	return end_stage(walk);
}

static enum netns_step step_names(struct netns_walk *walk, struct netns_found *found)
{
	return step_places(walk, &walk->names, found);
}

/* False: there are no more. */
static bool next_pid(struct netns_walk *walk)
{
	const struct dirent *entry = NULL;

	if (walk->proc == NULL)
		walk->proc = opendir("/proc");
	if (walk->proc == NULL)
		walk->error = errno;
	while (walk->proc != NULL && (entry = readdir(walk->proc)) != NULL && !isdigit((unsigned char)entry->d_name[0]))
		continue;
	walk->pid = entry != NULL ? atoi(entry->d_name) : 0;
	return entry != NULL;
}

/* Opens the next process's folder of that name; NULL where it has ended, or may not be looked into.  False: there is none. */
static bool next_process(struct netns_walk *walk, const char *folder)
{
	if (!next_pid(walk))
		return false;
	buf_clear(&walk->path);
	buf_printf(&walk->path, "/proc/%d/%s", walk->pid, folder);
	walk->inner = opendir(walk->path.data);
	if (walk->inner == NULL)
		note_error(walk, errno);
	walk->pidfd = -1;
	walk->asks_left = walk->spares_sockets ? 0 : ASKS_AT_ONCE;
	return true;
}

static void end_process(struct netns_walk *walk)
{
	if (walk->inner != NULL && walk->pidfd >= 0)
		close(walk->pidfd);
	if (walk->inner != NULL)
		closedir(walk->inner);
	walk->inner = NULL;
}

static enum netns_step end_processes(struct netns_walk *walk)
{
	if (walk->proc != NULL)
		closedir(walk->proc);
	walk->proc = NULL;
	return end_stage(walk);
}

/* The mounts of the first process in each mount namespace are those of all in it. */
static void read_mounts(struct netns_walk *walk, const char *process)
{
	struct stat about;

	buf_clear(&walk->path);
	buf_printf(&walk->path, "%s/ns/mnt", process);
	if (stat(walk->path.data, &about) < 0 || map_get(&walk->mounted, about.st_ino) != MAP_NONE)
		return;
	map_put(&walk->mounted, about.st_ino, 0);
	netns_places_read_mounts(&walk->mounts, process);
}

/* Those that are mounted for this process come first: it can open them without looking into another one. */
static enum netns_step step_mount_namespaces(struct netns_walk *walk, struct netns_found *found)
{
	char process[32];

	(void)found;
	if (walk->proc == NULL)
		read_mounts(walk, "/proc/thread-self");
	for (int i = 0; walk->deep && i < LINKS_AT_ONCE; i++) {
		if (!next_pid(walk))
			return end_processes(walk);
		snprintf(process, sizeof(process), "/proc/%d", walk->pid);
		read_mounts(walk, process);
	}
	return walk->deep ? NETNS_AGAIN : end_stage(walk);
}

/* What was found will be looked for there again, until the next walk that is deep. */
static enum netns_step hold(struct netns_walk *walk, enum netns_step step, const struct netns_found *found)
{
	if (walk->deep && step == NETNS_FOUND)
		netns_places_add(&walk->held, found->inode, walk->places.all[walk->places.count - 1].path);
	return step;
}

static enum netns_step step_mounts(struct netns_walk *walk, struct netns_found *found)
{
	return hold(walk, step_places(walk, &walk->mounts, found), found);
}

/* What is gone through in the folder of each process: of an entry what is below it. */
struct links {
	const char *folder, *below;
	bool inside; /* the process is in what is found, and does not only hold it */
};

/* The inode of the namespace that a socket is in; 0: it is not told. */
static uint32_t ask_socket(struct netns_walk *walk, int number, uint64_t socket)
{
	uint32_t inode = map_get(&walk->asked, socket);

	if (inode != MAP_NONE || walk->asks_left == 0)
		return inode != MAP_NONE ? inode : 0;
	walk->asks_left--;
	if (walk->pidfd < 0)
		walk->pidfd = (int)syscall(SYS_pidfd_open, walk->pid, 0);
	int fd = walk->pidfd < 0 ? -errno : netns_sock_ask(walk->pidfd, number, socket, &inode);
	if (fd >= 0)
		close(fd);
	else
		note_error(walk, -fd);
	if (fd >= 0 || fd == -EPERM || fd == -EACCES)
		map_put(&walk->asked, socket, fd >= 0 ? inode : 0);
	return fd >= 0 ? inode : 0;
}

/* The inode of the namespace that a link of that name stands for; 0: it stands for none. */
static uint32_t read_target(struct netns_walk *walk, const char *name, const char *target)
{
	unsigned long long socket;
	uint32_t inode;

	if (netns_parse_link(target, &inode))
		return inode;
	return sscanf(target, "socket:[%llu]", &socket) == 1 ? ask_socket(walk, atoi(name), socket) : 0;
}

/*
 * Looks at the next entry: true, and its path, when that is a namespace that has not come yet.  The folder is closed behind its
 * last entry, and where it may not be read.
 */
static bool next_link(struct netns_walk *walk, const struct links *links)
{
	const struct dirent *entry = readdir(walk->inner);
	char name[300], target[64];

	if (entry == NULL)
		end_process(walk);
	if (entry == NULL || entry->d_name[0] == '.')
		return false;
	snprintf(name, sizeof(name), "%s%s", entry->d_name, links->below);
	ssize_t length = readlinkat(dirfd(walk->inner), name, target, sizeof(target) - 1);
	if (length < 0 && (errno == EACCES || errno == EPERM)) {
		walk->unseen++;
		end_process(walk);
	}
	target[length > 0 ? length : 0] = '\0';
	uint32_t inode = read_target(walk, name, target);
	if (inode == 0 || has_come(walk, inode))
		return false;
	buf_clear(&walk->path);
	buf_printf(&walk->path, "/proc/%d/%s/%s", walk->pid, links->folder, name);
	return true;
}

static enum netns_step step_links(struct netns_walk *walk, const struct links *links, struct netns_found *found)
{
	for (int i = 0; i < LINKS_AT_ONCE; i++) {
		if (walk->inner == NULL && !next_process(walk, links->folder))
			return end_processes(walk);
		if (walk->inner != NULL && next_link(walk, links) && take(walk, found, walk->path.data, links->inside ? walk->pid : 0))
			return NETNS_FOUND;
	}
	return NETNS_AGAIN;
}

/* A thread may be where its process is not, and the first thread may have ended before the others. */
static enum netns_step step_processes(struct netns_walk *walk, struct netns_found *found)
{
	static const struct links links = { "task", "/ns/net", true };

	return step_links(walk, &links, found);
}

/* Who may not be looked into has been counted. */
static enum netns_step step_descriptors(struct netns_walk *walk, struct netns_found *found)
{
	static const struct links links = { "fd", "", false };
	unsigned unseen = walk->unseen;

	if (!walk->deep)
		return step_places(walk, &walk->held, found);
	enum netns_step step = step_links(walk, &links, found);
	walk->unseen = unseen;
	return hold(walk, step, found);
}

static enum netns_step (*const stages[])(struct netns_walk *walk, struct netns_found *found) = {
	step_words, step_own, step_names, step_processes, step_mount_namespaces, step_mounts, step_descriptors,
};

enum { STAGE_COUNT = sizeof(stages) / sizeof(stages[0]) };

/* Whether some word's namespace was not found by its file: it must be looked for among all. */
static bool seeks(const struct netns_walk *walk)
{
	for (size_t i = 0; i < walk->wish->count; i++) {
		if (!walk->met[i])
			return true;
	}
	return walk->wish->all;
}

enum netns_step netns_walk_step(struct netns_walk *walk, struct netns_found *found)
{
	if (walk->stage == STAGE_COUNT || (walk->stage > 0 && !seeks(walk)))
		return NETNS_END;
	return stages[walk->stage](walk, found);
}

/* What does not outlast a walk, but for where namespaces were found. */
static void clear(struct netns_walk *walk)
{
	end_process(walk);
	end_processes(walk);
	netns_places_fini(&walk->names);
	netns_places_fini(&walk->mounts);
	netns_places_fini(&walk->before);
	walk->before = walk->places;
	walk->places = (struct netns_places){ .all = NULL };
	map_clear(&walk->came);
	map_clear(&walk->mounted);
	free(walk->met);
	walk->met = NULL;
}

static void begin_deep(struct netns_walk *walk)
{
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	netns_places_fini(&walk->held);
	walk->spares_sockets = proc < 0 || flags_harm(proc);
	if (proc >= 0)
		close(proc);
	if (walk->asked.count > ASKED_MOST)
		map_clear(&walk->asked);
}

void netns_walk_begin(struct netns_walk *walk, const struct netns_wish *wish, bool deep)
{
	clear(walk);
	walk->wish = wish;
	walk->stage = walk->unseen = 0;
	walk->error = 0;
	walk->deep = deep;
	walk->own = netns_own();
	walk->met = xcalloc(wish->count + 1, sizeof(walk->met[0]));
	if (deep)
		begin_deep(walk);
	netns_places_read_names(&walk->names);
}

void netns_walk_fini(struct netns_walk *walk)
{
	clear(walk);
	netns_places_fini(&walk->before);
	netns_places_fini(&walk->held);
	map_fini(&walk->came);
	map_fini(&walk->mounted);
	map_fini(&walk->asked);
	buf_fini(&walk->path);
	buf_fini(&walk->label);
}

int netns_walk_reopen(const struct netns_walk *walk, uint32_t inode)
{
	uint32_t at = map_get(&walk->came, inode), now;
	const char *path = at != MAP_NONE ? walk->places.all[at].path : netns_places_path(&walk->before, inode);

	if (path == NULL)
		return -ENOENT;
	int fd = netns_find(path, &now);
	if (fd >= 0 && now != inode) {
		close(fd);
		fd = -ENOENT;
	}
	return fd;
}

void netns_walk_explain(struct buf *out, const struct netns_walk *walk)
{
	for (size_t i = 0; walk->met != NULL && i < walk->wish->count; i++) {
		if (walk->met[i])
			continue;
		buf_puts(out, out->length > 0 ? "; network namespace " : "network namespace ");
		text_clean(out, walk->wish->words[i]);
		buf_puts(out, " is not there");
	}
	if (walk->unseen > 0 && seeks(walk))
		buf_printf(out, "%sof %u process%s it is not known which network namespace %s in%s", out->length > 0 ? "; " : "",
			   walk->unseen, walk->unseen == 1 ? "" : "es", walk->unseen == 1 ? "it is" : "they are",
			   geteuid() == 0 ? "" : " (run as root)");
	if (walk->error != 0)
		buf_printf(out, "%snetwork namespaces may be missing (%s)", out->length > 0 ? "; " : "", strerror(walk->error));
}
