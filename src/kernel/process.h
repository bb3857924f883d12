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

/* Reads the command line and the cgroup of the process of this directory (/proc/PID). */
struct process;
void process_read_texts(int directory, struct process *process);

/* And then from files what its container is called, unless one in the list has been named that is in the same one. */
void process_name_container(struct process *process, const struct process_list *list);

/* When the process of this directory (/proc/PID) was started, in ticks since boot; 0 when that cannot be read. */
uint64_t process_start(int directory);

/*
 * A number that is another one when processes or threads have come or gone since the last time; 0 when that cannot be told.
 * file: of process_watch, an open one.
 */
uint64_t process_changes(int file);
int process_watch(void);

/*
 * Sends a signal to the very process that was started then, and to no other that has its pid by now: through a pidfd,
 * which is checked after it was opened (pidfd_open(2), Linux 5.3).  0, with the pidfd in *pidfd for the caller to poll and
 * to close; or -errno, -ESRCH when that process is gone.
 */
int process_signal(int32_t pid, uint64_t start_ticks, int signal_number, int *pidfd);

/* Why it failed, as the end of a sentence that begins with the process: "has ended already". */
const char *process_signal_reason(int error);

#endif
