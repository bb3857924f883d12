/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/netns_place.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/die.h"
#include "kernel/netns.h"
#include "model/netns.h"

/* The greatest process id (PID_MAX_LIMIT, linux/threads.h); inodes of namespaces begin far above it (PROC_DYNAMIC_FIRST). */
enum { PID_MOST = 1 << 22 };

/* iproute2 uses the former; the latter is another folder only where /var/run is no link to /run. */
static const char *const folders[] = { "/run/netns", "/var/run/netns" };

enum { FOLDERS = sizeof(folders) / sizeof(folders[0]) };

void netns_places_add(struct netns_places *places, uint32_t inode, const char *path)
{
	places->all = xrealloc_array(places->all, places->count + 1, sizeof(places->all[0]));
	places->all[places->count++] = (struct netns_place){ inode, xstrdup(path) };
}

void netns_places_fini(struct netns_places *places)
{
	for (size_t i = 0; i < places->count; i++)
		free(places->all[i].path);
	free(places->all);
	*places = (struct netns_places){ .all = NULL };
}

/* What is no namespace is a folder, or what is left of one that was unmounted. */
static void read_folder(struct netns_places *places, const char *folder)
{
	DIR *directory = opendir(folder);
	struct buf path = BUF_INIT;

	for (const struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
		uint32_t inode;

		buf_clear(&path);
		buf_printf(&path, "%s/%s", folder, entry->d_name);
		int fd = netns_find(path.data, &inode);
		if (fd < 0)
			continue;
		close(fd);
		netns_places_add(places, inode, path.data);
	}
	if (directory != NULL)
		closedir(directory);
	buf_fini(&path);
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct netns_place *)a)->path, ((const struct netns_place *)b)->path);
}

void netns_places_read_names(struct netns_places *places)
{
	for (size_t i = 0; i < FOLDERS; i++)
		read_folder(places, folders[i]);
	if (places->count > 1)
		qsort(places->all, places->count, sizeof(places->all[0]), compare);
}

/* Blanks and the like are octal numbers behind a backslash (proc_pid_mountinfo(5)). */
static void unescape(char *word)
{
	char *to = word;

	for (const char *from = word; *from != '\0'; to++) {
		unsigned code;

		if (from[0] == '\\' && sscanf(from + 1, "%3o", &code) == 1) {
			*to = (char)code;
			from += strspn(from + 1, "01234567") < 3 ? 1 + strspn(from + 1, "01234567") : 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
}

/* A line's fourth word is what of its file system is mounted, the fifth where, below the root of the process. */
static void read_mount(struct netns_places *places, const char *process, char *line)
{
	struct buf place = BUF_INIT;
	uint32_t inode;

	for (int i = 0; i < 3; i++)
		strsep(&line, " ");
	const char *root = strsep(&line, " ");
	char *path = strsep(&line, " ");
	if (path == NULL || !netns_parse_link(root, &inode))
		return;
	unescape(path);
	buf_printf(&place, "%s/root%s", process, path);
	netns_places_add(places, inode, place.data);
	buf_fini(&place);
}

void netns_places_read_mounts(struct netns_places *places, const char *process)
{
	char *line = NULL, path[64];
	size_t size = 0;

	snprintf(path, sizeof(path), "%s/mountinfo", process);
	FILE *file = fopen(path, "re");

	while (file != NULL && getline(&line, &size, file) > 0)
		read_mount(places, process, line);
	free(line);
	if (file != NULL)
		fclose(file);
}

const char *netns_places_path(const struct netns_places *places, uint32_t inode)
{
	for (size_t i = 0; i < places->count; i++) {
		if (places->all[i].inode == inode)
			return places->all[i].path;
	}
	return NULL;
}

bool netns_parse_link(const char *target, uint32_t *inode)
{
	return sscanf(target, "net:[%u]", inode) == 1;
}

bool netns_parse_number(const char *word, uint64_t *number)
{
	char *end;

	*number = strtoull(word, &end, 10);
	return isdigit((unsigned char)word[0]) && *end == '\0';
}

bool netns_word_path(struct buf *path, const char *word)
{
	uint64_t number;

	for (size_t i = 0; word[0] != '/' && i < FOLDERS; i++) {
		buf_clear(path);
		buf_printf(path, "%s/%s", folders[i], word);
		if (access(path->data, F_OK) == 0)
			return true;
	}
	buf_clear(path);
	if (word[0] == '/')
		buf_puts(path, word);
	else if (strcmp(word, NETNS_OWN_NAME) == 0)
		buf_puts(path, NETNS_OWN_PATH);
	else if (netns_parse_number(word, &number) && number <= PID_MOST)
		buf_printf(path, "/proc/%llu/ns/net", (unsigned long long)number);
	return path->length > 0;
}
