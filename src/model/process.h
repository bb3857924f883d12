/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is told of a process that owns a socket: one that runs, or was looked at while it did.
 */
#ifndef MODEL_PROCESS_H
#define MODEL_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#include "model/cgroup.h"

struct buf;

/* Texts are as the process or its user chose them, so never print them uncleaned; NULL: could not be read. */
struct process {
	int32_t pid;
	int32_t parent;       /* 0: none, or not known */
	uint64_t start_ticks; /* since boot, in clock ticks: with the pid it names one process for good (proc(5)) */
	char comm[16];
	char *command_line;   /* owned; arguments with blanks between them; its first 4 KiB */
	char *directory;      /* owned; the current one */
	struct cgroup cgroup; /* in the unified hierarchy, or else in systemd's own one */
};

struct process_list {
	struct process *all; /* owned */
	size_t count;
};

/* Frees what it owns. */
void process_fini(struct process *process);

void process_list_fini(struct process_list *list);

/* The list with room for one more process, zeroed, which is returned. */
struct process *process_list_add(struct process_list *list);

/* NULL when it is not in the list. */
const struct process *process_list_find(const struct process_list *list, int32_t pid);

/* Appends the command line, cleaned; "[name]" where there is none, as kernel threads have none. */
void process_format_command(struct buf *out, const struct process *process);

#endif
