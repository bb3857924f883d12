/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * walk: what it takes to read where every descriptor of every process leads to.  Nothing is done with what is read but to
 * count, which is printed: descriptors, and processes with a folder of them that opens.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static unsigned long walk_descriptors(DIR *folder)
{
	unsigned long count = 0;
	char target[64];

	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    readlinkat(dirfd(folder), entry->d_name, target, sizeof(target)) > 0)
			count++;
	}
	return count;
}

int main(void)
{
	DIR *proc = opendir("/proc");
	unsigned long descriptors = 0, processes = 0;

	if (proc == NULL) {
		perror("walk: /proc");
		return 1;
	}
	for (const struct dirent *entry; (entry = readdir(proc)) != NULL;) {
		char path[300];

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "%s/fd", entry->d_name);
		int fd = openat(dirfd(proc), path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
		if (folder == NULL)
			continue;
		descriptors += walk_descriptors(folder);
		processes++;
		closedir(folder);
	}
	closedir(proc);
	printf("%lu %lu\n", descriptors, processes);
	return 0;
}
