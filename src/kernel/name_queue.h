/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions to a thread that asks a name service, and its answers.  Bounded: what does not fit is asked later.
 *
 * It belongs to both sides, and is freed when both have let go of it: one that has no time to lose need not wait for a
 * thread that is in the hands of a name service.
 */
#ifndef KERNEL_NAME_QUEUE_H
#define KERNEL_NAME_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/names.h"

/* How many may be asked and not taken; some name servers answer no more than 150 at a time. */
enum { NAME_QUEUE_MOST = 128 };

struct name_answer {
	struct name_question question;
	char *name; /* owned; NULL: none */
	bool sure;  /* somebody who should know says so */
};

struct name_queue;

/* answered: an eventfd that becomes readable when there are answers; not owned.  NULL and errno when it cannot be had. */
struct name_queue *name_queue_new(int answered);

/* What the side that asks does.  Asking is false when there is no room; taking, when there are no answers. */
bool name_queue_ask(struct name_queue *queue, const struct name_question *question);
bool name_queue_take(struct name_queue *queue, struct name_answer *answer);

/* No more questions are handed out, and no answers announced.  Returns whether the other side is at one at this moment. */
bool name_queue_stop(struct name_queue *queue);

/* What the thread does.  The descriptor is readable when it has something to look at: to wait is to wait for that. */
int name_queue_fd(const struct name_queue *queue);
void name_queue_wait(struct name_queue *queue);
bool name_queue_next(struct name_queue *queue, struct name_question *question);
void name_queue_answer(struct name_queue *queue, const struct name_answer *answer);
bool name_queue_stopped(struct name_queue *queue);

/* What each side does once. */
void name_queue_drop(struct name_queue *queue);

#endif
