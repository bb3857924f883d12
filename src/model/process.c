/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/process.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/text.h"

void process_fini(struct process *process)
{
	free(process->command_line);
	free(process->directory);
	cgroup_fini(&process->cgroup);
}

void process_list_fini(struct process_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		process_fini(&list->all[i]);
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

void process_format_command(struct buf *out, const struct process *process)
{
	bool none = process->command_line == NULL || process->command_line[0] == '\0';

	buf_puts(out, none ? "[" : "");
	text_clean(out, none ? process->comm : process->command_line);
	buf_puts(out, none ? "]" : "");
}
