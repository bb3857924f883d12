/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "model/query.h"
#include "model/table.h"

void listing_fini(struct listing *listing)
{
	free(listing->rows);
	*listing = (struct listing){ .rows = NULL };
}

static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Who waits for peers comes first, then who has the port without one, then connections. */
static unsigned rank(unsigned state)
{
	switch (state) {
	case STATE_LISTEN:
		return 0;
	case STATE_UNCONN:
	case STATE_BOUND:
		return 1;
	default:
		return 2;
	}
}

static int compare_endpoints(const struct sock *a, const struct sock *b)
{
	int by_local = memcmp(a->local, b->local, sizeof(a->local));
	int by_port = order(a->foreign_port, b->foreign_port);

	return by_local != 0 ? by_local : by_port != 0 ? by_port : memcmp(a->foreign, b->foreign, sizeof(a->foreign));
}

static int compare_socks(const struct sock *a, const struct sock *b)
{
	const uint64_t keys[][2] = {
		{ rank(a->state), rank(b->state) },
		{ a->local_port, b->local_port },
		{ a->proto, b->proto },
		{ a->family, b->family },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (keys[i][0] != keys[i][1])
			return order(keys[i][0], keys[i][1]);
	}
	int by_endpoints = compare_endpoints(a, b);
	return by_endpoints != 0 ? by_endpoints : order(a->cookie, b->cookie);
}

static int compare(const void *left, const void *right, void *context)
{
	const struct table *table = context;

	return compare_socks(&table->rows[*(const uint32_t *)left].sock, &table->rows[*(const uint32_t *)right].sock);
}

static void tally(struct listing *listing, const struct row *row)
{
	unsigned state = row->sock.state;

	listing->fresh += row->life == ROW_NEW ? 1 : 0;
	if (row->life == ROW_GONE)
		listing->gone++;
	else
		listing->states[state < STATE_COUNT ? state : STATE_COUNT]++;
}

static void reserve(struct listing *listing, size_t count)
{
	if (count <= listing->capacity)
		return;
	listing->capacity = count + count / 2;
	listing->rows = xrealloc_array(listing->rows, listing->capacity, sizeof(listing->rows[0]));
}

void listing_make(struct listing *listing, const struct table *table, const struct query *query)
{
	reserve(listing, table->count);
	listing->count = listing->fresh = listing->gone = 0;
	memset(listing->states, 0, sizeof(listing->states));
	for (size_t i = 0; i < table->count; i++) {
		if (!query_match(query, &table->rows[i].sock))
			continue;
		listing->rows[listing->count++] = (uint32_t)i;
		tally(listing, &table->rows[i]);
	}
	if (listing->count > 1)
		qsort_r(listing->rows, listing->count, sizeof(listing->rows[0]), compare, (void *)(uintptr_t)table);
}
