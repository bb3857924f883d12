/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What /proc tells of single processes (proc(5)), for the few that are looked at more closely.
 */
#ifndef KERNEL_PROCESS_H
#define KERNEL_PROCESS_H

#include <stdint.h>

struct process_list;

/* How many processes are described at most, and how far up the chain of parents it goes. */
enum { PROCESS_MAX = 16, PROCESS_PARENTS_MAX = 8 };

/* Adds what can be read of the process and of its parents, as far as they are not in the list.  One that is gone is not. */
void process_describe(struct process_list *list, int32_t pid);

/* When the process was started, in ticks since boot; 0 when there is none. */
uint64_t process_start(int32_t pid);

#endif
