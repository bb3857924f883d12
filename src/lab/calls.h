/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps as system calls, in the process of an agent: its sockets by name, and one call for one step.
 */
#ifndef LAB_CALLS_H
#define LAB_CALLS_H

#include <stddef.h>
#include <stdint.h>

#include "lab/scenario.h"
#include "lab/wire.h"

struct held_socket {
	struct lab_name name;
	uint8_t kind; /* enum socket_kind */
	int fd;
};

struct held_sockets {
	struct held_socket all[ACTOR_SOCKETS_MAX];
	size_t count;
	int channel; /* to the program: when it is closed, waiting ends */
};

/* accept, connect and recv wait for so long. */
enum { STEP_WAIT_MS = 3000 };

/* Makes the call of a step with a socket, and fills in the reply but for its token. */
void calls_make(struct held_sockets *held, const struct step *step, struct reply *reply);

/* Sets the reply's word by 0 or -errno. */
void reply_error(struct reply *reply, int error);

#endif
