/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A helper process: one actor of a scenario.  It does what it is told over its channel, one system call a message, and ends
 * with the program, whatever ends that.
 *
 * What it may do is little: verbs of a closed list with addresses in numbers, and no system call but theirs (lab/fence.h).
 * It can gain no rights (no_new_privs), has only the capabilities that it is started with, no environment, and no descriptor
 * but its channel and its own sockets.
 */
#ifndef LAB_AGENT_H
#define LAB_AGENT_H

#include <stdint.h>
#include <sys/types.h>

#include "lab/endpoint.h"

/* The first word of the command line of an agent; it is not for people. */
#define AGENT_WORD "--agent"

/* What an agent is started with. */
struct agent_start {
	struct lab_name name;
	uint64_t capabilities; /* bit 1 << CAP_...: those that it keeps, of those that the program has */
	pid_t parent;          /* the program: when that is gone, so is the agent */
	const char *directory; /* where paths of unix sockets begin; NULL: where the program is */
};

/*
 * The child of a fork becomes an agent: executes this very program anew with AGENT_WORD.  Only calls that a child of
 * a program with threads may make.
 */
void agent_exec(int channel, const struct agent_start *start) __attribute__((noreturn));

/* The whole life of an agent; returns, with a status to end with, only where the words are not those of agent_exec. */
int agent_main(int argc, char *const argv[]);

#endif
