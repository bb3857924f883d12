/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/owners.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/flags.h"
#include "kernel/process.h"
#include "model/process_store.h"

/* One process being looked into. */
struct visit {
	struct owner_scan *scan;
	struct map *wanted;
	const struct map *known; /* NULL: what processes run is not asked for */
	int directory; /* /proc/PID */
	struct owner owner;
	struct flags_process asked;
};

/*
 * The inode that a link such as "socket:[12345]" names (net/socket.c, sockfs_dname), 0 for a link to something else,
 * or -1 when it may not be read.
 */
static int64_t socket_inode(int directory, const char *name)
{
	static const char prefix[] = "socket:[";
	char target[64];
	ssize_t length = readlinkat(directory, name, target, sizeof(target) - 1);

	if (length < 0)
		return errno == EACCES || errno == EPERM ? -1 : 0;
	target[length] = '\0';
	if (strncmp(target, prefix, sizeof(prefix) - 1) != 0)
		return 0;
	return (uint32_t)strtoul(target + sizeof(prefix) - 1, NULL, 10);
}

/*
 * What it runs, unless that is known: an arguments' list as long as ARG_MAX is read once in a process's life, and after
 * exec(2), which gives it another name.  A process that has ended meanwhile tells nothing.
 */
static void tell_process(struct visit *visit)
{
	const struct owner *owner = &visit->owner;

	if (visit->known == NULL || owner->start_ticks == 0 ||
	    map_get(visit->known, process_key(owner->pid, owner->start_ticks)) == process_name_sum(owner->comm))
		return;
	struct process told = { .pid = owner->pid, .start_ticks = owner->start_ticks };
	memcpy(told.comm, owner->comm, sizeof(told.comm));
	process_read_texts(visit->directory, &told);
	process_name_container(&told, &visit->scan->told);
	*process_list_add(&visit->scan->told) = told;
}

/* Only for processes that hold a wanted socket, and once for each of them. */
static void read_process(struct visit *visit)
{
	char *comm = visit->owner.comm;
	char line[sizeof(visit->owner.comm)]; /* as long as a name with the newline that the kernel puts behind it */

	if (comm[0] != '\0')
		return;
	visit->owner.start_ticks = process_start(visit->directory);
	int file = openat(visit->directory, "comm", O_RDONLY | O_CLOEXEC);
	ssize_t length = file >= 0 ? read(file, line, sizeof(line)) : 0;
	if (file >= 0)
		close(file);
	if (length > 1)
		memcpy(comm, line, (size_t)length - 1);
	else
		comm[0] = '?'; /* it has ended meanwhile, or it has no name */
	tell_process(visit);
}

/*
 * Asks the socket that the owner stands for.  What it held may be gone by now, or the process itself: that is no error, and
 * the next holder is asked.  What else fails is left in the map, as long as no other holder answers.
 */
static void ask_flags(struct visit *visit)
{
	struct flags_answer answer;
	int error = flags_ask(&visit->asked, visit->owner.fd, &answer);

	if (error == 0) {
		owner_scan_add_answer(visit->scan, &answer);
		map_put(visit->wanted, visit->owner.inode, WANT_ANSWERED);
	} else if (error != -ESRCH && error != -EBADF && error != -ENOTSOCK) {
		map_put(visit->wanted, visit->owner.inode, WANT_FAILED + (uint32_t)-error);
	}
}

/* False when it may not be looked at. */
static bool visit_descriptor(struct visit *visit, int descriptors, const char *name)
{
	int64_t inode = isdigit((unsigned char)name[0]) ? socket_inode(descriptors, name) : 0;
	uint32_t want = inode > 0 ? map_get(visit->wanted, (uint64_t)inode) : MAP_NONE;

	if (want == MAP_NONE)
		return inode >= 0;
	read_process(visit);
	visit->owner.inode = (uint32_t)inode;
	visit->owner.fd = atoi(name);
	owner_scan_add(visit->scan, &visit->owner);
	if (want == WANT_FLAGS || want > WANT_FAILED)
		ask_flags(visit);
	return true;
}

/* What became of an attempt to open something of a process.  One that has ended meanwhile is no error: it holds nothing. */
static void note_error(struct owner_scan *scan, int error)
{
	if (error == EACCES || error == EPERM)
		scan->refused++;
	else if (error != ENOENT && error != ESRCH && error != ENOTDIR)
		scan->error = error; /* EMFILE, ENFILE, ENOMEM: this scan is not complete */
}

/*
 * Without rights the directory does not open.  With CAP_DAC_READ_SEARCH alone it opens, and then no link in it can be read
 * (proc_pid_readlink wants the access of ptrace(2)): that is a refusal as well.
 */
static void visit_descriptors(struct visit *visit)
{
	int fd = openat(visit->directory, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *descriptors = fd >= 0 ? fdopendir(fd) : NULL;

	if (descriptors == NULL) {
		note_error(visit->scan, errno);
		if (fd >= 0)
			close(fd);
		return;
	}
	for (const struct dirent *entry; (entry = readdir(descriptors)) != NULL;) {
		if (!visit_descriptor(visit, fd, entry->d_name)) {
			visit->scan->refused++;
			break;
		}
	}
	closedir(descriptors);
}

/* visit: what is the same for all processes. */
static void visit_process(struct visit visit, int proc, const char *name)
{
	visit.directory = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (visit.directory < 0) {
		visit.scan->processes += errno == EACCES || errno == EPERM ? 1 : 0;
		note_error(visit.scan, errno);
		return;
	}
	visit.scan->processes++;
	visit.owner.pid = visit.asked.pid = atoi(name);
	visit_descriptors(&visit);
	flags_process_fini(&visit.asked);
	close(visit.directory);
}

void owners_scan(struct owner_scan *scan, struct map *wanted, const struct map *known, const char *root)
{
	struct visit visit = { .scan = scan, .wanted = wanted, .known = known, .asked = { .pidfd = -1 } };
	DIR *proc = opendir(root);

	*scan = (struct owner_scan){ .error = proc == NULL ? errno : 0, .as_root = geteuid() == 0 };
	if (proc == NULL)
		return;
	/* Every PID namespace has a process 1.  Where it is not there, hidepid hides it and others (proc(5)). */
	scan->hides = faccessat(dirfd(proc), "1", F_OK, 0) < 0;
	visit.asked.error = flags_harm(dirfd(proc)) ? -WANT_HARMFUL : 0;
	for (const struct dirent *entry; wanted->count > 0 && (entry = readdir(proc)) != NULL;) {
		if (isdigit((unsigned char)entry->d_name[0]))
			visit_process(visit, dirfd(proc), entry->d_name);
	}
	if (scan->processes == 0 && wanted->count > 0 && scan->error == 0)
		scan->error = ENOENT; /* an empty directory: nothing is mounted there */
	closedir(proc);
	owner_scan_sort(scan);
}
