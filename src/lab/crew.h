/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The agents of one scenario or of one playground, from the program's side.  Nothing here waits: a step is sent, its result
 * comes when poll(2) says so, and not later than its deadline.
 */
#ifndef LAB_CREW_H
#define LAB_CREW_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lab/scenario.h"
#include "lab/wire.h"

enum { CREW_FDS_MAX = 2 * ACTORS_MAX };

struct member {
	struct lab_name name;
	pid_t pid;            /* 0: the child of a fork that is under way */
	int channel;          /* -1: it has ended */
	const char *fate;     /* and how, in a word */
	int pidfd;            /* readable when it has ended */
	bool waits;           /* for the result of the step with this token */
	bool ends;            /* and that step is its end */
	size_t child;         /* fork: which one it is to be; 0: none */
	uint32_t token;
	uint64_t deadline_ns; /* CLOCK_MONOTONIC */
};

struct crew {
	struct member all[ACTORS_MAX];
	size_t count;
	uint32_t token;          /* of the last step that was sent */
	uint64_t capabilities;   /* that new agents are to keep */
	const char *directory;   /* where their paths begin; NULL: where the program is */
};

/* What became of a step. */
struct result {
	struct reply reply;
	const char *lost;        /* NULL, or in words why there is no reply; reply.token is that of the step all the same */
};

void crew_init(struct crew *crew);

/* Ends every agent. */
void crew_fini(struct crew *crew);

/*
 * Sends a step with an actor, whose agent is started with its first one.  References to ports are to be resolved.  An agent
 * does one step at a time.  0, with the token of the result, or -errno.
 */
int crew_send(struct crew *crew, const struct step *step, uint64_t now_ns, uint32_t *token);

/* What poll(2) is to wait for; how many of fds were filled. */
size_t crew_fds(const struct crew *crew, struct pollfd fds[CREW_FDS_MAX]);

/* When crew_receive is to be called at the latest; UINT64_MAX when no step is under way. */
uint64_t crew_deadline(const struct crew *crew);

/* Takes one result, without waiting; false when there is none yet. */
bool crew_receive(struct crew *crew, uint64_t now_ns, struct result *result);

/* The actor of a process; NULL when it is none of these. */
const struct member *crew_find_pid(const struct crew *crew, pid_t pid);

#endif
