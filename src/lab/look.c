/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/look.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "kernel/names.h"
#include "kernel/owners.h"

/* How often a snapshot is taken again because the kernel said that it changed under way; then it is used as it is. */
enum { ATTEMPTS = 3 };

#define ANSWER_LIMIT_NS (10 * NS_PER_S)

int look_open(struct look *look)
{
	*look = (struct look){ .names = NAMES_INIT };
	table_init(&look->table);
	look->table.linger_ns = 0; /* what is gone is gone */
	query_init(&look->query);
	look->query.protos |= 1u << PROTO_UDPLITE; /* is asked for only by who names it */
	look->error = poller_open(&look->poller, NULL);
	return look->error;
}

void look_close(struct look *look)
{
	poller_close(&look->poller);
	table_fini(&look->table);
	names_fini(&look->names);
}

static void on_sock(void *context, const struct sock *sock, const struct sock_info *info)
{
	struct look *look = context;

	table_see_info(&look->table, sock, info);
	names_learn(&look->names, sock, 1u << NAME_USER | 1u << NAME_DEVICE, look->table.now_ns);
}

static void on_class_end(void *context, unsigned proto, unsigned family, bool complete)
{
	struct look *look = context;

	if (complete)
		table_end_class(&look->table, proto, family);
}

void look_begin(struct look *look)
{
	const struct poller_sink sink = { on_sock, on_class_end, look };

	table_begin(&look->table, clock_mono_ns());
	poller_begin(&look->poller, &look->query, &sink);
}

int look_fd(const struct look *look)
{
	return poller_fd(&look->poller);
}

bool look_step(struct look *look)
{
	if (look->poller.running && !poller_step(&look->poller))
		return false;
	table_end(&look->table);
	table_expire(&look->table, clock_mono_ns());
	look->error = poller_failed(&look->poller);
	return true;
}

static int snapshot(struct look *look)
{
	uint64_t now = clock_mono_ns(), end = now + ANSWER_LIMIT_NS;

	look_begin(look);
	while (!look_step(look)) {
		struct pollfd wait = { .fd = look_fd(look), .events = POLLIN };

		now = clock_mono_ns();
		if (now >= end) {
			poller_abandon(&look->poller, -ETIMEDOUT);
			return -ETIMEDOUT;
		}
		poll(&wait, 1, (int)((end - now) / NS_PER_MS) + 1);
	}
	return look->error;
}

static void find_owners(struct look *look)
{
	struct map wanted = MAP_INIT;
	struct owner_scan scan;

	table_want_owners(&look->table, true, &wanted);
	for (size_t i = 0; look->flags && i < look->table.count; i++)
		row_want_flags(&look->table.rows[i], true, &wanted);
	owners_scan(&scan, &wanted, NULL, "/proc");
	table_take_owners(&look->table, &wanted, &scan);
	owner_scan_fini(&scan);
	map_fini(&wanted);
}

int look_again(struct look *look, bool owners)
{
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		look->error = snapshot(look);
		if (look->error < 0 || !look->poller.interrupted)
			break;
	}
	if (look->error == 0 && owners)
		find_owners(look);
	return look->error;
}

static bool is_at(const struct endpoint *endpoint, unsigned family, const uint8_t address[16], uint16_t port)
{
	if (endpoint->port != port)
		return false;
	if (endpoint->kind == ENDPOINT_ANY)
		return address_is_wildcard(family, address);
	if ((endpoint->kind == ENDPOINT_INET) != (family == FAMILY_INET))
		return false;
	return memcmp(endpoint->address, address, family == FAMILY_INET ? 4 : 16) == 0;
}

/* The row is one that the step names, but for its state. */
static bool is_named(const struct row *row, const struct step *step)
{
	const struct sock *sock = &row->sock;

	return row->life != ROW_GONE && is_at(&step->endpoint, sock->family, sock->local, sock->local_port) &&
	       (step->remote.kind == ENDPOINT_NONE ||
		is_at(&step->remote, sock->family, sock->foreign, sock->foreign_port));
}

static bool names_pid(const struct step *step, const struct crew *crew, int32_t pid)
{
	const struct member *member = crew_find_pid(crew, pid);

	for (unsigned i = 0; member != NULL && i < step->actor_count; i++) {
		if (strcmp(step->actors[i].text, member->name.text) == 0)
			return true;
	}
	return false;
}

static bool holds(const struct row *row, const struct lab_name *actor, const struct crew *crew)
{
	for (uint32_t i = 0; i < row->owner_count; i++) {
		const struct member *member = crew_find_pid(crew, row_owner(row, i)->pid);

		if (member != NULL && strcmp(member->name.text, actor->text) == 0)
			return true;
	}
	return false;
}

/* Exactly the actors of the step hold it. */
static bool is_held_right(const struct row *row, const struct step *step, const struct crew *crew)
{
	uint32_t count = row->owners_former ? 0 : row->owner_count;

	for (uint32_t i = 0; i < count; i++) {
		if (!names_pid(step, crew, row_owner(row, i)->pid))
			return false;
	}
	for (unsigned i = 0; i < step->actor_count; i++) {
		if (row->owners_former || !holds(row, &step->actors[i], crew))
			return false;
	}
	return true;
}

void look_format(struct buf *out, unsigned family, const uint8_t address[16], uint16_t port)
{
	buf_puts(out, family == FAMILY_INET6 ? "[" : "");
	address_format(out, family, address);
	buf_printf(out, "%s:%u", family == FAMILY_INET6 ? "]" : "", port);
}

static void add_owners(struct buf *out, const struct row *row, const struct crew *crew)
{
	for (uint32_t i = 0; i < row->owner_count && !row->owners_former; i++) {
		const struct member *member = crew_find_pid(crew, row_owner(row, i)->pid);

		buf_puts(out, i > 0 ? "," : " held by ");
		if (member != NULL)
			buf_puts(out, member->name.text);
		else
			buf_printf(out, "process %d", row_owner(row, i)->pid);
	}
	if (row->owner_count == 0 || row->owners_former)
		buf_puts(out, " held by nobody");
}

static void add_row(struct buf *out, const struct row *row, const struct step *step, const struct crew *crew)
{
	const struct sock *sock = &row->sock;

	buf_puts(out, out->length > 0 ? ", " : "");
	look_format(out, sock->family, sock->local, sock->local_port);
	if (sock->foreign_port != 0) {
		buf_puts(out, " from ");
		look_format(out, sock->family, sock->foreign, sock->foreign_port);
	}
	buf_putc(out, ' ');
	state_format(out, sock->state);
	if (step->verb == VERB_OWNERS)
		add_owners(out, row, crew);
}

bool look_shows(const struct look *look, const struct step *step, const struct crew *crew, struct buf *instead)
{
	int count = 0;
	bool held = true;

	for (size_t i = 0; i < look->table.count; i++) {
		const struct row *row = &look->table.rows[i];

		if (row->life == ROW_GONE || row->sock.local_port != step->endpoint.port)
			continue;
		add_row(instead, row, step, crew);
		if (!is_named(row, step) || row->sock.state != step->state)
			continue;
		count++;
		held = held && is_held_right(row, step, crew);
	}
	if (instead->length == 0)
		buf_puts(instead, "nothing on this port");
	if (step->verb == VERB_OWNERS)
		return count > 0 && held;
	return step->count == COUNT_ANY ? count > 0 : count == step->count;
}
