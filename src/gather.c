/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gather.h"

#include <errno.h>
#include <poll.h>

#include "base/clock.h"
#include "kernel/names.h"
#include "kernel/owners.h"

/* How often a snapshot is taken again because the kernel said that it changed under way; then it is used as it is. */
enum { ATTEMPTS = 3 };

#define ANSWER_LIMIT_NS (60 * NS_PER_S)

static void on_sock(void *context, const struct sock *sock, const struct sock_info *info)
{
	struct gathered *gathered = context;

	table_see_info(&gathered->table, sock, info);
	names_learn(&gathered->names, sock, 1u << NAME_USER | 1u << NAME_DEVICE, gathered->table.now_ns);
}

/* A single answer has no past: nothing can be gone from it. */
static void on_class_end(void *context, unsigned proto, unsigned family, bool complete)
{
	(void)context, (void)proto, (void)family, (void)complete;
}

static int snapshot(struct gathered *gathered, const struct query *query)
{
	const struct poller_sink sink = { on_sock, on_class_end, gathered };
	uint64_t now = clock_mono_ns(), end = now + ANSWER_LIMIT_NS;

	table_begin(&gathered->table, now);
	poller_begin(&gathered->poller, query, &sink);
	while (!poller_step(&gathered->poller)) {
		struct pollfd wait = { .fd = poller_fd(&gathered->poller), .events = POLLIN };

		now = clock_mono_ns();
		if (now >= end) {
			poller_abandon(&gathered->poller, -ETIMEDOUT);
			return -ETIMEDOUT;
		}
		poll(&wait, 1, (int)((end - now) / NS_PER_MS) + 1);
	}
	table_end(&gathered->table);
	return poller_failed(&gathered->poller);
}

static void find_owners(struct gathered *gathered, uint32_t needs)
{
	struct map wanted = MAP_INIT;
	const struct map nobody = MAP_INIT;

	table_want_owners(&gathered->table, true, &wanted);
	if (needs & NEED_FLAGS)
		table_want_flags(&gathered->table, &wanted);
	owners_scan(&gathered->scan, &wanted, needs & NEED_PROCESS ? &nobody : NULL, "/proc");
	table_take_owners(&gathered->table, &wanted, &gathered->scan);
	map_fini(&wanted);
}

int gather(struct gathered *gathered, const struct query *query, bool owners)
{
	*gathered = (struct gathered){ .names = NAMES_INIT };
	table_init(&gathered->table);
	int error = poller_open(&gathered->poller);
	for (int attempt = 0; error == 0 && attempt < ATTEMPTS; attempt++) {
		error = snapshot(gathered, query);
		if (!gathered->poller.interrupted)
			break;
	}
	if (error == 0 && owners)
		find_owners(gathered, query->needs);
	return error;
}

void gathered_fini(struct gathered *gathered)
{
	poller_close(&gathered->poller);
	table_fini(&gathered->table);
	names_fini(&gathered->names);
	owner_scan_fini(&gathered->scan);
}
