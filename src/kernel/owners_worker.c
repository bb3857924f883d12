/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/owners.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/die.h"
#include "base/thread.h"

enum worker_state {
	WORKER_IDLE,
	WORKER_ASKED,   /* wanted and known are the thread's */
	WORKER_DONE,    /* wanted and scan are the caller's again */
	WORKER_STOPPED,
};

struct owners_worker {
	pthread_t thread;
	pthread_mutex_t lock;  /* guards state; the rest belongs to whom the state says */
	pthread_cond_t asked;
	enum worker_state state;
	int event;
	struct map wanted;
	struct map known;
	bool tells;            /* known means something */
	struct owner_scan scan;
};

static void *run(void *argument)
{
	struct owners_worker *worker = argument;

	pthread_mutex_lock(&worker->lock);
	for (;;) {
		while (worker->state != WORKER_ASKED && worker->state != WORKER_STOPPED)
			pthread_cond_wait(&worker->asked, &worker->lock);
		if (worker->state == WORKER_STOPPED)
			break;
		pthread_mutex_unlock(&worker->lock);
		owners_scan(&worker->scan, &worker->wanted, worker->tells ? &worker->known : NULL, "/proc");
		pthread_mutex_lock(&worker->lock);
		if (worker->state == WORKER_STOPPED)
			break;
		worker->state = WORKER_DONE;
		eventfd_write(worker->event, 1);
	}
	pthread_mutex_unlock(&worker->lock);
	return NULL;
}

struct owners_worker *owners_worker_new(void)
{
	struct owners_worker *worker = xcalloc(1, sizeof(*worker));

	worker->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&worker->lock, NULL);
	pthread_cond_init(&worker->asked, NULL);
	int error = worker->event >= 0 ? thread_start(&worker->thread, run, worker) : errno;
	if (error == 0)
		return worker;
	if (worker->event >= 0)
		close(worker->event);
	free(worker);
	errno = error;
	return NULL;
}

void owners_worker_free(struct owners_worker *worker)
{
	if (worker == NULL)
		return;
	pthread_mutex_lock(&worker->lock);
	worker->state = WORKER_STOPPED;
	pthread_cond_signal(&worker->asked);
	pthread_mutex_unlock(&worker->lock);
	pthread_join(worker->thread, NULL);
	pthread_cond_destroy(&worker->asked);
	pthread_mutex_destroy(&worker->lock);
	close(worker->event);
	map_fini(&worker->wanted);
	map_fini(&worker->known);
	owner_scan_fini(&worker->scan);
	free(worker);
}

int owners_worker_fd(const struct owners_worker *worker)
{
	return worker->event;
}

/* Leaves an empty map where the other one was. */
static void move(struct map *to, struct map *from)
{
	*to = *from;
	*from = (struct map)MAP_INIT;
}

bool owners_worker_begin(struct owners_worker *worker, struct map *wanted, struct map *known)
{
	pthread_mutex_lock(&worker->lock);
	bool idle = worker->state == WORKER_IDLE;
	if (idle) {
		move(&worker->wanted, wanted);
		worker->tells = known != NULL;
		if (known != NULL)
			move(&worker->known, known);
		worker->state = WORKER_ASKED;
		pthread_cond_signal(&worker->asked);
	}
	pthread_mutex_unlock(&worker->lock);
	return idle;
}

bool owners_worker_take(struct owners_worker *worker, struct map *wanted, struct owner_scan *scan)
{
	eventfd_t ended;

	pthread_mutex_lock(&worker->lock);
	bool done = worker->state == WORKER_DONE;
	if (done) {
		eventfd_read(worker->event, &ended);
		move(wanted, &worker->wanted);
		map_fini(&worker->known);
		*scan = worker->scan;
		worker->scan = (struct owner_scan){ .holdings = NULL };
		worker->state = WORKER_IDLE;
	}
	pthread_mutex_unlock(&worker->lock);
	return done;
}
