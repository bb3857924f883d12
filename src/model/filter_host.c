/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/filter_host.h"

#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

struct port_range filter_host_ephemeral(void)
{
	FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
	struct port_range range = { 32768, 60999 };
	unsigned low, high;

	if (file == NULL)
		return range;
	if (fscanf(file, "%u %u", &low, &high) == 2 && low <= high && high <= UINT16_MAX)
		range = (struct port_range){ (uint16_t)low, (uint16_t)high };
	fclose(file);
	return range;
}

void filter_host_cgroup_mount(struct buf *path)
{
	FILE *file = setmntent("/proc/self/mounts", "re");
	const struct mntent *entry;

	while (file != NULL && path->length == 0 && (entry = getmntent(file)) != NULL) {
		if (strcmp(entry->mnt_type, "cgroup2") == 0)
			buf_puts(path, entry->mnt_dir);
	}
	if (file != NULL)
		endmntent(file);
}

/* The handle of a folder there is the number that the kernel gives to its cgroup (cgroup_get_from_id, Linux 5.5). */
static int read_handle(const char *path, uint64_t *id)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(*id)];
	} of = { .handle = { .handle_bytes = sizeof(*id) } };
	int mount;

	if (name_to_handle_at(AT_FDCWD, path, &of.handle, &mount, 0) < 0)
		return -errno;
	if (of.handle.handle_bytes != sizeof(*id))
		return -EINVAL;
	memcpy(id, of.handle.f_handle, sizeof(*id));
	return 0;
}

int filter_host_cgroup(const char *path, uint64_t *id)
{
	struct buf whole = BUF_INIT;
	int result = -ENODEV;

	filter_host_cgroup_mount(&whole);
	if (whole.length > 0 && strncmp(path, whole.data, whole.length) == 0)
		result = read_handle(path, id);
	else if (whole.length > 0) {
		buf_printf(&whole, "%s%s", path[0] == '/' ? "" : "/", path);
		result = read_handle(whole.data, id);
	}
	buf_fini(&whole);
	return result;
}
