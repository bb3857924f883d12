/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as the files of /proc: of a process that holds a socket, and of the host.  What is read of them can be shown.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/map.h"
#include "checks.h"
#include "fuzz.h"
#include "kernel/host.h"
#include "kernel/netns_place.h"
#include "kernel/owners.h"
#include "model/cgroup.h"
#include "model/owner.h"

enum { INODE = 7 };

/* Made once, as making it takes longer than reading it, and in memory where there is a place for that. */
static char in_memory[] = "/dev/shm/ports-fuzz-XXXXXX", on_disk[] = "/tmp/ports-fuzz-XXXXXX";
static const char *root;

/* What is in a /proc of one process, whose descriptor 3 is a socket. */
static const char *const files[] = { "1/stat", "1/comm", "1/cmdline", "1/cgroup", "1/mountinfo", "cgroups" };

static void clear(void)
{
	static const char *const all[] = { "1/fd/3", "1/stat", "1/comm", "1/cmdline", "1/cgroup", "1/mountinfo", "cgroups" };
	static const char *const folders[] = { "/1/fd", "/1", "" };
	struct buf path = BUF_INIT;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		buf_clear(&path);
		buf_printf(&path, "%s/%s", root, all[i]);
		must(unlink(path.data) == 0);
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		buf_clear(&path);
		buf_printf(&path, "%s%s", root, folders[i]);
		must(rmdir(path.data) == 0);
	}
	buf_fini(&path);
}

static void make(void)
{
	struct buf path = BUF_INIT;

	root = mkdtemp(in_memory);
	root = root != NULL ? root : mkdtemp(on_disk);
	must(root != NULL && atexit(clear) == 0);
	buf_printf(&path, "%s/1", root);
	must(mkdir(path.data, 0700) == 0);
	buf_puts(&path, "/fd");
	must(mkdir(path.data, 0700) == 0);
	buf_puts(&path, "/3");
	must(symlink("socket:[7]", path.data) == 0);
	buf_fini(&path);
}

static void fill(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct buf path = BUF_INIT;

		buf_printf(&path, "%s/%s", root, files[i]);
		int file = open(path.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		must(file >= 0 && write(file, data, size) == (ssize_t)size);
		close(file);
		buf_fini(&path);
	}
}

static void show(const struct owner_scan *scan)
{
	size_t count;
	size_t at = owner_scan_find(scan, INODE, &count);
	struct buf text = BUF_INIT;

	must(count == 1);
	const struct owner owner = owner_scan_get(scan, at);
	must(strlen(owner.comm) < sizeof(owner.comm));
	owner_format(&text, &owner);
	for (size_t i = 0; i < scan->told.count; i++) {
		const struct process *process = &scan->told.all[i];

		process_format_command(&text, process);
		cgroup_format(&text, &process->cgroup);
		if (process->cgroup.container != NULL || process->cgroup.pod != NULL)
			cgroup_format_container(&text, &process->cgroup);
	}
	must_be_harmless(&text, false);
	buf_fini(&text);
}

static void look(void)
{
	struct map wanted = MAP_INIT, known = MAP_INIT;
	struct owner_scan scan;

	map_put(&wanted, INODE, WANT_OWNERS);
	owners_scan(&scan, &wanted, &known, root);
	show(&scan);
	owner_scan_fini(&scan);
	map_fini(&wanted);
	map_fini(&known);
}

/* A path goes on from the root of the process. */
static void read_mounts(void)
{
	struct netns_places places = { .all = NULL };
	struct buf process = BUF_INIT;

	buf_printf(&process, "%s/1", root);
	netns_places_read_mounts(&places, process.data);
	for (size_t i = 0; i < places.count; i++)
		must(strncmp(places.all[i].path, process.data, process.length) == 0);
	netns_places_fini(&places);
	buf_fini(&process);
}

/* Whatever the texts, the ranges are some that there are. */
static void take_host(const char *text)
{
	struct host host = { .error = 0 };

	host_take_range(&host, text);
	host_take_reserved(&host, text);
	must(host.values.range_low <= host.values.range_high && host.values.reserved_count <= UINT16_MAX + 1);
	for (size_t i = 1; i < host.values.reserved_count; i++)
		must(host.reserved[i] > host.reserved[i - 1]);
	host_fini(&host);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT;

	use_utf8();
	buf_add(&text, data, size);
	take_host(buf_str(&text));
	if (root == NULL)
		make();
	fill(data, size);
	look();
	read_mounts();
	buf_fini(&text);
	return 0;
}
