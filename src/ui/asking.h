/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The question "ports why" asked from the live table: in a thread of its own for each, because the answer looks at all sockets
 * and all of /proc, and keys do not wait for that.
 */
#ifndef UI_ASKING_H
#define UI_ASKING_H

#include <pthread.h>
#include <stdbool.h>

#include "base/buf.h"
#include "model/sock.h"

/* Appends what it would take to bind beside the socket, as lines.  Runs in another thread: it may share nothing with this one. */
typedef void why_fn(const struct sock *sock, struct buf *text);

/* One question at a time; begins as { .event = -1 }. */
struct asking {
	why_fn *why;
	pthread_t thread;
	int event;        /* readable when the answer is there; -1: no question is asked */
	struct sock sock; /* these two are the thread's until then */
	struct buf text;
};

/* Asks about the selected socket: the answer comes into the pane; an older one goes at once. */
struct app;
void asking_ask(struct asking *asking, struct app *app);

/* 0 or -errno; -EBUSY while another question is asked. */
int asking_begin(struct asking *asking, const struct sock *sock);

/* Moves the answer to the caller, who waits if it is not there yet. */
void asking_take(struct asking *asking, struct buf *text);

/* Waits for the answer that nobody wants any more, if one is to come. */
void asking_fini(struct asking *asking);

#endif
