/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/text.h"
#include "model/cgroup.h"
#include "model/column.h"
#include "model/listing.h"
#include "model/names.h"
#include "model/netns.h"
#include "model/table.h"
#include "model/whose.h"

/*
 * What a key says of the rows of a process that is none: NOBODY: no descriptor refers to the socket; UNSEEN: one does, and
 * nobody was seen, or not yet.  The former owners of sockets are not those that have some.
 */
enum { PROCESS_HELD = 1, PROCESS_FORMER, PROCESS_NOBODY, PROCESS_UNSEEN };

/* Where in a key that stands, and in each one what it is the key of. */
enum { PROCESS_SHIFT = 56, KIND_SHIFT = 60 };

static uint64_t port_key(const struct row *row)
{
	return row->sock.local_port;
}

static uint64_t state_key(const struct row *row)
{
	return row->sock.state;
}

static uint64_t netns_key(const struct row *row)
{
	return row->sock.netns;
}

/* The pid alone would put a process together with who had its number before. */
static uint64_t owner_key(const struct row *row)
{
	uint64_t kind = row->owners_former ? PROCESS_FORMER : PROCESS_HELD;

	if (row->owner_count == 0)
		return (uint64_t)(row->sock.inode == 0 ? PROCESS_NOBODY : PROCESS_UNSEEN) << PROCESS_SHIFT;
	return kind << PROCESS_SHIFT | (row_owner(row, 0)->start_ticks & 0xffffff) << 32 | (uint32_t)row_owner(row, 0)->pid;
}

/* A text as a number that leaves room for the kind; never 0, which is that there is none. */
static uint64_t text_key(const char *text)
{
	uint64_t sum = UINT64_C(14695981039346656037);

	for (; text != NULL && *text != '\0'; text++)
		sum = (sum ^ (uint8_t)*text) * UINT64_C(1099511628211); /* FNV-1a */
	return text != NULL ? (sum & ((UINT64_C(1) << KIND_SHIFT) - 1)) | 1 : 0;
}

static uint64_t unit_key(const struct row *row)
{
	const struct cgroup *cgroup = whose_unit(row);

	return text_key(cgroup != NULL ? cgroup->unit : NULL);
}

/* What has but a pod is in a group with others of the pod. */
static uint64_t container_key(const struct row *row)
{
	const struct cgroup *cgroup = whose_container(row);

	return text_key(cgroup == NULL ? NULL : cgroup->container != NULL ? cgroup->container : cgroup->pod);
}

/*
 * What is said is said by the key as far as possible: a row may have changed, as the next snapshot comes in, and is still
 * where it was when the groups were made.
 */
static void format_port(struct buf *out, uint64_t key, const struct row *row, const struct names *names)
{
	(void)row, (void)names;
	if (key == 0)
		buf_puts(out, "no port");
	else
		buf_printf(out, "port %u", (unsigned)key);
}

static void format_process(struct buf *out, uint64_t key, const struct row *row, const struct names *names)
{
	uint64_t kind = key >> PROCESS_SHIFT;

	(void)names;
	if (kind == PROCESS_NOBODY || kind == PROCESS_UNSEEN) {
		buf_puts(out, kind == PROCESS_NOBODY ? "no process" : "unknown process");
		return;
	}
	buf_puts(out, kind == PROCESS_FORMER ? "(" : "");
	owner_format(out, row_owner(row, 0));
	buf_puts(out, kind == PROCESS_FORMER ? ")" : "");
}

static void format_unit(struct buf *out, uint64_t key, const struct row *row, const struct names *names)
{
	const struct cgroup *cgroup = key != 0 ? whose_unit(row) : NULL;

	(void)names;
	text_clean(out, cgroup != NULL ? cgroup->unit : "no unit");
}

static void format_container(struct buf *out, uint64_t key, const struct row *row, const struct names *names)
{
	const struct cgroup *cgroup = key != 0 ? whose_container(row) : NULL;

	(void)names;
	if (cgroup != NULL)
		cgroup_format_container(out, cgroup);
	else
		buf_puts(out, "no container");
}

static void format_state(struct buf *out, uint64_t key, const struct row *row, const struct names *names)
{
	(void)row, (void)names;
	state_format(out, (unsigned)key);
}

static void format_netns(struct buf *out, uint64_t key, const struct row *row, const struct names *names)
{
	(void)row;
	buf_puts(out, "namespace ");
	if (names_netns(names, (uint32_t)key) != 0)
		netns_text(out, (uint32_t)key, names);
	else
		buf_puts(out, NETNS_OWN_NAME);
}

static const struct {
	const char *name;
	size_t width; /* of what most headlines begin with: the totals behind it stand below one another */
	uint64_t (*key)(const struct row *row);
	void (*format)(struct buf *out, uint64_t key, const struct row *row, const struct names *names);
	uint32_t needs; /* enum sock_need */
} kinds[GROUP_BY_COUNT] = {
	[GROUP_BY_NONE] = { .name = "none" },
	[GROUP_BY_PORT] = { "port", 10, port_key, format_port, 0 },
	[GROUP_BY_PROCESS] = { "process", 15, owner_key, format_process, 0 },
	[GROUP_BY_STATE] = { "state", 11, state_key, format_state, 0 },
	[GROUP_BY_UNIT] = { "unit", 15, unit_key, format_unit, NEED_WHOSE },
	[GROUP_BY_CONTAINER] = { "container", 15, container_key, format_container, NEED_WHOSE },
	[GROUP_BY_NETNS] = { "netns", 20, netns_key, format_netns, 0 },
};

/* The kind stands in the key, so that what is folded under one is not under another one. */
static uint64_t row_key(enum group_by by, const struct row *row)
{
	return (uint64_t)by << KIND_SHIFT | kinds[by].key(row);
}

void groups_fini(struct groups *groups)
{
	free(groups->all);
	free(groups->rows);
	map_fini(&groups->index);
	map_fini(&groups->exceptions);
	*groups = (struct groups){ .all = NULL };
}

static uint32_t add(struct groups *groups, uint64_t key)
{
	if (groups->count == groups->capacity) {
		groups->capacity = groups->capacity ? 2 * groups->capacity : 64;
		groups->all = xrealloc_array(groups->all, groups->capacity, sizeof(groups->all[0]));
	}
	groups->all[groups->count] = (struct group){ .key = key };
	map_put(&groups->index, key, (uint32_t)groups->count);
	return (uint32_t)groups->count++;
}

static void tally_state(struct group *group, unsigned state)
{
	switch (state) {
	case STATE_LISTEN:
		group->listening++;
		break;
	case STATE_ESTABLISHED:
		group->established++;
		break;
	case STATE_TIME_WAIT:
		group->time_wait++;
		break;
	case STATE_UNCONN:
		group->unconnected++;
		break;
	default:
		group->other++;
		break;
	}
}

static void tally(struct group *group, const struct row *row)
{
	group->count++;
	group->fresh += row->life == ROW_NEW ? 1 : 0;
	group->tagged += row->tagged ? 1 : 0;
	if (row->life == ROW_GONE) {
		group->gone++;
		return;
	}
	group->alive++;
	tally_state(group, row->sock.state);
	if (row->sock.state == STATE_LISTEN || (row->sock.have & HAVE_QUEUES) == 0)
		return;
	group->has_bytes = true;
	group->recv_bytes += row->sock.recv_queue;
	group->send_bytes += row->sock.send_queue;
}

/* Which group each row is in.  Neighbours are often in the same one. */
static void assign(struct groups *groups, const struct listing *listing, const struct table *table, uint32_t *group_of)
{
	uint32_t at = MAP_NONE;

	for (size_t i = 0; i < listing->count; i++) {
		const struct row *row = &table->rows[listing->rows[i]];
		uint64_t key = row_key(groups->by, row);

		if (at == MAP_NONE || groups->all[at].key != key)
			at = map_get(&groups->index, key);
		if (at == MAP_NONE)
			at = add(groups, key);
		tally(&groups->all[at], row);
		group_of[i] = at;
	}
}

/* Puts the rows of each group one behind the other. */
static void arrange(struct groups *groups, const struct listing *listing, const uint32_t *group_of)
{
	size_t first = 0;

	if (listing->count > groups->rows_capacity) {
		groups->rows_capacity = listing->count + listing->count / 2;
		groups->rows = xrealloc_array(groups->rows, groups->rows_capacity, sizeof(groups->rows[0]));
	}
	for (size_t i = 0; i < groups->count; i++) {
		groups->all[i].first = first;
		first += groups->all[i].count;
		groups->all[i].count = 0;
	}
	for (size_t i = 0; i < listing->count; i++) {
		struct group *group = &groups->all[group_of[i]];

		groups->rows[group->first + group->count++] = listing->rows[i];
	}
}

static bool is_folded(const struct groups *groups, uint64_t key)
{
	return groups->fold_all != (map_get(&groups->exceptions, key) != MAP_NONE);
}

static void lay_out(struct groups *groups)
{
	groups->lines = 0;
	for (size_t i = 0; i < groups->count; i++) {
		struct group *group = &groups->all[i];

		group->folded = is_folded(groups, group->key);
		group->line = groups->lines;
		groups->lines += 1 + (group->folded ? 0 : group->count);
	}
}

void groups_make(struct groups *groups, const struct listing *listing, const struct table *table)
{
	groups->count = 0;
	groups->lines = listing->count;
	map_clear(&groups->index);
	if (groups->by == GROUP_BY_NONE || listing->count == 0)
		return;
	uint32_t *group_of = xrealloc_array(NULL, listing->count, sizeof(group_of[0]));
	assign(groups, listing, table, group_of);
	arrange(groups, listing, group_of);
	lay_out(groups);
	free(group_of);
}

const uint32_t *groups_rows(const struct groups *groups, const struct listing *listing)
{
	return groups->count > 0 ? groups->rows : listing->rows;
}

static size_t group_line(const struct group *group)
{
	return group->line;
}

static size_t group_first(const struct group *group)
{
	return group->first;
}

/* The last group whose number is not above this one; NULL when there are no groups. */
static const struct group *find_last(const struct groups *groups, size_t (*number)(const struct group *), size_t limit)
{
	size_t low = 0, high = groups->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (number(&groups->all[middle]) <= limit)
			low = middle;
		else
			high = middle;
	}
	return groups->count > 0 ? &groups->all[low] : NULL;
}

struct line groups_line(const struct groups *groups, size_t line)
{
	const struct group *group = find_last(groups, group_line, line);

	if (group == NULL)
		return (struct line){ .at = line };
	if (group->line == line)
		return (struct line){ .group = group, .at = group->first, .headline = true };
	return (struct line){ .group = group, .at = group->first + (line - group->line - 1) };
}

const struct group *groups_of(const struct groups *groups, size_t at)
{
	return find_last(groups, group_first, at);
}

size_t groups_line_of(const struct groups *groups, size_t at)
{
	const struct group *group = groups_of(groups, at);

	if (group == NULL)
		return at;
	return group->folded ? group->line : group->line + 1 + (at - group->first);
}

const struct group *groups_find(const struct groups *groups, uint64_t key)
{
	uint32_t at = map_get(&groups->index, key);

	return at != MAP_NONE ? &groups->all[at] : NULL;
}

void groups_fold(struct groups *groups, uint64_t key, bool folded)
{
	if (folded == groups->fold_all)
		map_del(&groups->exceptions, key);
	else
		map_put(&groups->exceptions, key, 0);
	lay_out(groups);
}

void groups_fold_all(struct groups *groups, bool folded)
{
	groups->fold_all = folded;
	map_clear(&groups->exceptions);
	lay_out(groups);
}

static void add_count(struct buf *out, const char *name, size_t count)
{
	if (count > 0)
		buf_printf(out, "  %s %zu", name, count);
}

static void add_marked(struct buf *out, size_t count, const char *what)
{
	if (count > 0)
		buf_printf(out, "  %zu %s", count, what);
}

/* In a group of one state its sockets are counted already. */
static void add_states(struct buf *out, const struct group *group)
{
	add_count(out, state_name(STATE_LISTEN), group->listening);
	add_count(out, state_name(STATE_ESTABLISHED), group->established);
	add_count(out, state_name(STATE_TIME_WAIT), group->time_wait);
	add_count(out, state_name(STATE_UNCONN), group->unconnected);
	add_count(out, "other", group->other);
}

void groups_format(struct buf *out, const struct groups *groups, const struct group *group, const struct row *row,
		   const struct names *names)
{
	struct buf name = BUF_INIT;

	kinds[groups->by].format(&name, group->key & ((UINT64_C(1) << KIND_SHIFT) - 1), row, names);
	buf_puts(out, buf_str(&name));
	size_t width = text_width(buf_str(&name)), wanted = kinds[groups->by].width;
	buf_fill(out, ' ', width < wanted ? wanted - width : 0);
	buf_printf(out, "  %zu %s", group->alive, group->alive == 1 ? "socket" : "sockets");
	if (groups->by != GROUP_BY_STATE)
		add_states(out, group);
	add_marked(out, group->fresh, "new");
	add_marked(out, group->gone, "gone");
	add_marked(out, group->tagged, "tagged");
	if (group->has_bytes)
		buf_printf(out, "  Recv-Q %llu  Send-Q %llu", (unsigned long long)group->recv_bytes,
			   (unsigned long long)group->send_bytes);
	buf_fini(&name);
}

const char *group_by_name(enum group_by by)
{
	return kinds[by].name;
}

uint32_t group_by_needs(enum group_by by)
{
	return kinds[by].needs;
}

static const char *name(size_t i)
{
	return i < GROUP_BY_COUNT ? kinds[i].name : NULL;
}

bool group_by_parse(enum group_by *by, const char *word, struct buf *error)
{
	for (enum group_by i = 0; i < GROUP_BY_COUNT; i++) {
		if (strcmp(kinds[i].name, word) == 0) {
			*by = i;
			return true;
		}
	}
	return text_fail_nearest(error, word, "group", name);
}
