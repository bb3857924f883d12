/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gather.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "kernel/cgroup.h"
#include "kernel/names.h"
#include "kernel/source.h"
#include "model/column.h"
#include "model/filter.h"
#include "model/proto.h"

/* How often a snapshot is taken again because the kernel said that it changed under way; then it is used as it is. */
enum { ATTEMPTS = 3 };

#define ANSWER_LIMIT_NS (60 * NS_PER_S)

static void on_begin(void *context, uint64_t now_ns)
{
	struct gathered *gathered = context;

	table_begin(&gathered->table, now_ns);
}

static void on_sock(void *context, const struct sock *sock, const struct sock_info *info)
{
	struct gathered *gathered = context;

	table_see_info(&gathered->table, sock, info);
	if (gathered->made_up)
		return;
	names_learn(&gathered->names, sock, 1u << NAME_USER | 1u << NAME_DEVICE, gathered->table.now_ns);
	if (info == NULL || !(info->have & INFO_CGROUP))
		return;
	if (gathered->cgroups == NULL)
		gathered->cgroups = xcalloc(1, sizeof(*gathered->cgroups));
	names_learn_cgroup(&gathered->names, gathered->cgroups, info->cgroup, gathered->table.now_ns);
}

/* What is gone since an earlier attempt, or since the beginning of a recording, is not listed. */
static void on_class_end(void *context, unsigned proto, unsigned family, bool complete)
{
	struct gathered *gathered = context;

	gathered->incomplete[proto] &= ~(UINT32_C(1) << family);
	if (complete)
		table_end_class(&gathered->table, proto, family);
	else
		gathered->incomplete[proto] |= UINT32_C(1) << family;
}

static void on_narrowed(void *context, const struct query *query)
{
	struct gathered *gathered = context;

	table_retain(&gathered->table, query);
}

static void on_end(void *context)
{
	struct gathered *gathered = context;

	table_end(&gathered->table);
}

static void on_destroyed(void *context, const struct sock *sock)
{
	struct gathered *gathered = context;

	if (gathered->destroyed == NULL)
		return;
	table_destroyed(&gathered->table, sock);
	gathered->destroyed(gathered->context, sock);
}

static void on_lost(void *context)
{
	struct gathered *gathered = context;

	if (gathered->lost != NULL)
		gathered->lost(gathered->context);
}

static void on_owners(void *context, const struct map *wanted, struct owner_scan *scan)
{
	struct gathered *gathered = context;

	table_take_owners(&gathered->table, wanted, scan);
	gathered->scan = owner_scan_summary(scan);
}

static int snapshot(struct source *source, const struct query *query)
{
	uint64_t now = clock_now_ns(source->clock), end = now + ANSWER_LIMIT_NS;

	source_begin(source, query);
	while (source->running) {
		now = clock_now_ns(source->clock);
		if (now >= end) {
			source_abandon(source, -ETIMEDOUT);
			return -ETIMEDOUT;
		}
		source_wait(source, end - now);
	}
	return source_failed(source);
}

struct sieve {
	const struct filter *filter;
	struct column_context context;
};

/* What is still to be found out about a row may let it pass. */
static bool may_pass(const void *context, const struct row *row)
{
	const struct sieve *sieve = context;

	if (row->sock.family == FAMILY_UNIX)
		return true; /* the one at the other end may be shown, and be known by this one's name */
	return filter_judge(sieve->filter, row, &sieve->context, KNOWN_ALL & ~(unsigned)(KNOWN_OWNERS | KNOWN_NAMES)) != TRUTH_FALSE;
}

/* Nobody looks for the owners of what is not shown anyway. */
static void drop_others(struct gathered *gathered, const struct query *query)
{
	const struct sieve sieve = {
		.filter = query->filter,
		.context = { .names = &gathered->names, .table = &gathered->table, .now_ns = gathered->table.now_ns },
	};

	if (query->filter != NULL)
		table_keep(&gathered->table, may_pass, &sieve);
}

/* A recording is played to its end. */
static int play(struct source *source, const struct query *query)
{
	source_begin(source, query);
	while (!source->ended)
		source_wait(source, ANSWER_LIMIT_NS);
	return source_failed(source);
}

bool gather_seek(struct gathered *gathered, struct source *source, const struct query *query, bool all)
{
	struct map wanted = MAP_INIT;
	struct map nobody = MAP_INIT;

	table_want_owners(&gathered->table, all, &wanted);
	for (size_t i = 0; (query->needs & NEED_FLAGS) != 0 && i < gathered->table.count; i++)
		row_want_flags(&gathered->table.rows[i], all, &wanted);
	bool begun = (all || wanted.count > 0) &&
		     source_seek(source, &wanted, query->needs & NEED_PROCESS ? &nobody : NULL);
	map_fini(&nobody);
	map_fini(&wanted);
	return begun;
}

void gather_owners(struct gathered *gathered, struct source *source, const struct query *query, bool all)
{
	while (source->seeking) /* for those who asked before */
		source_wait(source, NS_PER_S);
	gather_seek(gathered, source, query, all);
	while (source->seeking)
		source_wait(source, NS_PER_S);
}

void gather_begin(struct gathered *gathered, struct source *source)
{
	*gathered = (struct gathered){ .names = NAMES_INIT, .made_up = source->made_up };
	table_init(&gathered->table);
	gathered->table.linger_ns = 0;
	source->sink = (struct source_sink){
		.begin = on_begin,
		.narrowed = on_narrowed,
		.sock = on_sock,
		.class_end = on_class_end,
		.end = on_end,
		.destroyed = on_destroyed,
		.lost = on_lost,
		.owners = on_owners,
		.names = &gathered->names,
		.context = gathered,
	};
}

int gather_look(struct gathered *gathered, struct source *source, const struct query *query)
{
	int error = 0;

	if (source->paced)
		error = play(source, query);
	else
		table_retain(&gathered->table, query); /* so that it knows what would have come before */
	for (int attempt = 0; !source->paced && error == 0 && attempt < ATTEMPTS; attempt++) {
		error = snapshot(source, query);
		if (!source->interrupted)
			break;
	}
	cgroup_store_learn(&gathered->table.cgroups, &gathered->names);
	gathered->tours = source->tours;
	gathered->refused = source->refused;
	gathered->real_ns = clock_day_ns(source->clock);
	return error;
}

/* Where the owners of nearly everything will be wanted, and they alone, they need not be known to be looked for. */
static bool seek_ahead(struct source *source, const struct query *query)
{
	return query_is_wide(query) && (query->needs & (NEED_FLAGS | NEED_PROCESS)) == 0 && source_seek_ahead(source);
}

int gather(struct gathered *gathered, struct source *source, const struct query *query, bool owners)
{
	gather_begin(gathered, source);
	bool ahead = owners && seek_ahead(source, query);
	int error = gather_look(gathered, source, query);

	drop_others(gathered, query);
	if (error == 0 && owners)
		gather_owners(gathered, source, query, !ahead);
	source_learnt(source);
	gathered->real_ns = clock_day_ns(source->clock);
	return error;
}

uint32_t gathered_protos(const struct gathered *gathered)
{
	uint32_t known = 0;

	for (unsigned proto = 0; proto < PROTO_COUNT; proto++)
		known |= gathered->incomplete[proto] != proto_entries[proto].families ? UINT32_C(1) << proto : 0;
	return known;
}

/* Makes a line of the sentence, if there is one, and empties it. */
static void add_gap(struct buf *text, struct buf *gap)
{
	if (gap->length > 0)
		buf_printf(text, "ports: %s\n", gap->data);
	buf_clear(gap);
}

void gather_explain(struct buf *out, const struct source *source)
{
	struct buf gap = BUF_INIT;

	source_explain(source, &gap);
	add_gap(out, &gap);
	buf_fini(&gap);
}

void gathered_explain(struct buf *out, const struct gathered *gathered, const struct source *source)
{
	struct buf gap = BUF_INIT;
	int error = 0;
	size_t hidden_flags = table_hidden_flags(&gathered->table, &error);

	gather_explain(out, source);
	owner_scan_explain(&gap, &gathered->scan, table_hidden(&gathered->table), false);
	add_gap(out, &gap);
	owner_scan_explain_flags(&gap, &gathered->scan, hidden_flags, error, false);
	add_gap(out, &gap);
	buf_fini(&gap);
}

void gathered_fini(struct gathered *gathered)
{
	table_fini(&gathered->table);
	names_fini(&gathered->names);
	if (gathered->cgroups != NULL)
		cgroups_fini(gathered->cgroups);
	free(gathered->cgroups);
}
