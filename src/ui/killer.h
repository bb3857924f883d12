/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals to the processes of a hit, and waiting for their ends, so that it can be told what became of them.
 * Connects ui/hit.h with the kernel; nothing here waits.
 */
#ifndef UI_KILLER_H
#define UI_KILLER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/holder.h"
#include "ui/hit.h"

struct app;
struct source;

/* A process that was sent a signal. */
struct killed {
	struct owner process;
	struct holder_port port; /* of the socket that it was killed for */
	int pidfd; /* -1 once it has ended */
};

struct killer {
	struct killed killed[HIT_MAX];
	size_t count;
	bool ended; /* one has ended, and that was not told yet */
};

/* Sends the hit's signal to its processes, and says what happened as the app's message. */
void killer_begin(struct killer *killer, struct app *app);

/* Destroys the hit's sockets, and says what happened. */
void killer_destroy(struct app *app, struct source *source);

/* Fills polled, of HIT_MAX at least, with what is to be waited for; returns how many. */
size_t killer_poll(const struct killer *killer, struct pollfd *polled);

/* Takes the result of the same poll(2); true when a process has ended. */
bool killer_serve(struct killer *killer, const struct pollfd *polled, size_t count);

/* Says, by the table as it is now, what became of the ports of those that have ended, and forgets them. */
void killer_report(struct killer *killer, struct app *app);

/* Forgets all of them. */
void killer_fini(struct killer *killer);

#endif
