/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/process.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"

void process_list_fini(struct process_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->all[i].command_line);
		free(list->all[i].directory);
		free(list->all[i].cgroup);
	}
	free(list->all);
	*list = (struct process_list){ .all = NULL };
}

struct process *process_list_add(struct process_list *list)
{
	list->all = xrealloc_array(list->all, list->count + 1, sizeof(list->all[0]));
	list->all[list->count] = (struct process){ .pid = 0 };
	return &list->all[list->count++];
}

const struct process *process_list_find(const struct process_list *list, int32_t pid)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->all[i].pid == pid)
			return &list->all[i];
	}
	return NULL;
}

static bool is_unit(const char *part, size_t length)
{
	static const char *const endings[] = { ".service", ".scope", ".socket", ".slice" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t ending = strlen(endings[i]);

		if (length > ending && strncmp(part + length - ending, endings[i], ending) == 0)
			return true;
	}
	return false;
}

const char *process_unit(const char *cgroup, size_t *length)
{
	const char *unit = NULL;

	for (const char *part = cgroup; part != NULL && *part != '\0';) {
		size_t part_length = strcspn(part, "/");

		if (is_unit(part, part_length)) {
			unit = part;
			*length = part_length;
		}
		part += part_length + (part[part_length] == '/' ? 1 : 0);
	}
	return unit;
}
