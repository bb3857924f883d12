/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/owners.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/thread.h"
#include "kernel/flags.h"
#include "kernel/privileges.h"
#include "kernel/process.h"
#include "model/process_store.h"
#include "model/table.h"

/* More would wait for each other, and leave nothing to those whom they look at. */
enum { WALKERS_MAX = 4 };

struct owners_walk;

/* What one of the threads finds. */
struct walker {
	struct owners_walk *walk;
	pthread_t thread;
	struct owner_scan scan;
	struct map outcomes; /* inode -> WANT_ANSWERED or more, of the sockets that were asked for their flags */
};

/* What they share. */
struct owners_walk {
	pthread_mutex_t lock;
	DIR *proc;                /* with the lock held; NULL: it could not be opened, or nobody is looked for */
	int32_t own;              /* this process, by its number there; 0: it is not there */
	const struct map *wanted; /* NULL: every socket, but not its flags */
	const struct map *known; /* NULL: what processes run is not asked for */
	int refusal;             /* 0, or the -errno for which no socket is asked for its flags */
	struct owner_scan scan;  /* what was found out about /proc before */
	size_t count;
	struct walker walkers[WALKERS_MAX]; /* the first is the caller */
};

/* One process being looked into. */
struct visit {
	struct walker *walker;
	int directory; /* /proc/PID */
	struct owner owner;
	struct flags_process asked;
};

/* Of a process or a descriptor that has ended meanwhile, and of what is no link. */
static bool is_gone(int error)
{
	return error == ENOENT || error == ESRCH || error == ENOTDIR || error == EINVAL;
}

/* What became of an attempt to read something of a process.  One that has ended meanwhile is no error: it holds nothing. */
static void note_error(struct owner_scan *scan, int error)
{
	if (error == EACCES || error == EPERM)
		scan->refused++;
	else if (error != 0 && !is_gone(error))
		scan->error = error; /* EMFILE, ENFILE, ENOMEM: this scan is not complete */
}

/*
 * The inode that a link such as "socket:[12345]" names (net/socket.c, sockfs_dname), 0 for one to something else or that
 * is gone, or -1 when it cannot be read.
 */
static int64_t socket_inode(int directory, const char *name)
{
	static const char prefix[] = "socket:[";
	char target[64];
	ssize_t length = readlinkat(directory, name, target, sizeof(target) - 1);

	if (length < 0)
		return is_gone(errno) ? 0 : -1;
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
	const struct map *known = visit->walker->walk->known;
	const struct owner *owner = &visit->owner;

	if (known == NULL || owner->start_ticks == 0 ||
	    map_get(known, process_key(owner->pid, owner->start_ticks)) == process_name_sum(owner->comm))
		return;
	struct process told = { .pid = owner->pid, .start_ticks = owner->start_ticks };
	memcpy(told.comm, owner->comm, sizeof(told.comm));
	process_read_texts(visit->directory, &told);
	process_name_container(&told, &visit->walker->scan.told);
	*process_list_add(&visit->walker->scan.told) = told;
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
 * the next holder is asked.  What else fails is remembered, as long as no other holder answers.
 */
static void ask_flags(struct visit *visit, uint32_t inode)
{
	struct map *outcomes = &visit->walker->outcomes;
	uint32_t before = map_get(outcomes, inode);
	struct flags_answer answer;

	if (before == WANT_ANSWERED)
		return;
	int error = flags_ask(&visit->asked, visit->owner.fd, &answer);
	if (error == 0) {
		owner_scan_add_answer(&visit->walker->scan, &answer);
		map_put(outcomes, inode, WANT_ANSWERED);
	} else if (error != -ESRCH && error != -EBADF && error != -ENOTSOCK) {
		map_put(outcomes, inode, WANT_FAILED + (uint32_t)-error);
	}
}

static uint32_t want_of(const struct owners_walk *walk, uint32_t inode)
{
	return walk->wanted != NULL ? map_get(walk->wanted, inode) : WANT_OWNERS;
}

/* False, and errno, when it cannot be looked at. */
static bool visit_descriptor(struct visit *visit, int descriptors, const char *name)
{
	int64_t inode = isdigit((unsigned char)name[0]) ? socket_inode(descriptors, name) : 0;
	uint32_t want = inode > 0 ? want_of(visit->walker->walk, (uint32_t)inode) : MAP_NONE;

	if (want == MAP_NONE)
		return inode >= 0;
	read_process(visit);
	visit->owner.fd = atoi(name);
	owner_scan_add(&visit->walker->scan, (uint32_t)inode, &visit->owner);
	if (want == WANT_FLAGS)
		ask_flags(visit, (uint32_t)inode);
	return true;
}

/* NULL behind the last one, and, with an errno that is not 0, where no more can be read. */
static const struct dirent *next_entry(DIR *directory)
{
	errno = 0;
	return readdir(directory);
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
		note_error(&visit->walker->scan, errno);
		if (fd >= 0)
			close(fd);
		return;
	}
	for (const struct dirent *entry; (entry = next_entry(descriptors)) != NULL;) {
		if (visit_descriptor(visit, fd, entry->d_name))
			continue;
		if (errno == EACCES || errno == EPERM)
			break;
		note_error(&visit->walker->scan, errno);
	}
	note_error(&visit->walker->scan, errno); /* of readdir(3), or of a refusal, which would be that of all of them */
	closedir(descriptors);
}

static void visit_process(struct walker *walker, int proc, int32_t pid, const char *name)
{
	struct visit visit = {
		.walker = walker,
		.directory = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC),
		.owner = { .pid = pid },
		.asked = { .pid = pid, .pidfd = -1, .error = walker->walk->refusal },
	};

	if (visit.directory < 0) {
		walker->scan.processes += errno == EACCES || errno == EPERM ? 1 : 0;
		note_error(&walker->scan, errno);
		return;
	}
	walker->scan.processes++;
	visit_descriptors(&visit);
	flags_process_fini(&visit.asked);
	close(visit.directory);
}

/* The next process that nobody has looked into; 0: there are no more. */
static int32_t next_process(struct walker *walker)
{
	struct owners_walk *walk = walker->walk;
	const struct dirent *entry;
	int32_t pid;

	pthread_mutex_lock(&walk->lock);
	do {
		entry = next_entry(walk->proc);
		pid = entry != NULL && isdigit((unsigned char)entry->d_name[0]) ? atoi(entry->d_name) : 0;
	} while (entry != NULL && (pid == 0 || pid == walk->own));
	note_error(&walker->scan, entry == NULL ? errno : 0);
	pthread_mutex_unlock(&walk->lock);
	return pid;
}

/* The number of this process where that is mounted, which may be another PID namespace's; 0: it has none there. */
static int32_t own_process(int proc)
{
	char number[16] = { 0 };

	return readlinkat(proc, "self", number, sizeof(number) - 1) > 0 ? atoi(number) : 0;
}

static void visit_number(struct walker *walker, int32_t pid)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", pid);
	visit_process(walker, dirfd(walker->walk->proc), pid, name);
}

static void *visit_processes(void *argument)
{
	struct walker *walker = argument;

	for (int32_t pid; (pid = next_process(walker)) != 0;)
		visit_number(walker, pid);
	return NULL;
}

/* As many as there are processors, this one included. */
static size_t processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count > WALKERS_MAX ? WALKERS_MAX : count > 1 ? (size_t)count : 1;
}

static void open_walk(struct owners_walk *walk, const struct map *wanted, const struct map *known, const char *root)
{
	*walk = (struct owners_walk){ .proc = opendir(root), .wanted = wanted, .known = known };
	walk->scan.error = walk->proc == NULL ? errno : 0;
	walk->scan.as_root = geteuid() == 0;
	pthread_mutex_init(&walk->lock, NULL);
	if (walk->proc == NULL)
		return;
	/* Every PID namespace has a process 1.  Where it is not there, hidepid hides it and others (proc(5)). */
	walk->scan.hides = faccessat(dirfd(walk->proc), "1", F_OK, 0) < 0;
	walk->refusal = flags_harm(dirfd(walk->proc)) ? -WANT_HARMFUL : 0;
	if (wanted != NULL && wanted->count == 0) {
		closedir(walk->proc);
		walk->proc = NULL;
	}
}

/*
 * With helpers as far as threads can be had; without any, it takes longer.  This process is looked into before: while sockets
 * are asked for their flags, it has duplicates of them (flags.c), which make it nobody's owner.
 */
static void start_walk(struct owners_walk *walk, size_t walkers)
{
	walk->walkers[0].walk = walk;
	walk->count = 1;
	if (walk->proc == NULL)
		return;
	walk->own = own_process(dirfd(walk->proc));
	if (walk->own != 0)
		visit_number(&walk->walkers[0], walk->own);
	for (; walk->count < walkers; walk->count++) {
		struct walker *walker = &walk->walkers[walk->count];

		walker->walk = walk;
		if (thread_start(&walker->thread, visit_processes, walker) != 0)
			break;
	}
}

/* An answer is worth more than what another one's holder of the same socket refused. */
static void take_outcomes(struct walker *walker, struct map *wanted)
{
	const struct map_slot *outcome;

	for (size_t at = 0; (outcome = map_next(&walker->outcomes, &at)) != NULL;) {
		if (map_get(wanted, outcome->key) != WANT_ANSWERED)
			map_put(wanted, outcome->key, outcome->value);
	}
	map_fini(&walker->outcomes);
}

/* Takes part in what is left of it.  wanted: the one that it was opened with. */
static void finish_walk(struct owners_walk *walk, struct owner_scan *scan, struct map *wanted)
{
	*scan = walk->scan;
	if (walk->proc != NULL)
		visit_processes(&walk->walkers[0]);
	for (size_t i = 1; i < walk->count; i++)
		pthread_join(walk->walkers[i].thread, NULL);
	for (size_t i = 0; i < walk->count; i++) {
		take_outcomes(&walk->walkers[i], wanted);
		owner_scan_merge(scan, &walk->walkers[i].scan);
	}
	if (walk->proc != NULL && scan->processes == 0 && scan->error == 0)
		scan->error = ENOENT; /* an empty directory: nothing is mounted there */
	if (walk->proc != NULL)
		closedir(walk->proc);
	pthread_mutex_destroy(&walk->lock);
	owner_scan_sort(scan);
}

static void scan_with(struct owner_scan *scan, struct map *wanted, const struct map *known, const char *root, size_t walkers)
{
	struct owners_walk walk;
	uint64_t before = privileges_look(); /* for the threads, too, which are started with it */

	open_walk(&walk, wanted, known, root);
	start_walk(&walk, walkers);
	finish_walk(&walk, scan, wanted);
	privileges_restore(before);
}

bool owners_hold(const struct row *row, uint32_t most, const char *root)
{
	uint64_t before = privileges_look();
	bool hold = true;

	for (uint32_t i = 0; hold && i < row->owner_count && i < most; i++) {
		const struct owner *owner = row_owner(row, i);
		struct buf path = BUF_INIT;

		buf_printf(&path, "%s/%d/fd/%d", root, owner->pid, owner->fd);
		int64_t inode = socket_inode(AT_FDCWD, buf_str(&path));
		hold = inode < 0 || inode == row->sock.inode;
		buf_fini(&path);
	}
	privileges_restore(before);
	return hold;
}

void owners_scan(struct owner_scan *scan, struct map *wanted, const struct map *known, const char *root)
{
	scan_with(scan, wanted, known, root, 1);
}

void owners_scan_together(struct owner_scan *scan, struct map *wanted, const struct map *known, const char *root)
{
	scan_with(scan, wanted, known, root, processors());
}

struct owners_walk *owners_walk_begin(const char *root)
{
	if (processors() == 1)
		return NULL;
	struct owners_walk *walk = xcalloc(1, sizeof(*walk));
	uint64_t before = privileges_look();

	open_walk(walk, NULL, NULL, root);
	start_walk(walk, processors());
	privileges_restore(before);
	return walk;
}

void owners_walk_end(struct owners_walk *walk, struct owner_scan *scan)
{
	uint64_t before = privileges_look();

	finish_walk(walk, scan, NULL);
	privileges_restore(before);
	free(walk);
}
