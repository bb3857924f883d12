/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/name_queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/die.h"

struct name_queue {
	pthread_mutex_t lock; /* guards all the rest but the descriptors */
	struct name_question questions[NAME_QUEUE_MOST]; /* a ring */
	struct name_answer answers[NAME_QUEUE_MOST];
	size_t first, waiting; /* questions that nobody is at yet */
	size_t held;           /* those that the thread is at */
	size_t answer_count;
	unsigned sides;        /* that have not let go of it */
	bool stopped;
	int wake, answered;    /* eventfds: to the thread, from it */
};

struct name_queue *name_queue_new(int answered)
{
	int wake = eventfd(0, EFD_CLOEXEC);

	if (wake < 0)
		return NULL;
	struct name_queue *queue = xcalloc(1, sizeof(*queue));
	pthread_mutex_init(&queue->lock, NULL);
	queue->wake = wake;
	queue->answered = answered;
	queue->sides = 2;
	return queue;
}

bool name_queue_ask(struct name_queue *queue, const struct name_question *question)
{
	pthread_mutex_lock(&queue->lock);
	bool room = queue->waiting + queue->held + queue->answer_count < NAME_QUEUE_MOST;
	if (room) {
		queue->questions[(queue->first + queue->waiting++) % NAME_QUEUE_MOST] = *question;
		eventfd_write(queue->wake, 1);
	}
	pthread_mutex_unlock(&queue->lock);
	return room;
}

bool name_queue_take(struct name_queue *queue, struct name_answer *answer)
{
	pthread_mutex_lock(&queue->lock);
	bool some = queue->answer_count > 0;
	if (some)
		*answer = queue->answers[--queue->answer_count];
	pthread_mutex_unlock(&queue->lock);
	return some;
}

bool name_queue_stop(struct name_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->stopped = true;
	bool busy = queue->held > 0;
	eventfd_write(queue->wake, 1);
	pthread_mutex_unlock(&queue->lock);
	return busy;
}

int name_queue_fd(const struct name_queue *queue)
{
	return queue->wake;
}

void name_queue_wait(struct name_queue *queue)
{
	eventfd_t count;

	eventfd_read(queue->wake, &count);
}

bool name_queue_next(struct name_queue *queue, struct name_question *question)
{
	pthread_mutex_lock(&queue->lock);
	bool some = queue->waiting > 0 && !queue->stopped;
	if (some) {
		*question = queue->questions[queue->first];
		queue->first = (queue->first + 1) % NAME_QUEUE_MOST;
		queue->waiting--;
		queue->held++;
	}
	pthread_mutex_unlock(&queue->lock);
	return some;
}

void name_queue_answer(struct name_queue *queue, const struct name_answer *answer)
{
	pthread_mutex_lock(&queue->lock);
	queue->held--;
	queue->answers[queue->answer_count++] = *answer;
	if (!queue->stopped)
		eventfd_write(queue->answered, 1);
	pthread_mutex_unlock(&queue->lock);
}

bool name_queue_stopped(struct name_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	bool stopped = queue->stopped;
	pthread_mutex_unlock(&queue->lock);
	return stopped;
}

void name_queue_drop(struct name_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	bool last = --queue->sides == 0;
	pthread_mutex_unlock(&queue->lock);
	if (!last)
		return;
	for (size_t i = 0; i < queue->answer_count; i++)
		free(queue->answers[i].name);
	close(queue->wake);
	pthread_mutex_destroy(&queue->lock);
	free(queue);
}
