/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starts agents, and enters the private network namespace that scenarios run in.
 */
#ifndef LAB_SPAWN_H
#define LAB_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

#include "lab/agent.h"

struct spawned {
	pid_t pid;
	int channel; /* this end; non-blocking */
};

/* Two ends of a channel: the program's, which does not block, and an agent's.  0 or -errno. */
int spawn_channel(int *mine, int *its);

/* Starts an agent.  That it could not is also seen by the end of its channel.  0 or -errno. */
int spawn_agent(const struct agent_start *start, struct spawned *spawned);

/*
 * Moves this process into a network namespace of its own with nothing in it but lo, which is up: through a user namespace
 * where that is what it takes.  A process with threads cannot do the latter (unshare(2)).  Every call makes a new one.
 * files: into a mount namespace, too, in which /tmp is empty and its own.  0 or -errno.
 */
int spawn_private(bool files);

/* Whether ::1 can be bound in the namespace that the process is in. */
bool spawn_has_inet6(void);

/* Whether the user namespace that the process is in has more than one user; spawn_private may have made one that has not. */
bool spawn_has_users(void);

/* Executes this very program anew in this process.  -errno; it does not return when that works. */
int spawn_again(char *const argv[]);

/* Where the agents' paths begin after spawn_private with files. */
#define SPAWN_DIRECTORY "/tmp"

#endif
