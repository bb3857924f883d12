/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/die.h"
#include "kernel/container.h"
#include "kernel/privileges.h"
#include "model/process.h"

/* A command line may be as long as ARG_MAX; more of it than this helps nobody who reads a screen. */
enum { TEXT_BYTES_MAX = 4096 };

static int open_process(int32_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", pid);
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* Reads up to size - 1 bytes and ends them with a NUL; the length, or -1. */
static ssize_t read_text(int directory, const char *name, char *text, size_t size)
{
	int file = openat(directory, name, O_RDONLY | O_CLOEXEC);
	ssize_t length = file >= 0 ? read(file, text, size - 1) : -1;

	if (file >= 0)
		close(file);
	text[length > 0 ? length : 0] = '\0';
	return length;
}

/* Arguments end with NULs.  Kernel threads have none. */
static char *read_command_line(int directory)
{
	char text[TEXT_BYTES_MAX];
	ssize_t length = read_text(directory, "cmdline", text, sizeof(text));

	for (ssize_t i = 0; i < length; i++)
		text[i] = text[i] == '\0' ? ' ' : text[i];
	/* Who writes a title of its own in their place may leave more than one behind it (setproctitle(3bsd)). */
	while (length > 0 && text[length - 1] == ' ')
		length--;
	text[length > 0 ? length : 0] = '\0';
	return length > 0 ? xstrdup(text) : NULL;
}

static char *read_directory(int directory)
{
	char text[TEXT_BYTES_MAX];
	ssize_t length = readlinkat(directory, "cwd", text, sizeof(text) - 1);

	if (length < 0)
		return NULL;
	text[length] = '\0';
	return xstrdup(text);
}

/* What follows the words in a line of the text that has them behind the number of its hierarchy; NULL when none has. */
static char *find_hierarchy(char *text, const char *words)
{
	for (char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
		line += strspn(line, "\n");
		char *controllers = line + strspn(line, "0123456789");

		if (strncmp(controllers, words, strlen(words)) == 0)
			return controllers + strlen(words);
	}
	return NULL;
}

/*
 * The line "0::/PATH" is that of the unified hierarchy (cgroups(7)); systemd had one of its own before there was that, in which
 * everything is in the root where systemd does not run.
 */
static void read_cgroup(int directory, struct cgroup *cgroup)
{
	char text[TEXT_BYTES_MAX];

	if (read_text(directory, "cgroup", text, sizeof(text)) <= 0)
		return;
	char *path = find_hierarchy(text, ":name=systemd:"), *unified = find_hierarchy(text, "::");
	if (path == NULL || (unified != NULL && strncmp(path, "/\n", 2) == 0))
		path = unified;
	if (path == NULL)
		return;
	path[strcspn(path, "\n")] = '\0';
	cgroup_read(cgroup, path);
}

/* The name is in parentheses and may have any bytes in it, parentheses too: the fields begin behind the last one. */
static bool parse_stat(const char *text, struct process *process)
{
	const char *open_at = strchr(text, '('), *close_at = strrchr(text, ')');
	unsigned long long start;

	if (open_at == NULL || close_at == NULL || close_at < open_at)
		return false;
	size_t length = (size_t)(close_at - open_at - 1);
	length = length < sizeof(process->comm) - 1 ? length : sizeof(process->comm) - 1;
	memcpy(process->comm, open_at + 1, length);
	process->comm[length] = '\0';
	/* Fields 3 (state), 4 (ppid) and 22 (starttime). */
	if (sscanf(close_at + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
		   &process->parent, &start) != 2)
		return false;
	process->start_ticks = start;
	return true;
}

static bool read_stat(int directory, struct process *process)
{
	char text[1024];

	return read_text(directory, "stat", text, sizeof(text)) > 0 && parse_stat(text, process);
}

void process_read_texts(int directory, struct process *process)
{
	process->command_line = read_command_line(directory);
	read_cgroup(directory, &process->cgroup);
}

/* All processes of a container have the same name for it, which is in a file. */
void process_name_container(struct process *process, const struct process_list *list)
{
	struct cgroup *cgroup = &process->cgroup;
	const struct cgroup *same = NULL;

	if (cgroup->container == NULL && cgroup->pod == NULL)
		return;
	for (size_t i = 0; i < list->count && same == NULL; i++) {
		const struct cgroup *other = &list->all[i].cgroup;

		if (other->name != NULL && strcmp(other->path, cgroup->path) == 0)
			same = other;
	}
	uint64_t before = privileges_look_away(); /* those of a user's own containers are where that user wants */
	char *name = same == NULL ? container_name(cgroup, "") : NULL;
	privileges_restore(before);
	if (same != NULL || name != NULL)
		cgroup_set_name(cgroup, name != NULL ? name : same->name);
	free(name);
}

/* Its parent; 0 when it is gone, or has none that is to be described. */
static int32_t describe_one(struct process_list *list, int32_t pid)
{
	struct process found = { .pid = pid };
	int directory = open_process(pid);

	if (directory < 0)
		return 0;
	if (read_stat(directory, &found)) {
		process_read_texts(directory, &found);
		found.directory = read_directory(directory);
		*process_list_add(list) = found;
	}
	close(directory);
	return found.parent;
}

void process_describe(struct process_list *list, int32_t pid)
{
	uint64_t before = privileges_look();

	for (int i = 0; i < PROCESS_PARENTS_MAX && pid > 0 && list->count < PROCESS_MAX; i++) {
		const struct process *known = process_list_find(list, pid);

		pid = known != NULL ? known->parent : describe_one(list, pid);
	}
	privileges_restore(before);
}

uint64_t process_start(int directory)
{
	struct process process = { .pid = 0 };

	return read_stat(directory, &process) ? process.start_ticks : 0;
}

static bool is_started(int32_t pid, uint64_t start_ticks)
{
	uint64_t before = privileges_look();
	int directory = open_process(pid);
	bool same = directory >= 0 && process_start(directory) == start_ticks;

	if (directory >= 0)
		close(directory);
	privileges_restore(before);
	return same;
}

int process_watch(void)
{
	return open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
}

/* "0.20 0.18 0.12 1/80 11206": what runs of how many threads, and the pid that was given last (proc_loadavg(5)). */
uint64_t process_changes(int file)
{
	char text[128];
	ssize_t length = file >= 0 ? pread(file, text, sizeof(text) - 1, 0) : -1;
	unsigned threads = 0, last = 0;

	text[length > 0 ? length : 0] = '\0';
	if (sscanf(text, "%*s %*s %*s %*u/%u %u", &threads, &last) != 2)
		return 0;
	return (uint64_t)threads << 32 | last;
}

int process_signal(int32_t pid, uint64_t start_ticks, int signal_number, int *pidfd)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0)
		return -errno;
	/* From here on fd means one process.  If that is the one that is meant, no other can take its place. */
	int error = is_started(pid, start_ticks) ? 0 : -ESRCH;
	if (error == 0 && syscall(SYS_pidfd_send_signal, fd, signal_number, NULL, 0) < 0)
		error = -errno;
	if (error == 0)
		*pidfd = fd;
	else
		close(fd);
	return error;
}

const char *process_signal_reason(int error)
{
	switch (error) {
	case -ESRCH:
		return "has ended already";
	case -EPERM:
		return "may not be killed by this user";
	default:
		return strerror(-error);
	}
}
