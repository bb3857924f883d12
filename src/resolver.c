/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "resolver.h"

#include <poll.h>

#include "base/buf.h"
#include "kernel/hosts.h"
#include "kernel/names.h"
#include "kernel/names_worker.h"
#include "model/table.h"

#define HOSTS (1u << NAME_HOST)
#define SERVICES (1u << NAME_SERVICE)

void resolver_fini(struct resolver *resolver)
{
	names_worker_free(resolver->worker);
	names_fini(&resolver->names);
}

static void move_kind(struct names *to, struct names *from, enum name_kind kind)
{
	to->of[kind] = from->of[kind];
	from->of[kind] = (struct name_cache){ .all = NULL };
}

void resolver_keep(struct resolver *resolver, struct names *names)
{
	move_kind(&resolver->names, names, NAME_SERVICE);
	move_kind(&resolver->names, names, NAME_HOST);
}

/* Asks for the hosts of the rows from here on; returns the first one for which there was no room. */
static size_t ask(struct resolver *resolver, const struct table *table, size_t from, struct names *names)
{
	uint64_t now = clock_mono_ns();

	while (from < table->count && names_worker_ask(resolver->worker, names, &table->rows[from].sock, HOSTS, now))
		from++;
	return from;
}

static void find_hosts(struct resolver *resolver, const struct table *table, struct names *names)
{
	uint64_t now = clock_mono_ns(), end = now + RESOLVER_WAIT_NS;
	size_t asked = ask(resolver, table, 0, names);

	while ((asked < table->count || names->of[NAME_HOST].pending > 0) && now < end) {
		struct pollfd answers = { .fd = names_worker_fd(resolver->worker), .events = POLLIN };

		poll(&answers, 1, (int)((end - now) / NS_PER_MS) + 1);
		now = clock_mono_ns();
		names_worker_take(resolver->worker, names, now);
		asked = ask(resolver, table, asked, names);
	}
}

/* How many different addresses there are of which nobody who should know has said anything. */
static size_t count_unanswered(const struct table *table, const struct names *names)
{
	struct name_cache counted = { .most = 0 };

	for (size_t i = 0; i < table->count; i++) {
		struct name_question hosts[NAMES_OF_SOCK];
		size_t count = names_of_sock(&table->rows[i].sock, HOSTS, hosts);

		for (size_t k = 0; k < count; k++) {
			if (!name_is_sure(&names->of[NAME_HOST], hosts[k].key))
				name_asked(&counted, hosts[k].key, 0);
		}
	}
	size_t unanswered = counted.count;
	name_cache_fini(&counted);
	return unanswered;
}

void resolver_resolve(struct resolver *resolver, const struct table *table, struct names *names)
{
	struct name_cache *hosts = &names->of[NAME_HOST];

	move_kind(names, &resolver->names, NAME_SERVICE);
	move_kind(names, &resolver->names, NAME_HOST);
	names->resolve = true;
	for (size_t i = 0; i < table->count; i++)
		names_learn(names, &table->rows[i].sock, SERVICES, table->now_ns);
	if (!hosts_can_be_asked())
		return;
	hosts->most = 2 * table->count > NAMES_MOST ? 2 * table->count : NAMES_MOST;
	if (resolver->worker == NULL)
		resolver->worker = names_worker_new();
	if (resolver->worker != NULL)
		find_hosts(resolver, table, names);
	resolver->unanswered = count_unanswered(table, names);
}

void resolver_explain(struct buf *out, const struct resolver *resolver)
{
	if (!hosts_can_be_asked())
		buf_puts(out, HOSTS_CANNOT_BE_ASKED);
	else if (resolver->unanswered > 0)
		buf_printf(out, "%zu %s: no name server has answered within %u s", resolver->unanswered,
			   resolver->unanswered == 1 ? "address stays a number" : "addresses stay numbers",
			   (unsigned)(RESOLVER_WAIT_NS / NS_PER_S));
}
