/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "why_elsewhere.h"

#include <stdlib.h>

#include "base/die.h"
#include "kernel/process.h"
#include "kernel/source.h"
#include "model/netns.h"
#include "model/rules.h"

static bool is_on_port(const struct row *row, const struct bind_wish *wish)
{
	const struct sock *sock = &row->sock;

	if (sock->netns == 0 || sock->local_port != wish->port || !rules_knows(sock))
		return false;
	const struct bind_sock other = rules_sock(sock);
	return rules_same_table(wish, &other);
}

static void collect(struct elsewhere *elsewhere, const struct bind_wish *wish)
{
	const struct table *table = &elsewhere->gathered.table;
	size_t count = 0;

	elsewhere->rows = xrealloc_array(NULL, table->count + 1, sizeof(elsewhere->rows[0]));
	for (size_t i = 0; i < table->count; i++) {
		const struct row *row = &table->rows[i];

		if (!is_on_port(row, wish))
			continue;
		elsewhere->rows[count++] = row;
		for (uint32_t k = 0; k < row->owner_count; k++)
			process_describe(&elsewhere->processes, row_owner(row, k)->pid);
	}
	elsewhere->found.count = count;
}

bool elsewhere_look(struct elsewhere *elsewhere, const struct bind_wish *wish, struct clock *clock)
{
	static const struct netns_wish all = { .all = true };
	const struct source_live_options options = { .clock = clock, .owners = true };
	struct query query;

	query_init(&query);
	query.protos |= wish->proto == BIND_UDPLITE ? UINT32_C(1) << PROTO_UDPLITE : 0;
	query.states = STATES_LISTENING;
	query.netns = &all;
	portset_add(&query.ports, wish->port, wish->port);
	if (source_live_open(&elsewhere->source, &options) < 0 ||
	    gather(&elsewhere->gathered, elsewhere->source, &query, true) < 0)
		return false;
	collect(elsewhere, wish);
	source_explain(elsewhere->source, &elsewhere->gaps);
	elsewhere->columns = (struct column_context){ .names = &elsewhere->gathered.names, .now_ns = elsewhere->gathered.table.now_ns };
	elsewhere->context = (struct why_context){
		.columns = &elsewhere->columns,
		.processes = &elsewhere->processes,
		.scan = &elsewhere->gathered.scan,
	};
	elsewhere->found.rows = elsewhere->rows;
	elsewhere->found.gaps = elsewhere->gaps.length > 0 ? elsewhere->gaps.data : NULL;
	elsewhere->found.context = &elsewhere->context;
	return true;
}

void elsewhere_fini(struct elsewhere *elsewhere)
{
	if (elsewhere->source == NULL)
		return;
	gathered_fini(&elsewhere->gathered);
	process_list_fini(&elsewhere->processes);
	source_close(elsewhere->source);
	free(elsewhere->rows);
	buf_fini(&elsewhere->gaps);
}
