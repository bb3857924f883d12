/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/names_worker.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/die.h"
#include "kernel/cgroup.h"
#include "kernel/hosts.h"
#include "kernel/name_queue.h"
#include "kernel/names.h"

enum asker { ASKER_SYSTEM, ASKER_HOSTS, ASKER_COUNT };

struct names_worker {
	struct {
		struct name_queue *queue; /* NULL: not started */
		pthread_t thread;
	} askers[ASKER_COUNT];
	int event;
};

static void *run_system(void *argument)
{
	struct name_queue *queue = argument;
	struct name_question question;
	struct cgroups cgroups = CGROUPS_INIT;

	while (!name_queue_stopped(queue)) {
		name_queue_wait(queue);
		while (name_queue_next(queue, &question)) {
			const struct name_answer answer = { question, names_ask(&question, &cgroups), true };

			name_queue_answer(queue, &answer);
		}
	}
	cgroups_fini(&cgroups);
	name_queue_drop(queue);
	return NULL;
}

static void *run_hosts(void *argument)
{
	hosts_serve(argument);
	name_queue_drop(argument);
	return NULL;
}

static bool start(struct names_worker *worker, enum asker asker)
{
	static void *(*const run[ASKER_COUNT])(void *) = { run_system, run_hosts };
	struct name_queue *queue = name_queue_new(worker->event);

	if (queue == NULL)
		return false;
	if (pthread_create(&worker->askers[asker].thread, NULL, run[asker], queue) != 0) {
		name_queue_drop(queue);
		name_queue_drop(queue); /* for the thread that there is not */
		return false;
	}
	worker->askers[asker].queue = queue;
	return true;
}

/*
 * The one that asks the system may be in a call of which nobody knows when it returns; it is left to itself, and the program
 * may end before it does.  The one that asks for hosts always hears at once that it is to stop.
 */
static void stop(struct names_worker *worker, enum asker asker)
{
	struct name_queue *queue = worker->askers[asker].queue;

	if (queue == NULL)
		return;
	if (name_queue_stop(queue) && asker == ASKER_SYSTEM)
		pthread_detach(worker->askers[asker].thread);
	else
		pthread_join(worker->askers[asker].thread, NULL);
	name_queue_drop(queue);
}

struct names_worker *names_worker_new(void)
{
	int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (event < 0)
		return NULL;
	struct names_worker *worker = xcalloc(1, sizeof(*worker));
	worker->event = event;
	return worker;
}

void names_worker_free(struct names_worker *worker)
{
	if (worker == NULL)
		return;
	for (unsigned asker = 0; asker < ASKER_COUNT; asker++)
		stop(worker, asker);
	close(worker->event);
	free(worker);
}

int names_worker_fd(const struct names_worker *worker)
{
	return worker->event;
}

static bool ask_one(struct names_worker *worker, struct names *names, const struct name_question *question, uint64_t now_ns)
{
	enum asker asker = question->kind == NAME_HOST ? ASKER_HOSTS : ASKER_SYSTEM;

	if (!name_due(&names->of[question->kind], question->key, now_ns))
		return true;
	if (worker->askers[asker].queue == NULL && !start(worker, asker))
		return false;
	if (!name_queue_ask(worker->askers[asker].queue, question))
		return false;
	name_asked(&names->of[question->kind], question->key, now_ns);
	return true;
}

bool names_worker_ask(struct names_worker *worker, struct names *names, const struct sock *sock, unsigned kinds,
		      uint64_t now_ns)
{
	struct name_question wanted[NAMES_OF_SOCK];
	size_t count = names_of_sock(sock, hosts_can_be_asked() ? kinds : kinds & ~(1u << NAME_HOST), wanted);
	bool all = true;

	for (size_t i = 0; i < count; i++)
		all &= ask_one(worker, names, &wanted[i], now_ns);
	return all;
}

void names_worker_ask_cgroup(struct names_worker *worker, struct names *names, uint64_t id, uint64_t now_ns)
{
	for (enum name_kind kind = NAME_CGROUP; kind <= NAME_CONTAINER; kind++)
		ask_one(worker, names, &(struct name_question){ kind, name_number(id) }, now_ns);
}

bool names_worker_take(struct names_worker *worker, struct names *names, uint64_t now_ns)
{
	struct name_answer answer;
	eventfd_t count;
	bool some = false;

	eventfd_read(worker->event, &count);
	for (unsigned asker = 0; asker < ASKER_COUNT; asker++) {
		while (worker->askers[asker].queue != NULL && name_queue_take(worker->askers[asker].queue, &answer)) {
			name_learn(&names->of[answer.question.kind], answer.question.key, answer.name, answer.sure, now_ns);
			free(answer.name);
			some = true;
		}
	}
	return some;
}
