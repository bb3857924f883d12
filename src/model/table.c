/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/table_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/die.h"
#include "model/rate.h"

void table_init(struct table *table)
{
	*table = (struct table){ .linger_ns = TABLE_LINGER_NS, .expire_ns = UINT64_MAX };
	query_init(&table->asks);
	query_init(&table->asked);
}

static void row_fini(struct row *row)
{
	row_set_owner_count(row, 0);
	free(row->info);
}

void table_fini(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		row_fini(&table->rows[i]);
	free(table->rows);
	map_fini(&table->by_sock);
	map_fini(&table->by_inode);
	changes_fini(&table->changes);
	process_store_fini(&table->processes);
	cgroup_store_fini(&table->cgroups);
	*table = (struct table){ .rows = NULL };
}

void table_begin(struct table *table, uint64_t now_ns)
{
	table->now_ns = now_ns;
	table->generation++;
	for (size_t proto = 0; proto < PROTO_COUNT; proto++) {
		for (size_t family = 0; family < FAMILY_COUNT; family++)
			table->classes[proto][family].seen = 0;
	}
}

static void tell(const struct table *table, const struct row *row, enum row_event event, unsigned from)
{
	if (table->observer.event != NULL)
		table->observer.event(table->observer.context, row, event, from);
}

static struct table_class *class_of(struct table *table, const struct sock *sock)
{
	return &table->classes[sock->proto][sock->family];
}

void table_note(struct table *table, const struct row *row)
{
	changes_note(&table->changes, (size_t)(row - table->rows), CHANGE_ROW);
}

static void set_life(struct table *table, struct row *row, enum row_life life)
{
	uint64_t expire_ns = table->now_ns + table->linger_ns;

	row->life = life;
	row->life_ns = table->now_ns;
	if (life != ROW_ALIVE && expire_ns < table->expire_ns)
		table->expire_ns = expire_ns;
	table_note(table, row);
}

/*
 * A cookie alone is as good as both since Linux 5.10, so the namespace only has to keep apart what older kernels count alike:
 * two sockets whose keys are the same by chance would take 2^32 of them.
 */
static uint64_t key(uint32_t netns, uint64_t cookie)
{
	return cookie ^ netns * UINT64_C(0x9e3779b97f4a7c15);
}

/* The row at that index has come there. */
static void put_index(struct table *table, uint32_t at)
{
	const struct sock *sock = &table->rows[at].sock;

	map_put(&table->by_sock, key(sock->netns, sock->cookie), at);
	if (sock->family == FAMILY_UNIX && sock->inode != 0)
		map_put(&table->by_inode, sock->inode, at);
}

static void delete_index(struct table *table, const struct sock *sock)
{
	map_del(&table->by_sock, key(sock->netns, sock->cookie));
	if (sock->family == FAMILY_UNIX)
		map_del(&table->by_inode, sock->inode);
}

struct sock_info *row_make_info(struct row *row)
{
	if (row->info == NULL)
		row->info = xcalloc(1, sizeof(*row->info));
	return row->info;
}

void table_see_cgroup(struct table *table, struct row *row, uint64_t id)
{
	struct sock_info *info = row_make_info(row);
	const struct cgroup *known = info->group;

	info->have |= INFO_CGROUP;
	info->cgroup = id;
	info->group = cgroup_store_get(&table->cgroups, id);
	if (info->group != known)
		table_note(table, row);
}

static void set_info(struct table *table, struct row *row, const struct sock_info *info)
{
	struct sock_info fresh = *info;

	fresh.read_ns = table->now_ns;
	const struct sock_info *known = row_make_info(row);
	struct sock_info before = *known;
	fresh.process = known->process;
	fresh.group = known->group;
	rate_follow(&fresh, known);
	/* TIME_WAIT and SYN_RECV have no cgroup any more, or not yet (net/ipv4/inet_diag.c, inet_twsk_diag_fill). */
	uint64_t cgroup = fresh.have & INFO_CGROUP ? fresh.cgroup : known->cgroup;
	bool has_cgroup = ((fresh.have | known->have) & INFO_CGROUP) != 0;
	*row->info = fresh;
	if (has_cgroup)
		table_see_cgroup(table, row, cgroup);
	before.read_ns = fresh.read_ns;
	if (memcmp(&before, row->info, sizeof(before)) != 0)
		table_note(table, row);
}

static void add(struct table *table, const struct sock *sock, const struct sock_info *info)
{
	if (table->count == table->capacity) {
		table->capacity = table->capacity ? 2 * table->capacity : 256;
		table->rows = xrealloc_array(table->rows, table->capacity, sizeof(table->rows[0]));
	}
	bool is_new = table->complete_once && query_match(&table->asked, sock);
	struct row *row = &table->rows[table->count];
	*row = (struct row){
		.sock = *sock,
		.first_ns = table->now_ns,
		.seen_ns = table->now_ns,
		.generation = table->generation,
		.opened = is_new,
	};
	if (info != NULL)
		set_info(table, row, info);
	set_life(table, row, is_new ? ROW_NEW : ROW_ALIVE);
	put_index(table, (uint32_t)table->count++);
	class_of(table, sock)->alive++;
	class_of(table, sock)->seen++;
	if (is_new)
		tell(table, row, ROW_EVENT_OPENED, row->sock.state);
}

static bool same_identity(const struct sock *a, const struct sock *b)
{
	return a->state == b->state && a->local_port == b->local_port && a->foreign_port == b->foreign_port &&
	       memcmp(a->local, b->local, sizeof(a->local)) == 0 && memcmp(a->foreign, b->foreign, sizeof(a->foreign)) == 0;
}

/* What the kernel says only while the socket has a full life is kept from then on (sock_diag(7): not for TIME_WAIT). */
static void keep_known(struct sock *fresh, const struct sock *known)
{
	if (!(fresh->have & HAVE_UID) && (known->have & HAVE_UID)) {
		fresh->have |= HAVE_UID;
		fresh->uid = known->uid;
	}
	struct sock_flags flags = known->flags;
	flags_merge(&flags, fresh->flags);
	fresh->flags = flags;
}

/* A socket gets its inode at accept() and loses it at close(): other owners, or none. */
static void follow_inode(struct row *row, uint32_t inode)
{
	if (row->sock.inode == inode)
		return;
	row->owners_sought = row->flags_sought = false;
	row->flags_error = 0;
	row->owners_former = inode == 0 && row->owner_count > 0;
}

/* Whether it is as it was but for its timer, which runs on: without being told one would have known. */
static bool is_the_same(const struct sock *fresh, const struct sock *known)
{
	struct sock timed = *fresh;

	timed.timer_ms = known->timer_ms;
	return memcmp(&timed, known, sizeof(timed)) == 0;
}

/* Once for each snapshot, whatever a socket was taken for before. */
static void count_seen(struct table *table, const struct row *row, const struct sock *fresh)
{
	bool was_seen = row->generation == table->generation;

	if (row->life != ROW_GONE) {
		class_of(table, &row->sock)->alive--;
		class_of(table, &row->sock)->seen -= was_seen ? 1 : 0;
	}
	class_of(table, fresh)->alive++;
	class_of(table, fresh)->seen++;
}

static void update(struct table *table, struct row *row, const struct sock *sock, const struct sock_info *info)
{
	struct sock fresh = *sock;
	unsigned from = row->sock.state;

	keep_known(&fresh, &row->sock);
	count_seen(table, row, &fresh);
	if (!is_the_same(&fresh, &row->sock))
		table_note(table, row);
	if (row->life == ROW_GONE || !same_identity(&row->sock, &fresh))
		set_life(table, row, ROW_CHANGED);
	follow_inode(row, fresh.inode);
	row->sock = fresh;
	row->seen_ns = table->now_ns;
	row->generation = table->generation;
	if (info != NULL)
		set_info(table, row, info);
	if (from != fresh.state)
		tell(table, row, ROW_EVENT_CHANGED, from);
}

void table_see_info(struct table *table, const struct sock *sock, const struct sock_info *info)
{
	uint32_t at = table_find(table, sock->netns, sock->cookie);

	if (at == MAP_NONE) {
		at = (uint32_t)table->count;
		add(table, sock, info);
	} else {
		update(table, &table->rows[at], sock, info);
	}
	table->rows[at].overrun |= sock_is_overrun(sock);
}

void table_see(struct table *table, const struct sock *sock)
{
	table_see_info(table, sock, NULL);
}

/* A closing is told once.  What the kernel kept of a closed connection, TIME_WAIT, has an end of its own. */
static void tell_gone(const struct table *table, const struct row *row)
{
	if (row->sock.state == STATE_TIME_WAIT)
		tell(table, row, ROW_EVENT_ENDED, row->sock.state);
	else if (!row->closed)
		tell(table, row, ROW_EVENT_CLOSED, row->sock.state);
}

void table_end_class(struct table *table, unsigned proto, unsigned family)
{
	struct table_class *class = &table->classes[proto][family];

	if (class->alive == class->seen)
		return;
	for (size_t i = 0; i < table->count; i++) {
		struct row *row = &table->rows[i];

		if (row->sock.proto != proto || row->sock.family != family || row->generation == table->generation ||
		    row->life == ROW_GONE)
			continue;
		set_life(table, row, ROW_GONE);
		tell_gone(table, row);
		class->alive--;
	}
}

bool table_destroyed(struct table *table, const struct sock *sock)
{
	uint32_t at = table_find(table, sock->netns, sock->cookie);

	if (at == MAP_NONE)
		return false;
	struct row *row = &table->rows[at];
	if (!row->closed && row->life != ROW_GONE)
		tell(table, row, ROW_EVENT_CLOSED, row->sock.state);
	row->closed = true;
	return true;
}

/* They are few, so that they are looked through only when there are many of them after all. */
static void forget_cgroups(struct table *table)
{
	enum { KEPT = 1024 };

	if (table->cgroups.count <= KEPT)
		return;
	for (size_t i = 0; i < table->count; i++) {
		const struct sock_info *info = table->rows[i].info;

		if (info != NULL && info->group != NULL)
			cgroup_store_mark(&table->cgroups, info->group);
	}
	cgroup_store_sweep(&table->cgroups);
}

void table_end(struct table *table)
{
	table->complete_once = true;
	table->asked = table->asks;
	table_expire(table, table->now_ns);
	forget_cgroups(table);
}

/* The last row takes its place, so the caller looks at the same index again. */
static void drop(struct table *table, size_t at)
{
	struct row *row = &table->rows[at];
	struct table_class *class = class_of(table, &row->sock);

	if (row->life != ROW_GONE) {
		class->alive--;
		class->seen -= row->generation == table->generation ? 1 : 0;
	}
	delete_index(table, &row->sock);
	row_fini(row);
	table->count--;
	changes_note(&table->changes, at, CHANGE_PLACE);
	changes_note(&table->changes, table->count, CHANGE_PLACE);
	if (at == table->count)
		return;
	*row = table->rows[table->count];
	put_index(table, (uint32_t)at);
}

bool table_expire(struct table *table, uint64_t now_ns)
{
	uint64_t next_ns = UINT64_MAX;
	bool changed = false;

	if (now_ns < table->expire_ns)
		return false;
	for (size_t i = 0; i < table->count;) {
		struct row *row = &table->rows[i];
		bool due = row->life != ROW_ALIVE && now_ns - row->life_ns >= table->linger_ns;

		if (row->life != ROW_ALIVE && !due && row->life_ns + table->linger_ns < next_ns)
			next_ns = row->life_ns + table->linger_ns;
		changed |= due;
		if (due && row->life == ROW_GONE) {
			drop(table, i);
			continue;
		}
		if (due) {
			row->life = ROW_ALIVE;
			table_note(table, row);
		}
		i++;
	}
	table->expire_ns = next_ns;
	return changed;
}

void table_keep(struct table *table, bool (*keep)(const void *context, const struct row *row), const void *context)
{
	for (size_t i = 0; i < table->count;) {
		if (keep(context, &table->rows[i]))
			i++;
		else
			drop(table, i);
	}
}

static bool is_asked_for(const void *query, const struct row *row)
{
	return query_match(query, &row->sock);
}

void table_retain(struct table *table, const struct query *query)
{
	table->asks = *query;
	query_narrow(&table->asked, query);
	table_keep(table, is_asked_for, query);
}

uint32_t table_find(const struct table *table, uint32_t netns, uint64_t cookie)
{
	return map_get(&table->by_sock, key(netns, cookie));
}

const struct row *table_peer(const struct table *table, const struct sock *sock)
{
	uint32_t peer = sock_peer(sock), at = peer != 0 ? map_get(&table->by_inode, peer) : MAP_NONE;

	return at != MAP_NONE ? &table->rows[at] : NULL;
}

void table_follow_rates(struct table *table, const struct table *before)
{
	for (size_t i = 0; i < table->count; i++) {
		struct row *row = &table->rows[i];
		uint32_t at = table_find(before, row->sock.netns, row->sock.cookie);

		if (row->info != NULL && at != MAP_NONE && before->rows[at].info != NULL)
			rate_follow(row->info, before->rows[at].info);
	}
}

uint64_t row_timer_left_ms(const struct row *row, uint64_t now_ns)
{
	uint64_t passed_ms = now_ns > row->seen_ns ? (now_ns - row->seen_ns) / NS_PER_MS : 0;

	return row->sock.timer_ms > passed_ms ? row->sock.timer_ms - passed_ms : 0;
}

uint64_t row_age_ns(const struct row *row, uint64_t now_ns)
{
	uint64_t until_ns = row->life == ROW_GONE ? row->life_ns : now_ns;

	return until_ns > row->first_ns ? until_ns - row->first_ns : 0;
}
