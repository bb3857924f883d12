/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/matrix.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"
#include "model/rules_cache.h"

enum { COOKIE_FIRST = 1, COOKIE_CHILD, COOKIE_SECOND };

/* Any will do. */
enum { PORT = 2000 };

bool matrix_has_state(const struct matrix *matrix, unsigned state)
{
	if (matrix->proto == BIND_UDP)
		return state == MATRIX_BOUND || state == MATRIX_CONNECTED;
	return state != MATRIX_CONNECTED;
}

size_t matrix_pair_cells(const struct matrix *matrix)
{
	return (matrix->other_user ? 2u : 1u) * MATRIX_FLAGS * MATRIX_FLAGS;
}

static void add_pair(struct matrix *matrix, struct matrix_cell cell)
{
	for (size_t i = 0; i < matrix_pair_cells(matrix); i++) {
		cell.other_user = i / (MATRIX_FLAGS * MATRIX_FLAGS) > 0;
		cell.first_flags = (uint8_t)(i / MATRIX_FLAGS % MATRIX_FLAGS);
		cell.second_flags = (uint8_t)(i % MATRIX_FLAGS);
		matrix->cells[matrix->count++] = cell;
	}
}

void matrix_fill(struct matrix *matrix)
{
	const struct matrix_result nothing = { MATRIX_NOT_DONE, MATRIX_NOT_DONE, MATRIX_NOT_DONE };
	size_t pairs = matrix->address_count * matrix->address_count;

	matrix->cells = xcalloc(MATRIX_STATE_COUNT * pairs * matrix_pair_cells(matrix) + 1, sizeof(matrix->cells[0]));
	matrix->count = 0;
	for (unsigned state = 0; state < MATRIX_STATE_COUNT; state++) {
		for (size_t i = 0; matrix_has_state(matrix, state) && i < pairs; i++)
			add_pair(matrix, (struct matrix_cell){
				.state = (uint8_t)state,
				.first = (uint8_t)(i / matrix->address_count),
				.second = (uint8_t)(i % matrix->address_count),
				.predicted = nothing,
				.measured = nothing,
			});
	}
}

void matrix_fini(struct matrix *matrix)
{
	free(matrix->cells);
}

struct bind_wish matrix_wish(const struct matrix *matrix, size_t address, unsigned flags, uint16_t port)
{
	const struct matrix_address *at = &matrix->addresses[address];
	struct bind_wish wish = {
		.proto = matrix->proto,
		.family = at->family,
		.port = port,
		.reuseaddr = flags & MATRIX_REUSEADDR,
		.reuseport = flags & MATRIX_REUSEPORT,
		.v6only = at->v6only,
		.uid = matrix->uid,
	};

	memcpy(wish.address, at->address, sizeof(wish.address));
	return wish;
}

void matrix_local(const struct matrix_address *address, unsigned state, uint8_t local[16])
{
	static const uint8_t mapped_any[16] = { [10] = 0xff, [11] = 0xff };
	bool connected = state == MATRIX_CHILD || state == MATRIX_TIME_WAIT || state == MATRIX_CONNECTED;

	memcpy(local, address->address, 16);
	if (!connected)
		return;
	if (address->family == FAMILY_INET && address_is_wildcard(FAMILY_INET, local))
		memcpy(local, (const uint8_t[]){ 127, 0, 0, 1 }, 4);
	else if (address->family == FAMILY_INET6 && memcmp(local, mapped_any, 16) == 0)
		memcpy(local + 12, (const uint8_t[]){ 127, 0, 0, 1 }, 4);
	else if (address->family == FAMILY_INET6 && address_is_wildcard(FAMILY_INET6, local))
		local[15] = 1;
}

/* What is on the port, and what the kernel remembers of it. */
struct scene {
	struct bind_cache cache;
	struct bind_wish first_wish; /* the first socket as who asks */
	struct bind_sock first;      /* and as one of the others: itself, or what is left of it */
	struct bind_verdict verdict;
	const struct bind_host *host;
};

/* bind() or listen() worked. */
static void admit(struct scene *scene, struct bind_wish *wish, struct bind_sock *sock)
{
	bind_cache_admitted(&scene->cache, wish);
	if (!wish->is_bound)
		*sock = rules_bound(wish);
	else
		sock->state = wish->state = STATE_LISTEN;
	wish->is_bound = true;
	wish->v6only = sock->v6only == TRI_YES;
}

/* A connection is accepted, the listener is closed, and the connection, in TIME_WAIT at last. */
static void leave_connection(struct scene *scene, const struct matrix_address *address, unsigned state)
{
	struct bind_sock both[] = { scene->first, scene->first };

	both[1].cookie = COOKIE_CHILD;
	both[1].state = STATE_ESTABLISHED;
	matrix_local(address, state, both[1].address);
	bind_cache_update(&scene->cache, both, 2);
	bind_cache_update(&scene->cache, &both[1], 1);
	scene->first = both[1];
	scene->first.is_timewait = state == MATRIX_TIME_WAIT;
	if (scene->first.is_timewait)
		scene->first.state = STATE_TIME_WAIT;
}

static void set_first(struct scene *scene, const struct matrix *matrix, const struct matrix_cell *cell)
{
	const struct matrix_address *address = &matrix->addresses[cell->first];
	struct bind_wish *wish = &scene->first_wish;

	*wish = matrix_wish(matrix, cell->first, cell->first_flags, PORT);
	wish->cookie = COOKIE_FIRST;
	admit(scene, wish, &scene->first);
	if (cell->state == MATRIX_CONNECTED) {
		scene->first.state = STATE_ESTABLISHED;
		matrix_local(address, cell->state, scene->first.address);
		bind_cache_update(&scene->cache, &scene->first, 1);
	} else if (cell->state != MATRIX_BOUND) {
		admit(scene, wish, &scene->first);
	}
	if (cell->state == MATRIX_CHILD || cell->state == MATRIX_TIME_WAIT)
		leave_connection(scene, address, cell->state);
}

typedef void rules_fn(const struct bind_wish *wish, const struct bind_scene *scene, struct bind_verdict *verdict);

static int16_t ask(struct scene *scene, rules_fn *rules, const struct bind_wish *wish, const struct bind_sock *other)
{
	const struct bind_scene around = { .socks = other, .count = 1, .host = scene->host, .cache = &scene->cache };

	rules(wish, &around, &scene->verdict);
	if (scene->verdict.outcome == BIND_UNKNOWN)
		return MATRIX_UNKNOWN;
	return (int16_t)(scene->verdict.outcome == BIND_OK ? 0 : scene->verdict.error);
}

static void predict_second(struct scene *scene, const struct matrix *matrix, struct matrix_cell *cell)
{
	struct bind_wish wish = matrix_wish(matrix, cell->second, cell->second_flags, PORT);
	struct matrix_result *result = &cell->predicted;
	struct bind_sock second;

	wish.cookie = COOKIE_SECOND;
	wish.uid = cell->other_user ? matrix->other_uid : matrix->uid;
	result->bind = ask(scene, rules_bind, &wish, &scene->first);
	if (result->bind != 0 || matrix->proto == BIND_UDP)
		return;
	admit(scene, &wish, &second);
	result->listen = ask(scene, rules_listen, &wish, &scene->first);
	if (result->listen != 0 || cell->state != MATRIX_BOUND)
		return;
	admit(scene, &wish, &second);
	result->first_listen = ask(scene, rules_listen, &scene->first_wish, &second);
}

void matrix_predict(const struct matrix *matrix, struct matrix_cell *cell, const struct bind_host *host)
{
	struct scene scene = { .cache = BIND_CACHE_INIT, .verdict = BIND_VERDICT_INIT, .host = host };

	scene.cache.port = PORT;
	set_first(&scene, matrix, cell);
	predict_second(&scene, matrix, cell);
	bind_cache_fini(&scene.cache);
	rules_verdict_fini(&scene.verdict);
}

bool matrix_result_equals(const struct matrix_result *a, const struct matrix_result *b)
{
	return a->bind == b->bind && a->listen == b->listen && a->first_listen == b->first_listen;
}

size_t matrix_differences(const struct matrix *matrix)
{
	size_t count = 0;

	for (size_t i = 0; i < matrix->count; i++)
		count += matrix_result_equals(&matrix->cells[i].predicted, &matrix->cells[i].measured) ? 0 : 1;
	return count;
}

const char *matrix_state_id(unsigned state)
{
	static const char *const ids[MATRIX_STATE_COUNT] = {
		[MATRIX_BOUND] = "bound",
		[MATRIX_LISTENING] = "listening",
		[MATRIX_CHILD] = "connection",
		[MATRIX_TIME_WAIT] = "time-wait",
		[MATRIX_CONNECTED] = "connected",
	};

	return ids[state];
}

const char *matrix_flags_name(unsigned flags)
{
	static const char *const names[MATRIX_FLAGS] = {
		[0] = "-",
		[MATRIX_REUSEADDR] = "A",
		[MATRIX_REUSEPORT] = "P",
		[MATRIX_REUSEADDR | MATRIX_REUSEPORT] = "AP",
	};

	return names[flags];
}

void matrix_address_format(struct buf *out, const struct matrix_address *address)
{
	address_format(out, address->family, address->address);
	buf_puts(out, address->v6only ? "/only" : "");
}
